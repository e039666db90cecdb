"""Review cases: what staff must look at, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import some, three_journals

from lending.cases import MOST_EARLIER, RISK, CaseKind, Register, find_cases
from lending.entries import ConditionAnswer, DamageReport, Entry, ItemChecked, Loan, Personal, Renewal, Return
from lending.ledger import fold_item, in_order, item_of
from lending.nouns import AskedOf, Condition, Damage, PartAnswer, Shelf
from lending.rules import Reason
from lending.times import Reading

DUE = date(2026, 12, 6)
BLOCKED_AT = 50
REGISTER = Register(
    knows_item=lambda code: code == "x",
    knows_card=lambda ref: ref != "1:stranger",
    blocked_since_ms=lambda ref: BLOCKED_AT if ref == "1:blocked" else None,
    expired_since_ms=lambda ref: BLOCKED_AT if ref in ("1:expired", "1:blocked") else None,
    not_loanable=lambda _item, station, _at: Reason.AT_OTHER_STATION if station == "away" else None,
    needs_check=lambda code: code == "x",
    shut_out_since_ms=lambda station, epoch: 25 if (station, epoch) == ("stolen", 1) else None,
)


def entry(seq, body, *, person=None, station="s1"):
    at = Reading(seq * 10, "b" * 32, 0, synced=True)
    return Entry(f"{station}-{seq}", station, 1, seq, at, body, person and Personal(person))


def cases(*entries, item="x"):
    return find_cases(item, entries, REGISTER)


def kinds(*entries, item="x"):
    return [case.kind for case in cases(*entries, item=item)]


def test_an_ordinary_loan_and_return_is_no_case():
    """A known card that borrows and returns a known item gives staff nothing to do."""
    assert cases(entry(1, Loan("x", DUE), person="1:a"), entry(2, Return("x", loan="s1-1"))) == ()


def test_two_loans_without_a_return_are_one_case_naming_both():
    """A second loan of an item that is out is a case that names both loans."""
    (case,) = cases(entry(1, Loan("x", DUE), person="1:a"), entry(1, Loan("x", DUE), person="1:b", station="s2"))
    assert (case.kind, case.entry_ids) == (CaseKind.LENT_TWICE, ("s1-1", "s2-1"))
    assert case.key == "lent_twice:s2-1"


def test_a_thing_lent_again_and_again_names_the_loans_before_it_and_not_all():
    """What never comes back is a case with every loan; each names the newest before it, so none grows for ever."""
    found = cases(*(entry(n, Loan("x", DUE), person="1:a") for n in range(200)))
    assert len(found) == 199
    assert max(len(case.entry_ids) for case in found) == MOST_EARLIER + 1
    assert found[-1].entry_ids == tuple(f"s1-{n}" for n in range(200 - MOST_EARLIER - 1, 200))


@pytest.mark.parametrize(("seq", "found"), [(4, []), (5, [CaseKind.BLOCKED_CARD]), (6, [CaseKind.BLOCKED_CARD])])
def test_a_loan_is_judged_by_when_it_happened(seq, found):
    """A loan on a blocked card is a case only if the card was blocked by then."""
    assert kinds(entry(seq, Loan("x", DUE), person="1:blocked")) == found


@pytest.mark.parametrize(("seq", "found"), [(4, []), (5, [CaseKind.EXPIRED_CARD]), (6, [CaseKind.EXPIRED_CARD])])
def test_a_loan_on_a_card_that_had_run_out_is_a_case(seq, found):
    """A loan on an expired card is a case only if it had run out by then."""
    assert kinds(entry(seq, Loan("x", DUE), person="1:expired")) == found


def test_nobody_pays_for_a_wrong_clock():
    """With a doubtful clock the due date is looked at, and no card is said to have run out."""
    doubtful = entry(9, Loan("x", DUE, due_doubtful=True), person="1:expired")
    assert kinds(doubtful) == [CaseKind.CLOCK_DOUBTFUL]


def test_a_renewal_by_a_doubtful_clock_is_a_case_about_its_loan():
    """A renewal is a case only if its due date is doubtful, and names the loan."""
    (case,) = cases(entry(1, Renewal("x", "the loan", DUE, due_doubtful=True)))
    assert (case.kind, case.entry_ids) == (CaseKind.CLOCK_DOUBTFUL, ("the loan", "s1-1"))
    assert kinds(entry(1, Renewal("x", "the loan", DUE))) == []


@pytest.mark.parametrize(("hours", "found"), [(72, []), (73, [CaseKind.DECIDED_ON_OLD_DATA])])
def test_a_loan_decided_on_old_data_is_a_case(hours, found):
    """A loan is looked at if the station's data was more than three days old."""
    assert kinds(entry(1, Loan("x", DUE, data_age_hours=hours), person="1:a")) == found


def test_without_dates_of_expiry_no_card_has_run_out():
    """A hub that knows no dates of expiry finds no such case."""
    register = Register(REGISTER.knows_item, REGISTER.knows_card, REGISTER.blocked_since_ms)
    assert find_cases("x", [entry(9, Loan("x", DUE), person="1:expired")], register) == ()


def test_damage_is_a_case_whoever_tells_of_it():
    """Damage is a case told by the returner, by the next borrower, or without either."""
    borrower = ConditionAnswer("x", "the loan", Condition.DAMAGED, asked_of=AskedOf.BORROWER)
    assert kinds(entry(1, borrower)) == [CaseKind.DAMAGE]
    (case,) = cases(entry(1, DamageReport("x", Damage.DIRTY)))
    assert (case.kind, case.entry_ids, case.key) == (CaseKind.DAMAGE, ("s1-1",), "damage:s1-1")


def test_one_loan_can_be_several_cases():
    """Everything that is to be looked at in one loan is a case of its own, each with its own key."""
    loan = Loan("y", DUE, (("lid", PartAnswer.MISSING),), due_doubtful=True, data_age_hours=99)
    found = cases(entry(1, loan, person="1:stranger"), item="y")
    assert [case.kind for case in found] == [
        CaseKind.UNKNOWN_ITEM,
        CaseKind.UNKNOWN_CARD,
        CaseKind.PARTS_MISSING,
        CaseKind.CLOCK_DOUBTFUL,
        CaseKind.DECIDED_ON_OLD_DATA,
    ]
    assert len({case.key for case in found}) == 5
    assert {(case.item, case.station, case.at_ms) for case in found} == {("y", "s1", 10)}


def test_an_unknown_card_is_a_case_and_an_erased_one_is_not():
    """A loan on a card nobody knows is a case; one whose card has been forgotten is not."""
    assert kinds(entry(1, Loan("x", DUE), person="1:stranger")) == [CaseKind.UNKNOWN_CARD]
    assert kinds(entry(1, Loan("x", DUE))) == []


def test_an_unknown_item_is_a_case_lent_or_returned():
    """An item nobody knows is a case, and its return is not also called "not lent"."""
    assert kinds(entry(1, Loan("y", DUE), person="1:a"), item="y") == [CaseKind.UNKNOWN_ITEM]
    assert kinds(entry(1, Return("y")), item="y") == [CaseKind.UNKNOWN_ITEM]


def test_a_return_of_what_was_not_lent_is_a_case():
    """A return of an item nobody had is a case; an undo is not."""
    assert kinds(entry(1, Return("x"))) == [CaseKind.RETURNED_NOT_LENT]
    assert kinds(entry(1, Return("x", undo=True))) == []


def test_a_loan_that_was_undone_is_no_case_of_its_card():
    """A loan taken back in the same visit is no case of its card or of two loans, but missing parts are."""
    first = entry(1, Loan("x", DUE), person="1:a", station="s0")
    loan = entry(1, Loan("x", DUE, (("lid", PartAnswer.MISSING),)), person="1:stranger")
    assert kinds(first, loan, entry(2, Return("x", loan="s1-1", undo=True))) == [CaseKind.PARTS_MISSING]


def test_missing_parts_are_cases_when_borrowing_and_when_returning():
    """Parts missing from the tick list or pointed out at the return are cases that name them."""
    lent = cases(entry(1, Loan("x", DUE, (("lid", PartAnswer.MISSING), ("bag", PartAnswer.HERE))), person="1:a"))
    back = cases(entry(1, ConditionAnswer("x", "r", Condition.MISSING, ("lid",))))
    assert [(case.kind, case.missing) for case in (*lent, *back)] == [(CaseKind.PARTS_MISSING, ("lid",))] * 2


def test_damage_is_a_case_about_the_return():
    """Damage is a case that stands on the return and on what was said."""
    (case,) = cases(entry(1, ConditionAnswer("x", "the return", Condition.DAMAGED)))
    assert (case.kind, case.entry_ids) == (CaseKind.DAMAGE, ("the return", "s1-1"))
    assert kinds(entry(1, ConditionAnswer("x", "r", Condition.OK))) == []


EVERY_KIND = {
    CaseKind.LENT_TWICE: (Loan("x", DUE), Loan("x", DUE)),
    CaseKind.BLOCKED_CARD: (Loan("x", DUE), "1:blocked"),
    CaseKind.EXPIRED_CARD: (Loan("x", DUE), "1:expired"),
    CaseKind.UNKNOWN_CARD: (Loan("x", DUE), "1:stranger"),
    CaseKind.UNKNOWN_ITEM: (Return("y"),),
    CaseKind.PARTS_MISSING: (ConditionAnswer("x", "r", Condition.MISSING, ("lid",)),),
    CaseKind.DAMAGE: (DamageReport("x", Damage.DIRTY),),
    CaseKind.RETURNED_NOT_LENT: (Return("x"),),
    CaseKind.DECIDED_ON_OLD_DATA: (Loan("x", DUE, data_age_hours=99),),
    CaseKind.CLOCK_DOUBTFUL: (Renewal("x", "l", DUE, due_doubtful=True),),
    CaseKind.NOT_LOANABLE: (Return("x", "l", undo=True, shelf=Shelf.LEFT), Loan("x", DUE)),
}


@pytest.mark.parametrize("kind", sorted(set(CaseKind) - {CaseKind.OVER_LIMIT, CaseKind.AFTER_REVOCATION}))
def test_every_case_says_where_and_about_what(kind):
    """Every kind of case names its item, station, time and, last, the entry that raised it."""
    bodies = [body for body in EVERY_KIND[kind] if not isinstance(body, str)]
    person = next((ref for ref in EVERY_KIND[kind] if isinstance(ref, str)), None)
    item = bodies[0].item
    found = cases(*(entry(8 + n, body, person=person) for n, body in enumerate(bodies)), item=item)
    (case,) = found
    assert (case.kind, case.item, case.station) == (kind, item, "s1")
    assert case.at_ms == 10 * (7 + len(bodies))
    assert case.entry_ids[-1] == f"s1-{7 + len(bodies)}"


@pytest.mark.parametrize(
    ("before", "station", "reason"),
    [
        ((DamageReport("x", Damage.UNSAFE),), "s1", Reason.REPORTED_UNSAFE),
        ((DamageReport("x", Damage.UNSAFE), ItemChecked("x", Shelf.FREE)), "s1", None),
        ((Return("x", "l", undo=True, shelf=Shelf.LEFT),), "s1", Reason.NOT_CHECKED_YET),
        ((Return("x", "l", undo=True, shelf=Shelf.LEFT), ItemChecked("x", Shelf.FREE)), "s1", None),
        ((), "away", Reason.AT_OTHER_STATION),
        ((DamageReport("x", Damage.UNSAFE),), "away", Reason.REPORTED_UNSAFE),
        ((), "s1", None),
    ],
)
def test_what_should_have_stayed_is_a_case_with_its_reason(before, station, reason):
    """A loan of what is stopped, not checked, or kept back says which; a check ends it."""
    told = [entry(n, body) for n, body in enumerate(before, 1)]
    found = cases(*told, entry(9, Loan("x", DUE), person="1:a", station=station))
    assert [case.reason for case in found if case.kind is CaseKind.NOT_LOANABLE] == ([reason] if reason else [])


@pytest.mark.parametrize(("seq", "expected"), [(2, 0), (3, 1)])
def test_what_a_station_says_while_it_is_shut_out_is_a_case(seq, expected):
    """Loans and returns dated after the shutting out are cases each; those before, and of a later epoch, are none."""
    loan = entry(seq, Loan("x", DUE), person="1:a", station="stolen")
    back = entry(seq + 7, Return("x"), station="stolen")
    found = [case.entry_ids[-1] for case in cases(loan, back) if case.kind is CaseKind.AFTER_REVOCATION]
    assert found == [f"stolen-{seq}", f"stolen-{seq + 7}"][1 - expected :]
    assert cases(replace(loan, epoch=2), replace(back, epoch=2)) == ()


def test_what_is_known_ahead_counts_like_entries():
    """Going on from what earlier entries say finds the same as going through all of them."""
    told = [entry(1, DamageReport("x", Damage.UNSAFE)), entry(2, Loan("x", DUE), person="1:a")]
    last = entry(9, Loan("x", DUE), person="1:b")
    assert find_cases("x", [last], REGISTER, fold_item("x", told)) == cases(*told, last)[-1:]


@pytest.mark.parametrize("answer", [Condition.MISSING, Condition.DAMAGED])
def test_what_was_said_names_what_it_was_said_of(answer):
    """A case of missing parts or damage names the item and the return or loan first."""
    (case,) = cases(entry(1, ConditionAnswer("x", "the return", answer)))
    assert (case.item, case.entry_ids) == ("x", ("the return", "s1-1"))


def test_every_kind_has_its_place_in_the_list():
    """Every kind of case has a risk of its own."""
    assert sorted(RISK.values()) == list(range(1, len(CaseKind) + 1))
    assert set(RISK) == set(CaseKind)


@some
@given(three_journals(items=("x", "y")), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_case(journals, random):
    """Any shuffle of three stations' entries gives the same cases with the same keys, each once."""
    entries = [one for journal in journals for one in journal]
    for item in ("x", "y"):
        found = [
            find_cases(item, [one for one in in_order(some_order) if item_of(one) == item], REGISTER)
            for some_order in (entries, random.sample(entries, len(entries)))
        ]
        assert found[0] == found[1]
        keys = [case.key for case in found[0]]
        assert len(set(keys)) == len(keys)
