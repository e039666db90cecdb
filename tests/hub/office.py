"""A hub in which every kind of entry has come up, and what its staff read of it."""

from __future__ import annotations

import re

from hub.bench import DRILL, DUE, KNOWN, OTHER, SAW, STRANGER, TENT, Bench, broken

from lending.cases import CaseKind
from lending.entries import ClockChange, ConditionAnswer, DeviceChange, Loan, Refusal, Return, Started
from lending.nouns import Condition, PartAnswer
from sync.hub.clock import now_ms
from sync.hub.ledger.models import ReviewCase

DAY = 24 * 3_600_000


def furnish(bench: Bench) -> None:
    """Let three stations live through every kind of entry."""
    first, second, third = bench[0], bench[1], bench[2]
    now = now_ms()
    parts = (("p0", PartAnswer.HERE), ("p1", PartAnswer.MISSING), ("p2", PartAnswer.HERE))
    first.add(Started("0.1.0", unclean=True), wall=now - 9000)
    first.add(Loan(DRILL, DUE, parts), KNOWN, wall=now - 8000, synced=False)
    first.add(Refusal("card_blocked", TENT), wall=now - 7000)
    first.add(DeviceChange("scanner", up=False, reason="no answer"), wall=now - 6000)
    first.add(ClockChange(120_000, synced=True), wall=now - 5000)
    second.add(Loan(DRILL, DUE, parts[:1]), OTHER, wall=now - 4000)
    loan = second.add(Loan(TENT, DUE, provisional=True), STRANGER, wall=now - 3 * DAY)
    back = second.add(Return(TENT, loan["id"]), wall=now - 2000)
    second.add(ConditionAnswer(TENT, back["id"], Condition.DAMAGED), wall=now - 1500)
    second.add(Return(TENT, "0" * 32, undo=True), wall=now - 1400)
    third.add(Return(SAW), wall=now - 1000)
    third.add(Return("0999999999"), wall=now - 900)
    third.journal.append(broken(third.add(Return(TENT)), kind="hologram"))
    del third.journal[-2]
    for number in range(3):
        bench.take(bench[number])
    bench.take(third, [broken(third.journal[0], id="f" * 32)])


def text_of(page: str) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)))


def lent_twice() -> ReviewCase:
    """Return the case of the drill that is lent twice."""
    return ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)
