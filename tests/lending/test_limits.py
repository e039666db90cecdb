"""More things out on a card than it may have: the same cases whatever order the loans came in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import some

from lending import limits
from lending.cases import MOST_EARLIER, CaseKind
from lending.entries import Entry, Loan, Return
from lending.explain import Explanation, Why
from lending.limits import Span, explain_over_limit, find_over_limit, spans_of
from lending.times import Reading

DUE = date(2026, 12, 6)


def place(at: int) -> limits.Place:
    """Return the place of an entry made at this time."""
    return (at, "s1", 1, at)


def placed(at: int, body) -> tuple[limits.Place, Entry]:
    """Return an entry made at this time, with its place."""
    return place(at), Entry(str(at), "s1", 1, at, Reading(at, "b" * 32, 0, synced=True), body)


def span(name: str, start: int, end: int | None = None) -> Span:
    """Return a loan of a thing of its own."""
    return Span(name, f"thing {name}", place(start), None if end is None else place(end))


def two(_ms: int) -> int:
    """Two things at a time."""
    return 2


def test_a_loan_holds_until_its_thing_comes_back_or_goes_out_again():
    """A return and the next loan end a loan; an undone loan never was, and ends none."""
    entries = [
        placed(1, Loan("x", DUE)),
        placed(2, Loan("x", DUE)),
        placed(3, Loan("x", DUE)),
        placed(4, Return("x", "3", undo=True)),
        placed(5, Return("x")),
        placed(6, Loan("x", DUE)),
    ]
    expected = [Span("1", "x", place(1), place(2)), Span("2", "x", place(2), place(5)), Span("6", "x", place(6))]
    assert spans_of("x", entries) == expected


@some
@given(st.lists(st.sampled_from([Loan("x", DUE), Return("x")]), max_size=9), st.integers(0, 9))
def test_going_on_gives_what_going_through_all_gives(bodies, cut):
    """With what is open ahead, the later entries say the same as all of them."""
    entries = [placed(n, body) for n, body in enumerate(bodies)]
    first = spans_of("x", entries[:cut])
    out = next((one for one in first if one.end is None), None)
    merged = {one.entry_id: one for one in (*first, *spans_of("x", entries[cut:], out))}
    assert list(merged.values()) == spans_of("x", entries)


def test_the_third_loan_of_two_is_a_case_that_names_the_others():
    """The case is about the last thing, and names what was out already."""
    (case,) = find_over_limit([span("a", 1), span("b", 2), span("c", 3)], two)
    assert case.station == "s1"
    assert (case.kind, case.item, case.at_ms, case.entry_ids) == (CaseKind.OVER_LIMIT, "thing c", 3, ("a", "b", "c"))


def test_a_card_far_over_its_limit_names_the_newest_loans():
    """Hundreds of things on one card are hundreds of cases, none of which names hundreds."""
    found = find_over_limit([span(str(n), n) for n in range(200)], two)
    assert len(found) == 198
    assert max(len(case.entry_ids) for case in found) == MOST_EARLIER + 1
    assert found[-1].entry_ids[-2:] == ("198", "199")


def test_what_came_back_in_time_makes_room():
    """A loan that ended before leaves room, one that ended after does not."""
    assert find_over_limit([span("a", 1, 3), span("b", 2), span("c", 4)], two) == ()
    assert len(find_over_limit([span("a", 1, 5), span("b", 2), span("c", 4)], two)) == 1


def test_a_limit_holds_from_its_day_on():
    """A limit that was lowered later says nothing against earlier loans; where nobody can say, there is no case."""
    loans = [span("a", 1), span("b", 2), span("c", 9)]
    assert [c.at_ms for c in find_over_limit(loans, lambda ms: 5 if ms < 5 else 1)] == [9]
    assert find_over_limit(loans, lambda _: None) == ()


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20) | st.none()), max_size=8).map(
    lambda pairs: [span(str(n), at, None if long is None else at + long) for n, (at, long) in enumerate(pairs)]
)


def order_dependent(loans, limit_at):
    """Count what is out in the order in which the loans are given: a planted defect."""
    loans, found = list(loans), []
    for n, loan in enumerate(loans):
        if len([one for one in loans[:n] if one.end is None]) >= limit_at(loan.start[0]):
            found.extend(find_over_limit([*loans[:n], loan], limit_at)[-1:])
    return tuple(found)


def check_any_order(find, loans, shuffled):
    """The same loans give the same cases."""
    assert find(loans, two) == find(shuffled, two)


@some
@given(SPANS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_cases(loans, random):
    """Shuffled loans give the same cases."""
    check_any_order(find_over_limit, loans, random.sample(loans, len(loans)))


def test_counting_in_the_order_of_arrival_is_caught():
    """Planted defect: whoever counts as the loans arrive finds other cases in another order."""
    loans = [span("a", 1), span("b", 2), span("c", 3, 4)]
    with pytest.raises(AssertionError):
        check_any_order(order_dependent, loans, loans[::-1])


CASE = find_over_limit([span("a", 1), span("b", 2), span("c", 3)], two)[0]
STORIES = {
    "an earlier one had come back": ([span("a", 1), span("b", 1, 2), span("c", 3)], (Why.ROOM_AFTER_ALL, ("b",), 2)),
    "the loan was undone": ([span("a", 1), span("b", 2)], (Why.UNDONE, ("c",), None)),
    "an earlier one was undone": ([span("a", 1), span("c", 3)], (Why.UNDONE, ("b",), None)),
    "it came before the others": ([span("a", 1), span("b", 2), span("c", 0)], (Why.DATED_OTHERWISE, ("c",), 0)),
    "the limit is another": ([span("a", 1), span("b", 2), span("c", 3)], (Why.ROOM_AFTER_ALL, ("c",), None)),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_explains_it(story):
    """The reason, its entry and its time."""
    loans, expected = STORIES[story]
    said: Explanation = explain_over_limit(CASE, {loan.entry_id: loan for loan in loans})
    assert (said.why, said.entry_ids, said.at_ms) == expected


def test_what_came_late_is_told_with_its_station_and_its_time():
    """Staff read where the earlier return was noted, and from when to when a loan has been dated otherwise."""
    back = {"b": Span("b", "thing b", place(1), (2, "s7", 1, 2)), "c": span("c", 3), "a": span("a", 1)}
    assert explain_over_limit(CASE, back) == Explanation(Why.ROOM_AFTER_ALL, ("b",), "s7", 2)
    moved = {"a": span("a", 1), "b": span("b", 2), "c": Span("c", "thing c", (0, "s8", 1, 3))}
    assert explain_over_limit(CASE, moved) == Explanation(Why.DATED_OTHERWISE, ("c",), "s8", 0, was_ms=3)


def test_the_same_thing_lent_on_makes_its_own_room():
    """A loan that the case's own loan has ended, as both are of one thing, was not out beside it."""
    loans = {"a": span("a", 1), "b": span("b", 2, 3), "c": span("c", 3)}
    assert explain_over_limit(CASE, loans).entry_ids == ("b",)
    assert find_over_limit(loans.values(), two) == ()


def test_a_loan_that_staff_ended_explains_it():
    """Staff's word is the reason, whatever else changed."""
    said = explain_over_limit(CASE, {"c": span("c", 3)}, {"b"})
    assert (said.why, said.entry_ids) == (Why.STAFF_ENDED, ("b",))
