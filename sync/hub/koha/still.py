"""Which loans Koha has still to be told of: the hub must not forget whose they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min

from lending.entries import Renewal
from sync.hub.journal.models import RawEntry
from sync.hub.koha.history import histories_of
from sync.hub.koha.models import ExportedEntry, ExportRun, HeldBack, StationLibrary
from sync.hub.koha.plan import WAITING, History, What, Why, Window, plan


def is_used() -> bool:
    """Return whether this hub writes for Koha at all."""
    return ExportRun.objects.exists() or StationLibrary.objects.exists()


def not_told_yet(loans: Mapping[str, str], now_ms: int) -> set[str]:
    """Return those of `loans` (item by entry id) that Koha has to be told of yet, or of a renewal of.

    What a file holds that nobody may have fetched yet is not told. Of the others, the plan of an export of all days
    decides: what it would write or lets wait is not told, and neither is what came too late and staff have not seen.
    """
    if not loans:
        return set()
    about = _renewals(loans) | {loan: loan for loan in loans}
    done = set(
        ExportedEntry.objects.filter(entry_id__in=list(about), run__finished=True).values_list("entry_id", flat=True)
    )
    left = {loan for entry, loan in about.items() if entry not in done}
    unfinished = ExportedEntry.objects.filter(entry_id__in=list(about), run__finished=False)
    waits = {about[entry] for entry in unfinished.values_list("entry_id", flat=True)}
    return waits | _planned(histories_of(sorted({loans[loan] for loan in left})), now_ms) & loans.keys()


def _renewals(loans: Mapping[str, str]) -> dict[str, str]:
    """Return the renewals of these loans, each with its loan."""
    rows = RawEntry.objects.filter(item__in=set(loans.values()), kind=Renewal.kind, in_force=True)
    named = ((entry, json.loads(wire)["body"].get("loan")) for entry, wire in rows.values_list("entry_id", "wire"))
    return {entry: loan for entry, loan in named if loan in loans}


def _planned(histories: Iterable[History], now_ms: int) -> set[str]:
    """Return the loans that an export of everything since the first day ever asked for would write or let wait."""
    zone = ZoneInfo(settings.TIME_ZONE)
    window = Window(_first_ms(zone), 2**53, now_ms, zone)
    found, late = set[str](), dict[str, str]()
    for history in histories:
        written, left_out = plan(history, window)
        found |= {one.loan for one in written}
        for one in left_out:
            loan = one.fact.entry_id if one.fact.what is What.LOAN else one.fact.loan or ""
            if one.why in WAITING:
                found.add(loan)
            elif one.why is Why.LATE:
                late[one.fact.entry_id] = loan
    return found | _not_shown(late)


def _first_ms(zone: ZoneInfo) -> int:
    """Return the beginning of the first day that was ever written for Koha; before that the hub was not asked."""
    first = ExportRun.objects.aggregate(first=Min("first_day"))["first"]
    return int(datetime.combine(first, time.min, zone).timestamp() * 1000) if first is not None else 0


def _not_shown(late: Mapping[str, str]) -> set[str]:
    shown = set(HeldBack.objects.filter(pk__in=list(late)).values_list("entry_id", flat=True))
    return {loan for entry, loan in late.items() if entry not in shown}
