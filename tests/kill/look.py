"""Furnishes a hub for a siege, and looks at what its database holds in the end."""

import json
from pathlib import Path

from django.db import connection
from hub.bench import everything
from kill.stations_known import STATIONS, items_of
from support.library import make_item

from sync.hub import commands
from sync.hub.journal.models import Journal, PersonalPart, RawEntry, SetAside
from sync.hub.ledger.models import ReviewCase

ABOUT_JOURNALS = ("journal_forked", "journal_conflict", "entry_quarantined")


def furnish(_, file):
    """Make a hub with three stations, and leave their one-time codes in the file."""
    commands.migrate()
    codes = {code for name in STATIONS for code in items_of(name)}
    commands.load_catalogue([make_item(code, home="ls-0001") for code in sorted(codes)], [])
    commands.load_cards([("N999000001", False), ("N999000004", False)])
    Path(file).write_text(json.dumps({name: commands.create_station(name, name) for name in STATIONS}), "utf-8")


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


def look(_, file):
    """Leave in the file what the hub holds, and whether a full refold says the same."""
    entries = {}
    rows = RawEntry.objects.order_by("journal__station_id", "seq")
    for station, *row in rows.values_list("journal__station_id", "seq", "hash", "received_ms"):
        entries.setdefault(station, []).append(row)
    held_locks = locks()
    commands.work()
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
    Path(file).write_text(json.dumps(told), "utf-8")
