"""Why a case is no longer found: said from what it stood on and what the entries say now."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import some, three_journals

from lending.cases import Case, CaseKind, Register, find_cases
from lending.entries import ConditionAnswer, DamageReport, Entry, ItemChecked, Loan, Personal, Return
from lending.explain import Explanation, Why, explain
from lending.ledger import in_order, item_of
from lending.nouns import Condition, Damage, Shelf
from lending.times import Reading

DUE = date(2026, 12, 6)


def register(*, item: bool = True, card: bool = True, blocked: int | None = None, expired: int | None = None):
    """Return a register that says this of the thing and the card of these stories, and the opposite of all others."""
    return Register(
        lambda code: item is (code == "x"),
        lambda ref: card is (ref == "1:a"),
        lambda ref: blocked if ref == "1:a" else _OTHERWISE[blocked is None],
        lambda ref: expired if ref == "1:a" else _OTHERWISE[expired is None],
    )


_OTHERWISE = {True: 1, False: None}


def entry(at, body, *, person="1:a", station="s1"):
    reading = Reading(at, "b" * 32, 0, synced=True)
    return Entry(f"{station}-{at}", station, 1, at, reading, body, Personal(person) if person else None)


def case_of(kind, entries, known):
    """Return the newest case of this kind."""
    *_, found = [case for case in find_cases("x", entries, known) if case.kind is kind]
    return found


LOAN, NEXT = entry(10, Loan("x", DUE)), entry(30, Loan("x", DUE), station="s2")
BACK = entry(20, Return("x"), station="s3")
UNDO = entry(31, Return("x", "s2-30", undo=True), station="s2")
BROKEN = entry(40, ConditionAnswer("x", "s1-10", Condition.DAMAGED))
CHECK = entry(50, ItemChecked("x", Shelf.FREE))
STRANGE = register(card=False)
FINE = register()
LATER = replace(NEXT, at=replace(NEXT.at, wall_ms=5))

FIRST, UNDONE_FIRST = entry(2, Loan("x", DUE)), entry(3, Return("x", "s1-2", undo=True))
UNSAFE = entry(6, DamageReport("x", Damage.UNSAFE))
CHECKED_BEFORE = entry(7, ItemChecked("x", Shelf.FREE))
SHUT = replace(FINE, shut_out_since_ms=lambda _station, _epoch: 8)

STORIES = {
    "a return that came late": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [LOAN, BACK, NEXT], FINE,
        Explanation(Why.RETURN_CAME, ("s3-20",), "s3", 20),
    ),
    "the second loan was undone": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [LOAN, NEXT, UNDO], FINE,
        Explanation(Why.UNDONE, ("s2-31",), "s2", 31),
    ),
    "the first loan was undone": (
        CaseKind.LENT_TWICE, [NEXT, entry(33, Loan("x", DUE))], FINE, [NEXT, UNDO, entry(33, Loan("x", DUE))], FINE,
        Explanation(Why.UNDONE, ("s2-31",), "s2", 31),
    ),
    "a return that came late, and another loan that was undone": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [FIRST, UNDONE_FIRST, LOAN, BACK, NEXT], FINE,
        Explanation(Why.RETURN_CAME, ("s3-20",), "s3", 20),
    ),
    "of two loans before it the newer explains it": (
        CaseKind.LENT_TWICE, [FIRST, LOAN, NEXT], FINE,
        [FIRST, entry(4, Return("x")), LOAN, entry(11, Return("x", "s1-10", undo=True)), NEXT], FINE,
        Explanation(Why.UNDONE, ("s1-11",), "s1", 11),
    ),
    "the second loan does not count": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [LOAN], FINE, Explanation(Why.COUNTS_NO_MORE, ("s2-30",), "s2", 30),
    ),
    "the second loan came first": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [LATER, LOAN], FINE,
        Explanation(Why.DATED_OTHERWISE, ("s1-10",), "s1", 10),
    ),
    "the earlier loan does not count": (
        CaseKind.LENT_TWICE, [LOAN, NEXT], FINE, [NEXT], FINE, Explanation(Why.COUNTS_NO_MORE, ("s1-10",)),
    ),
    "the entry does not count": (
        CaseKind.RETURNED_NOT_LENT, [BACK], FINE, [], FINE, Explanation(Why.COUNTS_NO_MORE, ("s3-20",), "s3", 20),
    ),
    "a loan that came late": (
        CaseKind.RETURNED_NOT_LENT, [BACK], FINE, [LOAN, BACK], FINE,
        Explanation(Why.LOAN_CAME, ("s1-10",), "s1", 10),
    ),
    "a return of what left the catalogue": (
        CaseKind.RETURNED_NOT_LENT, [BACK], FINE, [LOAN, BACK], register(item=False),
        Explanation(Why.OTHER_CASE, ("s3-20",), "s3", 20, 20),
    ),
    "the thing is in the catalogue": (
        CaseKind.UNKNOWN_ITEM, [LOAN], register(item=False), [LOAN], FINE, Explanation(Why.ITEM_KNOWN, ("s1-10",)),
    ),
    "the card is in the register": (
        CaseKind.UNKNOWN_CARD, [LOAN], STRANGE, [LOAN], FINE, Explanation(Why.CARD_KNOWN, ("s1-10",)),
    ),
    "the borrower is forgotten": (
        CaseKind.UNKNOWN_CARD, [LOAN], STRANGE, [replace(LOAN, personal=None)], STRANGE,
        Explanation(Why.FORGOTTEN, ("s1-10",)),
    ),
    "the card is not blocked": (
        CaseKind.BLOCKED_CARD, [LOAN], register(blocked=5), [LOAN], FINE, Explanation(Why.NOT_BLOCKED, ("s1-10",)),
    ),
    "the block lies later": (
        CaseKind.BLOCKED_CARD, [LOAN], register(blocked=5), [LOAN], register(blocked=15),
        Explanation(Why.BLOCKED_LATER, ("s1-10",), at_ms=15),
    ),
    "the loan lies before the block": (
        CaseKind.BLOCKED_CARD, [NEXT], register(blocked=20), [LATER], register(blocked=20),
        Explanation(Why.DATED_OTHERWISE, ("s2-30",), "s2", 5, 30),
    ),
    "a blocked card that nobody knows": (
        CaseKind.BLOCKED_CARD, [LOAN], register(blocked=5), [LOAN], STRANGE,
        Explanation(Why.OTHER_CASE, ("s1-10",), "s1", 10, 10),
    ),
    "the card runs out later": (
        CaseKind.EXPIRED_CARD, [LOAN], register(expired=5), [LOAN], register(expired=15),
        Explanation(Why.RUNS_OUT_LATER, ("s1-10",), at_ms=15),
    ),
    "the card never runs out": (
        CaseKind.EXPIRED_CARD, [LOAN], register(expired=5), [LOAN], FINE, Explanation(Why.RUNS_OUT_LATER, ("s1-10",)),
    ),
    "the card is blocked as well": (
        CaseKind.EXPIRED_CARD, [LOAN], register(expired=5), [LOAN], register(expired=5, blocked=5),
        Explanation(Why.OTHER_CASE, ("s1-10",), "s1", 10, 10),
    ),
    "the card never runs out and the loan was dated otherwise": (
        CaseKind.EXPIRED_CARD, [NEXT], register(expired=20), [LATER], FINE,
        Explanation(Why.RUNS_OUT_LATER, ("s2-30",)),
    ),
    "the card ran out in that moment and is blocked as well": (
        CaseKind.EXPIRED_CARD, [LOAN], register(expired=5), [LOAN], register(expired=10, blocked=5),
        Explanation(Why.OTHER_CASE, ("s1-10",), "s1", 10, 10),
    ),
    "the clock has been compared": (
        CaseKind.CLOCK_DOUBTFUL, [entry(10, Loan("x", DUE, due_doubtful=True))], FINE, [LOAN], FINE,
        Explanation(Why.CLOCK_KNOWN, ("s1-10",)),
    ),
    "staff have checked it": (
        CaseKind.DAMAGE, [LOAN, BROKEN], FINE, [LOAN, BROKEN, CHECK], FINE,
        Explanation(Why.CHECKED, ("s1-50",), "s1", 50),
    ),
    "staff had checked what was unsafe": (
        CaseKind.NOT_LOANABLE, [UNSAFE, LOAN], FINE, [UNSAFE, CHECKED_BEFORE, LOAN], FINE,
        Explanation(Why.CHECKED, ("s1-7",), "s1", 7),
    ),
    "the unsafe report came after the loan": (
        CaseKind.NOT_LOANABLE, [UNSAFE, LOAN], FINE, [LOAN, replace(UNSAFE, at=BACK.at)], FINE,
        Explanation(Why.LOANABLE_AFTER_ALL, ("s1-10",)),
    ),
    "the loan came before the unsafe report": (
        CaseKind.NOT_LOANABLE, [UNSAFE, NEXT], FINE, [LATER, UNSAFE], FINE,
        Explanation(Why.DATED_OTHERWISE, ("s2-30",), "s2", 5, 30),
    ),
    "the station was not shut out": (
        CaseKind.AFTER_REVOCATION, [LOAN], SHUT, [LOAN], FINE, Explanation(Why.STATION_ADMITTED, ("s1-10",), "s1"),
    ),
    "the loan came before the station was shut out": (
        CaseKind.AFTER_REVOCATION, [NEXT], SHUT, [LATER], SHUT,
        Explanation(Why.DATED_OTHERWISE, ("s2-30",), "s2", 5, 30),
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_what_explains_a_case(story: str):
    """The case is found first and not afterwards, and the reason is named with its entry and its time."""
    kind, before, known_then, after, known_now, expected = STORIES[story]
    case = case_of(kind, before, known_then)
    assert case.key not in {one.key for one in find_cases("x", after, known_now)}
    assert explain(case, after, known_now) == expected


@pytest.mark.parametrize(
    ("kind", "entries", "known"),
    [
        (CaseKind.LENT_TWICE, [LOAN, NEXT], FINE),
        (CaseKind.DAMAGE, [LOAN, BROKEN], FINE),
        (CaseKind.RETURNED_NOT_LENT, [BACK], FINE),
        (CaseKind.UNKNOWN_CARD, [LOAN], STRANGE),
    ],
)
def test_where_nothing_explains_it_the_entry_itself_is_named(kind, entries, known):
    """Without a check, a loan or a known card there is no reason but the entry, and nothing stumbles over that."""
    case, raised = case_of(kind, entries, known), entries[-1]
    said = Explanation(Why.OTHER_CASE, (raised.entry_id,), raised.station, raised.at.wall_ms, case.at_ms)
    assert explain(case, entries, known) == said


def test_a_case_without_reasons_of_its_own_names_its_entry():
    """What was decided on old data is said to have been made at another time, if it was."""
    case = Case(CaseKind.DECIDED_ON_OLD_DATA, "x", "s1", 9, ("s1-10",))
    assert explain(case, [LOAN], FINE) == Explanation(Why.DATED_OTHERWISE, ("s1-10",), "s1", 10, 9)


def test_a_check_before_the_damage_explains_nothing():
    """Only a check after it closes a case of damage."""
    assert [case.kind for case in find_cases("x", [LOAN, CHECK, replace(BROKEN, at=CHECK.at)], FINE)] == [
        CaseKind.DAMAGE
    ]


@some
@given(three_journals(items=("x",)), st.data())
def test_every_case_that_goes_has_a_reason_that_names_what_is_there(journals, data):
    """Whatever entries come later: a case that goes is explained by entries that are there, always alike."""
    entries = in_order(one for journal in journals for one in journal)
    entries = [one for one in entries if item_of(one) == "x"]
    first = [one for one in entries if data.draw(st.booleans())]
    known = Register(lambda _: True, lambda _: True, lambda _: None, lambda _: None)
    found = find_cases("x", first, known)
    now = {case.key for case in find_cases("x", entries, known)}
    for case in found:
        if case.key not in now:
            said = explain(case, entries, known)
            assert said == explain(case, entries, known)
            assert said.why is not Why.COUNTS_NO_MORE
            assert set(said.entry_ids) <= {one.entry_id for one in entries}
