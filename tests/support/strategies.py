"""What hypothesis makes up: entries, inputs of a visit, whole histories, and garbage."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lending.entries import (
    Body,
    ConditionAnswer,
    DamageReport,
    Draft,
    Entry,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    Personal,
    Renewal,
    Return,
    StaffNote,
    Started,
    StockCount,
)
from lending.impact import Instead
from lending.nouns import AskedOf, Condition, Damage, PartAnswer, Shelf
from lending.times import Reading
from lending.visit import (
    AskAboutMe,
    CancelHold,
    CancelItem,
    CardShown,
    CodeEntered,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    CountFinished,
    DamageGiven,
    Done,
    GoBack,
    GoOn,
    InsteadGiven,
    ItemScanned,
    ListThings,
    MoveTo,
    NoteWritten,
    OddScan,
    OddScanned,
    OpenPage,
    OpenStaffPage,
    Page,
    PartAnswered,
    PinChecked,
    PinEntered,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    SearchFor,
    ShowThing,
    StaffPage,
    StartBrowse,
    StartCode,
    StartDamage,
    StillHere,
    SwitchCard,
    ThingChosen,
    Tick,
    TryAgain,
    TurnPage,
    UndoNewest,
    WordsGiven,
)
from support.library import ANNA, BERIT, BLOCKED, CARDS, ITEMS, RISKY, STAFF, STATIONS, STRANGER, UNKNOWN_CODE

many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=50)
few = settings(many, max_examples=15)

HEX = "0123456789abcdef"
LARGE = 2**53 - 1

ids = st.text(HEX, min_size=32, max_size=32)
short_texts = st.text(max_size=40)
numbers = st.integers(-LARGE, LARGE)
known_codes = [item.code for item in (*ITEMS, *RISKY)]
codes = st.sampled_from([*known_codes, UNKNOWN_CODE, "'; DROP TABLE loan; --", "A / B %", "0" * 32])
cards = st.sampled_from([ANNA, BERIT, BLOCKED, STRANGER])
all_cards = st.sampled_from([*CARDS, STRANGER])

answers = st.tuples(short_texts, st.sampled_from(PartAnswer))
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: short_texts,
    str | None: st.none() | short_texts,
    int: numbers,
    bool: st.booleans(),
    date: st.dates(),
    tuple[str, ...]: st.lists(short_texts, max_size=5).map(tuple),
    tuple[tuple[str, PartAnswer], ...]: st.lists(answers, max_size=5).map(tuple),
}


def bodies_of(kind: type[Body]) -> st.SearchStrategy[Any]:
    """Return bodies of one kind with anything its fields may hold."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in fields(kind)})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    return BY_TYPE[hint]


loans, returns, conditions = bodies_of(Loan), bodies_of(Return), bodies_of(ConditionAnswer)
bodies = st.one_of(*(bodies_of(kind) for kind in get_args(Body)))
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

sayings = st.sampled_from(["", "drill", "gardinstang", "0101 90 12345", "a@b.no", "Ring 99 88 77 66"]) | st.text(
    max_size=40
)
staff_touches = st.one_of(
    st.builds(OpenStaffPage, st.sampled_from(StaffPage)),
    st.just(TryAgain()),
    st.just(CountFinished()),
    st.builds(ListThings, st.integers(-1, 5), sayings),
    st.builds(ThingChosen, st.sampled_from(["drill", "saw", "hammer", "nobody's"])),
    st.builds(MoveTo, st.booleans()),
    st.builds(NoteWritten, sayings),
)
rows = st.sampled_from(["", "#0", "#1", "#2", "#3"])
"""Rows of the account as `support.pointing` counts them."""

touches = st.one_of(
    staff_touches,
    st.builds(PartAnswered, st.integers(-1, 4), st.sampled_from(PartAnswer)),
    st.just(RestIsHere()),
    st.just(ConfirmLoan()),
    st.just(CancelItem()),
    st.builds(ConditionGiven, st.sampled_from(Condition)),
    st.just(ConfirmMissing()),
    st.just(ConfirmReturn()),
    st.just(UndoNewest()),
    st.just(GoOn()),
    st.just(PinEntered()),
    st.builds(CodeEntered, st.sampled_from(["123456", "654321", "12345", "abcdef", ""])),
    st.just(StartCode()),
    st.builds(RenewLoan, rows),
    st.just(PlaceHold()),
    st.builds(CancelHold, rows),
    st.just(StartDamage()),
    st.builds(DamageGiven, st.sampled_from(Damage)),
    st.builds(InsteadGiven, st.sampled_from(Instead)),
    st.builds(OpenPage, st.sampled_from(Page)),
    st.builds(WordsGiven, sayings),
    st.just(SwitchCard()),
    st.just(AskAboutMe()),
    st.builds(StartBrowse, st.sampled_from(["", "tools", "nobody's"])),
    st.builds(TurnPage, st.integers(-1, 3)),
    st.builds(SearchFor, st.sampled_from(["", "drill", "dri", "gardinstang", "gardin", "0101 90 12345", "a@b.no"])),
    st.builds(ShowThing, st.sampled_from(["drill", "chainsaw", "hammer", "nobody's"])),
    st.just(GoBack()),
    st.just(Done()),
    st.just(StillHere()),
)
devices_inputs = st.one_of(
    st.builds(CardShown, all_cards, st.none() | st.just("sealed")),
    st.builds(ItemScanned, codes, st.booleans()),
    st.builds(OddScanned, st.sampled_from(OddScan)),
)
pin_answers = st.builds(PinChecked, st.sampled_from([True, False, None]), st.none() | all_cards)
inputs = st.one_of(devices_inputs, touches, pin_answers, st.just(Tick()))

busy_inputs = st.one_of(
    inputs, devices_inputs, st.sampled_from([RestIsHere(), ConfirmLoan()]), st.just(ConfirmLoan())
)
"""Inputs that get through to a loan more often."""

new_code = "2809901999"
work_inputs = st.one_of(
    staff_touches,
    st.builds(ItemScanned, codes | st.just(new_code)),
    st.sampled_from([UndoNewest(), GoOn(), TryAgain(), CountFinished(), MoveTo(here=False), ThingChosen("drill")]),
    st.builds(OpenStaffPage, st.sampled_from([StaffPage.COUNT, StaffPage.REGISTER, StaffPage.MOVE])),
    inputs,
)
"""Inputs that get through to what staff do more often."""

pauses = st.sampled_from([0, 0, 0, 1, 7, 30, 61])
_visits_of_residents = st.lists(st.tuples(pauses, busy_inputs), max_size=40)
_visits_of_staff = st.lists(st.tuples(pauses, work_inputs), max_size=30).map(
    lambda work: [(0, CardShown(STAFF)), *work]
)
_looking_around = st.lists(
    st.tuples(pauses, touches | st.builds(SearchFor, st.sampled_from(["", "dri", "drill", "gard", "gardin"]))),
    max_size=20,
).map(lambda looks: [(0, StartBrowse()), *looks])
moments = st.one_of(_visits_of_residents, _visits_of_residents, _visits_of_staff, _looking_around)
"""A sequence of (seconds that pass before, input)."""


def _happening(item: str, lent: list[str]) -> st.SearchStrategy[Any]:
    """Return what may happen to an item, loans most often; an undo or renewal names a loan of this journal."""
    due = st.dates(date(2026, 12, 1), date(2026, 12, 28))
    lends = st.builds(
        Loan, st.just(item), due, data_age_hours=st.sampled_from([0, 72, 73]), due_doubtful=st.booleans()
    )
    anything = [
        st.builds(Return, st.just(item), shelf=st.sampled_from([Shelf.LEFT, Shelf.FREE])),
        st.builds(
            ConditionAnswer,
            st.just(item),
            st.just("0" * 32),
            st.sampled_from(Condition),
            asked_of=st.sampled_from(AskedOf),
        ),
        st.builds(DamageReport, st.just(item), st.sampled_from(Damage)),
        st.builds(ItemChecked, st.just(item), st.sampled_from([Shelf.CHECKED, Shelf.FREE])),
        st.builds(ItemMoved, st.just(item), st.booleans()),
        st.builds(ItemRegistered, st.just(item), st.just("drill"), undo=st.booleans()),
        st.builds(StockCount, st.just((item,)), st.just(("b",))),
        st.just(StaffNote("skuffen er full")),
        st.just(Started("test", unclean=False)),
    ]
    if lent:
        anything.append(st.just(Return(item, loan=lent[-1], undo=True)))
        anything.append(st.builds(Renewal, st.just(item), st.sampled_from(lent), due))
    return st.one_of(lends, lends, st.builds(Return, st.just(item)), *anything)


@st.composite
def _journal(draw: st.DrawFn, station: str, items: tuple[str, ...]) -> list[Entry]:
    entries: list[Entry] = []
    wall = draw(st.integers(0, 50))
    lent: list[str] = []
    for seq in range(1, draw(st.integers(0, 8)) + 1):
        wall += draw(st.integers(-5, 10))
        entry_id = f"{STATIONS.index(station):016x}{seq:016x}"
        body = draw(_happening(draw(st.sampled_from(items)), lent))
        person = Personal(draw(cards)) if isinstance(body, Loan) else None
        if isinstance(body, Loan):
            lent.append(entry_id)
        entries.append(Entry(entry_id, station, 1, seq, Reading(wall, "b" * 32, wall, synced=True), body, person))
    return entries


@st.composite
def three_journals(draw: st.DrawFn, items: tuple[str, ...] = ("a", "b")) -> list[list[Entry]]:
    """Journals of three stations that lend the same items, with clocks that go back now and then."""
    return [draw(_journal(station, items)) for station in STATIONS]
