"""What hypothesis makes up: entries, inputs of a visit, whole histories, and garbage."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lending.entries import (
    ClockChange,
    ConditionAnswer,
    DeviceChange,
    Draft,
    Entry,
    Loan,
    Personal,
    Refusal,
    Return,
    Started,
)
from lending.nouns import Condition, PartAnswer
from lending.times import Reading
from lending.visit import (
    CancelItem,
    CardShown,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    OddScan,
    OddScanned,
    PartAnswered,
    RestIsHere,
    StillHere,
    Tick,
    UndoNewest,
)
from support.library import ANNA, BERIT, BLOCKED, ITEMS, STATIONS, STRANGER, UNKNOWN_CODE

many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=50)
few = settings(many, max_examples=15)

HEX = "0123456789abcdef"
LARGE = 2**53 - 1

ids = st.text(HEX, min_size=32, max_size=32)
short_texts = st.text(max_size=40)
numbers = st.integers(-LARGE, LARGE)
codes = st.sampled_from([*(item.code for item in ITEMS), UNKNOWN_CODE, "'; DROP TABLE loan; --", "A / B %", "0" * 32])
cards = st.sampled_from([ANNA, BERIT, BLOCKED, STRANGER])

answers = st.tuples(short_texts, st.sampled_from(PartAnswer))
loans = st.builds(
    Loan,
    item=short_texts,
    due=st.dates(),
    parts=st.lists(answers, max_size=5).map(tuple),
    provisional=st.booleans(),
    rules_version=numbers,
)
returns = st.builds(Return, item=short_texts, loan=st.none() | ids, undo=st.booleans())
conditions = st.builds(
    ConditionAnswer,
    item=short_texts,
    about=ids,
    answer=st.sampled_from(Condition),
    missing=st.lists(short_texts, max_size=5).map(tuple),
)
bodies = st.one_of(
    loans,
    returns,
    conditions,
    st.builds(Refusal, reason=short_texts, item=st.none() | short_texts),
    st.builds(Started, software=short_texts, unclean=st.booleans()),
    st.builds(DeviceChange, device=short_texts, up=st.booleans(), reason=short_texts),
    st.builds(ClockChange, by_ms=numbers, synced=st.booleans()),
)
personals = st.builds(Personal, patron_ref=short_texts, sealed_card=st.none() | short_texts)
readings = st.builds(Reading, wall_ms=numbers, boot=ids, up_ms=numbers, synced=st.booleans())
drafts = st.builds(Draft, entry_id=ids, body=bodies, personal=st.none() | personals)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
"""Anything that Python's JSON reader can hand over, NaN and infinities too."""

half_pairs = st.just("\ud800")

touches = st.one_of(
    st.builds(PartAnswered, st.integers(-1, 4), st.sampled_from(PartAnswer)),
    st.just(RestIsHere()),
    st.just(ConfirmLoan()),
    st.just(CancelItem()),
    st.builds(ConditionGiven, st.sampled_from(Condition)),
    st.just(ConfirmMissing()),
    st.just(ConfirmReturn()),
    st.just(UndoNewest()),
    st.just(GoOn()),
    st.just(Done()),
    st.just(StillHere()),
)
devices_inputs = st.one_of(
    st.builds(CardShown, cards, st.none() | st.just("sealed")),
    st.builds(ItemScanned, codes, st.booleans()),
    st.builds(OddScanned, st.sampled_from(OddScan)),
)
inputs = st.one_of(devices_inputs, touches, st.just(Tick()))

busy_inputs = st.one_of(
    inputs, devices_inputs, st.sampled_from([RestIsHere(), ConfirmLoan()]), st.just(ConfirmLoan())
)
"""Inputs that get through to a loan more often."""

moments = st.lists(st.tuples(st.sampled_from([0, 0, 0, 1, 7, 30, 61]), busy_inputs), max_size=40)
"""A sequence of (seconds that pass before, input)."""


@st.composite
def _journal(draw: st.DrawFn, station: str, items: tuple[str, ...]) -> list[Entry]:
    entries: list[Entry] = []
    wall = draw(st.integers(0, 50))
    lent: list[str] = []
    for seq in range(1, draw(st.integers(0, 8)) + 1):
        wall += draw(st.integers(-5, 10))
        item = draw(st.sampled_from(items))
        kind = draw(st.sampled_from(["loan", "loan", "return", "undo", "condition", "started"]))
        entry_id = f"{STATIONS.index(station):016x}{seq:016x}"
        person = None
        if kind == "loan":
            body = Loan(item, date(2026, 12, draw(st.integers(1, 28))))
            person = Personal(draw(cards))
            lent.append(entry_id)
        elif kind == "undo" and lent:
            body = Return(item, loan=lent[-1], undo=True)
        elif kind == "condition":
            body = ConditionAnswer(item, "0" * 32, draw(st.sampled_from(Condition)))
        elif kind == "started":
            body = Started("test", unclean=False)
        else:
            body = Return(item)
        entries.append(Entry(entry_id, station, 1, seq, Reading(wall, "b" * 32, wall, synced=True), body, person))
    return entries


@st.composite
def three_journals(draw: st.DrawFn, items: tuple[str, ...] = ("a", "b")) -> list[list[Entry]]:
    """Journals of three stations that lend the same items, with clocks that go back now and then."""
    return [draw(_journal(station, items)) for station in STATIONS]
