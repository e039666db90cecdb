"""Loans that end and are forgotten at a hub, and what is left of whom they were about."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from hub.bench import (
    DRILL,
    DUE,
    NOW,
    SAW,
    TENT,
    Bench,
    SimulatedStation,
    everything,
    ref,
)

from lending.entries import (
    Draft,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    Loan,
    Personal,
    Renewal,
    Return,
    StaffPresence,
)
from lending.nouns import Rules
from sync.hub import commands
from sync.hub.forgetting.run import Forgetting, Forgotten
from sync.hub.forgetting.times import DAY_MS
from sync.hub.holds.models import Hold
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.hub.review import decisions
from sync.hub.upkeep import tables
from sync.journal import Place, check_chain

DAYS = Rules().retention_days
AFTER = NOW + (DAYS + 1) * DAY_MS
UNDO_OVER = NOW + 31 * DAY_MS
MINUTE = 60_000


def forget(now_ms: int = AFTER, kind: type[Forgetting] = Forgetting, **how: Any) -> Forgotten:
    """Forget what may be forgotten at this time."""
    return kind(now_ms, **how).run()


def stored() -> bytes:
    """Return all there is: every row of every table, and on SQLite every byte of the file and its log."""
    rows = [json.dumps(list(tables.rows(model, "default")), default=str) for model in tables.models()]
    text = "\n".join(rows).encode()
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        log = file.with_name(f"{file.name}-wal")
        text += file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    return text


def left_of(secrets_: Sequence[str]) -> list[str]:
    """Return which of these still stand anywhere."""
    found = stored()
    return [secret for secret in secrets_ if secret.encode() in found]


def secrets_in(*stations: SimulatedStation) -> list[str]:
    """Return every keyed hash, sealed card and salt in the journals of these stations."""
    found = set[str]()
    for wire in (wire for station in stations for wire in station.journal if wire["personal"]):
        found |= {wire["salt"], wire["personal"]["patron_ref"], wire["personal"]["sealed_card"] or wire["salt"]}
    return sorted(found)


def a_month_of_loans(bench: Bench) -> list[str]:
    """Let people nobody knows borrow, renew, set aside and return, at two stations; answer all cases. Return every
    keyed hash, sealed card and salt.
    """
    first, second = bench[0], bench[1]
    at = NOW
    for number in range(12):
        card, code = f"N8880{number:05}", (DRILL, TENT, SAW)[number % 3]
        hold = f"{number:032x}"
        first.add(HoldPlaced(hold, "tent", DUE, code), card, wall=(at := at + MINUTE))
        loan = first.add(Loan(code, DUE, hold=hold), card, wall=(at := at + MINUTE))
        first.add(HoldCollected(hold, code, loan["id"]), card, wall=at)
        bench.take(first)
        first.add(Renewal(code, loan["id"], DUE + timedelta(days=7)), card, wall=(at := at + MINUTE))
        (second if number % 2 else first).add(Return(code, loan["id"]), wall=(at := at + MINUTE))
        bench.take(first)
        bench.take(second)
    first.add(HoldPlaced("c" * 32, "saw", DUE), "N888100001", wall=at)
    first.add(HoldCancelled("c" * 32), "N888100001", wall=at)
    first.add(StaffPresence(inside=True), "N888100002", wall=at)
    undone = first.add(Loan(SAW, DUE), "N888100003", wall=at + MINUTE)
    first.add(Return(SAW, undone["id"], undo=True), wall=at + MINUTE)
    bench.take(first)
    commands.work()
    for case in ReviewCase.objects.filter(state="open"):
        assert decisions.accept([case.pk], "kari", "", NOW)
    return secrets_in(first, second)


def without_whom() -> dict[str, Any]:
    """Return what the hub makes of all it holds, but for whom: equal before forgetting and after."""
    found = everything()
    found["holds"] = sorted(Hold.objects.values_list("hold_id", "state", "item", "until", "ended_ms"))
    return found


def chain_holds() -> bool:
    """Return whether every journal the hub holds is an unbroken chain."""
    for journal in Journal.objects.all():
        rows = RawEntry.objects.filter(journal=journal).order_by("seq").values_list("wire", flat=True)
        if check_chain([json.loads(wire) for wire in rows], Place(journal.station_id, journal.epoch)) is not None:
            return False
    return True


def draft_of(body: Loan, card: str) -> Any:
    """Return the draft of a loan on a card of the library."""
    return Draft(f"{random.getrandbits(128):032x}", body, Personal(ref(card)))
