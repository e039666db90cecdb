"""More things out on one card than it may have, and what should not have gone out: found alike in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hub.bench import CATEGORIES, DRILL, DUE, ITEMS, KNOWN, NOW, OTHER, SAW, STRANGER, TENT, Bench, everything
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lending.cases import CaseKind
from lending.entries import DamageReport, ItemChecked, Loan, Return
from lending.nouns import Damage, Item, ItemState, RiskClass, Shelf
from lending.rules import Reason
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.fleet import enrolment
from sync.hub.ledger import limits
from sync.hub.ledger.models import CaseState, KeptBack, ReviewCase, RulesSince
from sync.hub.review import decisions

HOUR = 3_600_000
SECOND = 1000
THINGS = (DRILL, TENT, SAW)


def cases(kind: CaseKind = CaseKind.OVER_LIMIT) -> list[ReviewCase]:
    """Return the cases of this kind, the first first."""
    return list(ReviewCase.objects.filter(kind=kind).order_by("at_ms"))


def lend_at_three_stations(bench: Bench) -> None:
    """Let a card that may have two things borrow one at each of three stations; none knows of the others."""
    commands.set_rules({"loan_limit": 2})
    RulesSince.objects.filter(since_ms__lt=0).update(rules={"loan_limit": 2})
    for number, code in enumerate(THINGS):
        bench[number].lend(code, wall=NOW + number * SECOND)


def test_the_third_loan_is_a_case_and_a_return_that_comes_late_explains_it(bench: Bench, staff: Client):
    """Two is the limit: the third loan, by its time, is a case; once the first is known to be back it is none."""
    lend_at_three_stations(bench)
    bench[0].take_back(wall=NOW + SECOND // 2)
    bench.take(bench[0], bench[0].journal[:1])
    bench.take(bench[2])
    assert cases() == []
    bench.take(bench[1])
    (case,) = cases()
    assert (case.item, case.station, case.state, len(case.entry_ids)) == (SAW, "ls-0003", CaseState.OPEN, 3)
    assert "Over grensen" in staff.get("/").text
    bench.take(bench[0])
    (case,) = cases()
    assert (case.state, case.why["why"], case.why["station"]) == (CaseState.EXPLAINED, "room_after_all", "ls-0001")
    page = staff.get(f"/cases/{case.pk}").text
    assert "Et tidligere lån var levert på LS-0001" in page


def test_a_loan_that_staff_ended_counts_no_more_until_that_is_undone(sqlite_bench: Bench, staff: Client):
    """Staff say that the first of two loans of the drill is over: its borrower was not over the limit."""
    lend_at_three_stations(sqlite_bench)
    sqlite_bench[1].lend(DRILL, OTHER, wall=NOW + HOUR)
    sqlite_bench[0].lend("0999999999", wall=NOW + SECOND)
    for number in range(3):
        sqlite_bench.take(sqlite_bench[number])
    twice = ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)
    before = everything()["cases"]
    open_before = [case.pk for case in cases() if case.found]
    decisions.accept([twice.pk], "anna", "", now_ms())
    closed = [case for case in cases() if not case.found]
    assert closed
    assert {case.why["why"] for case in closed} == {"staff_ended"}
    assert "Ansatte har sagt" in staff.get(f"/cases/{closed[0].pk}").text
    commands.refold()
    assert [case.pk for case in cases() if not case.found] == [case.pk for case in closed]
    decisions.undo(twice.pk, "anna", now_ms())
    assert [case.pk for case in cases() if case.found] == open_before
    assert everything()["cases"] == before


def test_a_lowered_limit_says_nothing_of_earlier_loans(sqlite_bench: Bench):
    """Rules hold from the moment they are set."""
    for number, code in enumerate(THINGS):
        sqlite_bench[0].lend(code, wall=now_ms() - HOUR + number)
    sqlite_bench.take(sqlite_bench[0])
    commands.set_rules({"loan_limit": 1})
    commands.refold()
    assert cases() == []
    sqlite_bench[1].lend(DRILL, wall=now_ms() + HOUR)
    sqlite_bench.take(sqlite_bench[1])
    assert [case.item for case in cases()] == [DRILL]


def test_a_card_nobody_knows_is_not_counted(sqlite_bench: Bench):
    """An unknown card is a case of its own; once it is known its loans count."""
    commands.set_rules({"loan_limit": 1})
    for number, code in enumerate(THINGS[:2]):
        sqlite_bench[number].lend(code, STRANGER, wall=now_ms() + HOUR + number)
        sqlite_bench.take(sqlite_bench[number])
    assert cases() == []
    commands.load_cards([(STRANGER, False)])
    assert [case.item for case in cases()] == [TENT]


_MOMENTS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["loan", "loan", "return", "undo"]), st.sampled_from(THINGS),
        st.sampled_from([KNOWN, KNOWN, OTHER]), st.integers(-2, 4),
    ),
    min_size=4, max_size=9,
)  # fmt: skip
_FEW = settings(
    max_examples=4, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def _fill(bench: Bench, moments: list[tuple[int, str, str, str, int]]) -> None:
    lend_at_three_stations(bench)
    last = {}
    for n, (number, what, code, card, jump) in enumerate(moments):
        station, wall = bench[number], NOW + SECOND * (4 + n + jump)
        if what == "loan":
            last[code] = station.add(Loan(code, DUE), card, wall=wall)["id"]
        else:
            station.add(Return(code, last.get(code), undo=what == "undo"), wall=wall)


def check_any_arrival_gives_the_same(moments: list[Any], order: list[int]) -> None:
    """Whether the entries come station by station or one by one in any order, the same cases are found."""
    bench = Bench.furnished()
    _fill(bench, moments)
    for number in range(3):
        bench.take(bench[number])
    expected = everything()["cases"]
    commands.refold()
    assert everything()["cases"] == expected
    again, journals = Bench.furnished(), [bench[n].journal for n in range(3)]
    commands.set_rules({"loan_limit": 2})
    RulesSince.objects.filter(since_ms__lt=0).update(rules={"loan_limit": 2})
    for number in range(3):
        again[number].journal = journals[number]
    pieces = [(number, place) for number in range(3) for place in range(len(journals[number]))]
    for number, place in sorted(pieces, key=lambda piece: order[pieces.index(piece) % len(order)]):
        again.take(again[number], [journals[number][place]])
    assert everything()["cases"] == expected


@_FEW
@given(moments=_MOMENTS, order=st.permutations(range(16)))
def test_any_order_of_arrival_gives_the_same_cases(sqlite_bench: Bench, moments: list[Any], order: list[int]):  # noqa: ARG001 - it picks the database
    """Loans, returns and undone loans of two cards at three stations, in any order: the same cases."""
    check_any_arrival_gives_the_same(moments, order)


def test_a_count_that_depends_on_arrival_is_caught(
    sqlite_bench: Bench,  # noqa: ARG001 - it picks the database
    monkeypatch: pytest.MonkeyPatch,
):
    """Planted defect: judging a loan once, by what is out when it arrives, fails the check."""
    find, judged = limits.find_over_limit, set[str]()

    def as_it_came(loans: Any, limit_at: Any) -> Any:
        loans = list(loans)
        fresh = {loan.entry_id for loan in loans} - judged
        judged.update(fresh)
        return [case for case in find(loans, limit_at) if case.entry_ids[-1] in fresh]

    monkeypatch.setattr(limits, "find_over_limit", as_it_came)
    with pytest.raises(AssertionError):
        check_any_arrival_gives_the_same([(0, "return", DRILL, KNOWN, 0), (1, "loan", DRILL, KNOWN, 1)], [0])


# --- what should have stayed


def changed(code: str, **what: Any) -> Item:
    """Return an item of the bench's library with something else."""
    return replace(next(one for one in ITEMS if one.code == code), **what)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"state": ItemState.BROKEN}, Reason.ITEM_BROKEN),
        ({"state": ItemState.IN_INSPECTION}, Reason.ITEM_IN_INSPECTION),
        ({"state": ItemState.NOT_FOR_LOAN}, Reason.NOT_FOR_LOAN),
        ({"inspect_by": date(2026, 11, 1)}, Reason.INSPECTION_OVERDUE),
        ({"stays_home": True}, Reason.AT_OTHER_STATION),
        ({"inspect_by": date(2096, 11, 1)}, None),
    ],
)
def test_what_the_catalogue_keeps_back_is_a_case_from_that_day_on(
    sqlite_bench: Bench, staff: Client, what: dict[str, Any], reason: Reason | None
):
    """A loan before it was said is none, one after is, with its reason in words; it stays one when that is over."""
    sqlite_bench[1].lend(DRILL, wall=now_ms() - 60 * 24 * HOUR)
    sqlite_bench[1].take_back(DRILL, wall=now_ms() - 59 * 24 * HOUR)
    commands.load_catalogue([changed(DRILL, **what)], CATEGORIES)
    sqlite_bench[1].lend(DRILL, OTHER, wall=now_ms() + 1)
    sqlite_bench.take(sqlite_bench[1])
    found = cases(CaseKind.NOT_LOANABLE)
    assert [case.reason for case in found] == ([reason] if reason else [])
    for case in found:
        assert "Stasjonen kan ha vært uten nett" in staff.get(f"/cases/{case.pk}").text
    commands.load_catalogue([changed(DRILL)], CATEGORIES)
    assert [case.found for case in cases(CaseKind.NOT_LOANABLE)] == [True] * len(found)
    assert KeptBack.objects.filter(until_ms=None).count() == 0


def test_a_thing_that_stays_home_may_be_lent_there(sqlite_bench: Bench):
    """At its home it is no case."""
    commands.load_catalogue([changed(DRILL, stays_home=True)], CATEGORIES)
    sqlite_bench[0].lend(DRILL, wall=now_ms() + HOUR)
    sqlite_bench.take(sqlite_bench[0])
    assert cases(CaseKind.NOT_LOANABLE) == []


def test_what_was_reported_unsafe_elsewhere_is_a_case_until_a_check_explains_it(bench: Bench):
    """One station hears that it is unsafe, another lends it: a case; staff's check in between explains it."""
    bench[0].add(DamageReport(DRILL, Damage.UNSAFE), wall=NOW)
    bench[2].add(ItemChecked(DRILL, Shelf.FREE), wall=NOW + SECOND)
    bench[1].lend(DRILL, wall=NOW + 9 * SECOND)
    for number in (0, 1):
        bench.take(bench[number])
    assert [(case.reason, case.found) for case in cases(CaseKind.NOT_LOANABLE)] == [("reported_unsafe", True)]
    bench.take(bench[2])
    assert [case.why["why"] for case in cases(CaseKind.NOT_LOANABLE)] == ["checked"]


def test_class_c_must_be_checked_first(sqlite_bench: Bench):
    """A thing of class C that was merely left is a case when it goes out; one of class A is none."""
    commands.load_catalogue([changed(DRILL, risk_class=RiskClass.C)], CATEGORIES)
    for code in (DRILL, TENT):
        sqlite_bench[0].lend(code, wall=NOW)
        sqlite_bench[0].add(Return(code, shelf=Shelf.LEFT), wall=NOW + 1)
        sqlite_bench[0].lend(code, OTHER, wall=NOW + 2)
    sqlite_bench.take(sqlite_bench[0])
    assert [(case.item, case.reason) for case in cases(CaseKind.NOT_LOANABLE)] == [(DRILL, "not_checked_yet")]


def test_what_a_shut_out_station_lent_is_a_case(bench: Bench):
    """Entries dated after a station was shut out are cases, in whatever order they come; earlier ones are none."""
    bench[0].lend(DRILL, wall=now_ms() - HOUR)
    bench[0].take_back(DRILL, wall=now_ms() + HOUR)
    enrolment.revoke("ls-0001", now_ms())
    bench.take(bench[0])
    assert [case.entry_ids for case in cases(CaseKind.AFTER_REVOCATION)] == [[bench[0].journal[1]["id"]]]
    bench[1].lend(DRILL, wall=now_ms() + HOUR)
    bench.take(bench[1])
    enrolment.revoke("ls-0002", now_ms())
    assert [case.station for case in cases(CaseKind.AFTER_REVOCATION)] == ["ls-0001", "ls-0002"]
    before = everything()
    commands.refold()
    assert everything() == before
