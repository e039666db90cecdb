"""Looks at a hub's database, whatever it is, and prints what it holds as JSON."""

import json
import sys

from sync.hub import setup

setup()

from django.db import connection  # noqa: E402 - Django is ready only now
from hub.bench import everything  # noqa: E402

from sync.hub import commands  # noqa: E402
from sync.hub.journal.models import Journal, PersonalPart, RawEntry, SetAside  # noqa: E402
from sync.hub.ledger.models import ReviewCase  # noqa: E402

ABOUT_JOURNALS = ("journal_forked", "journal_conflict", "entry_quarantined")


def half_rows():
    """Return how many entries lack the personal part they are committed to, or have one they are not."""
    with_part = set(PersonalPart.objects.values_list("entry_id", flat=True))
    rows = RawEntry.objects.values_list("pk", "wire")
    return sum((json.loads(wire)["commitment"] is not None) != (pk in with_part) for pk, wire in rows)


def locks():
    """Return how many advisory locks somebody holds on this database."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return cursor.fetchone()[0]


def main():
    """Print what the hub holds, and whether a full refold says the same."""
    entries = {}
    rows = RawEntry.objects.order_by("journal__station_id", "seq")
    for station, *row in rows.values_list("journal__station_id", "seq", "hash", "received_ms"):
        entries.setdefault(station, []).append(row)
    held_locks = locks()
    before = everything()
    commands.refold()
    after = everything()
    told = {
        "entries": entries,
        "held": dict(Journal.objects.values_list("station_id", "held")),
        "waiting": sum(Journal.objects.values_list("waiting", flat=True)),
        "idle": RawEntry.objects.filter(in_force=False).count(),
        "aside": SetAside.objects.count(),
        "cases": ReviewCase.objects.filter(kind__in=ABOUT_JOURNALS).count(),
        "half": half_rows(),
        "locks": held_locks,
        "refold_differs": [name for name in before if before[name] != after[name]],
        "loans": len(after["loans"]),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
