"""Why a case is no longer found: what it stood on, compared with what the entries of its item say now.

A function of the case, the entries in order and the register; it knows nothing of when anything arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lending.cases import ABOUT_THE_ITEM, Case, CaseKind, Register
from lending.entries import Entry, ItemChecked, Loan, Return
from lending.rules import Reason


class Why(StrEnum):
    """What explains a case. `Explanation.at_ms` is the time of the first entry named, if nothing else is said."""

    RETURN_CAME = "return_came"
    """The earlier loan had been returned before the later one; its return was not known yet."""
    LOAN_CAME = "loan_came"
    """The thing had been borrowed before it was returned; the loan was not known yet."""
    UNDONE = "undone"
    CHECKED = "checked"
    """Staff have checked the thing since."""
    ITEM_KNOWN = "item_known"
    CARD_KNOWN = "card_known"
    NOT_BLOCKED = "not_blocked"
    BLOCKED_LATER = "blocked_later"
    """At `at_ms`, which is after the loan."""
    RUNS_OUT_LATER = "runs_out_later"
    DATED_OTHERWISE = "dated_otherwise"
    """The entry was made at `at_ms`; the case took it to be made at `was_ms`."""
    CLOCK_KNOWN = "clock_known"
    ROOM_AFTER_ALL = "room_after_all"
    """An earlier loan of the card had been returned; its return was not known yet."""
    STAFF_ENDED = "staff_ended"
    """Staff have said that an earlier loan of the card is over."""
    LOANABLE_AFTER_ALL = "loanable_after_all"
    STATION_ADMITTED = "station_admitted"
    READABLE = "readable"
    """An entry nobody could read counts now."""
    WRITTEN = "written"
    """It is written for Koha now."""
    FORGOTTEN = "forgotten"
    """Who borrowed, or for whom a thing was set aside, has been erased."""
    COUNTS_NO_MORE = "counts_no_more"
    """The entry that raised the case does not count."""
    OTHER_CASE = "other_case"
    """The same entry is another kind of case now."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What explains a case, with the entries that do. Times are Unix ms, None where there is none to tell."""

    why: Why
    entry_ids: tuple[str, ...] = ()
    station: str = ""
    at_ms: int | None = None
    was_ms: int | None = None


def explain(case: Case, entries: Sequence[Entry], register: Register) -> Explanation:
    """Return why `case`, which was found once, is not found in `entries` (of its item, in order) any more."""
    raised = next((entry for entry in entries if entry.entry_id == case.entry_ids[-1]), None)
    if raised is None:
        return Explanation(Why.COUNTS_NO_MORE, case.entry_ids[-1:], case.station, case.at_ms)
    undo = undo_of(raised, entries)
    if undo is not None and case.kind not in ABOUT_THE_ITEM:
        return by_entry(Why.UNDONE, undo)
    return _BY_KIND.get(case.kind, _moved)(_Question(case, raised, entries, register))


def by_entry(why: Why, entry: Entry) -> Explanation:
    """Return that `entry` explains a case."""
    return Explanation(why, (entry.entry_id,), entry.station, entry.at.wall_ms)


def undo_of(loan: Entry, entries: Sequence[Entry]) -> Entry | None:
    """Return the entry that took `loan` back in the same visit, or None."""
    for entry in entries:
        if isinstance(entry.body, Return) and entry.body.undo and entry.body.loan == loan.entry_id:
            return entry
    return None


@dataclass(frozen=True, slots=True)
class _Question:
    case: Case
    raised: Entry
    entries: Sequence[Entry]
    register: Register

    def before(self) -> Sequence[Entry]:
        """Return what lies before the entry that raised the case."""
        return self.entries[: self.entries.index(self.raised)]

    def moved(self) -> bool:
        return self.raised.at.wall_ms != self.case.at_ms


def _moved(asked: _Question) -> Explanation:
    """The entry itself, made at another time or being another case now."""
    why = Why.DATED_OTHERWISE if asked.moved() else Why.OTHER_CASE
    raised = asked.raised
    return Explanation(why, (raised.entry_id,), raised.station, raised.at.wall_ms, asked.case.at_ms)


def _since(asked: _Question, why: Why, since_ms: int) -> Explanation:
    """The register's date lies behind the loan: because the loan was dated otherwise, or because the date changed."""
    return _moved(asked) if asked.moved() else Explanation(why, (asked.raised.entry_id,), at_ms=since_ms)


def _plainly(why: Why) -> Callable[[_Question], Explanation]:
    return lambda asked: Explanation(why, (asked.raised.entry_id,))


def _lent_twice(asked: _Question) -> Explanation:
    before = asked.before()
    for loan_id in reversed(asked.case.entry_ids[:-1]):
        loan = next((entry for entry in asked.entries if entry.entry_id == loan_id), None)
        if loan is None:
            return Explanation(Why.COUNTS_NO_MORE, (loan_id,))
        undo = undo_of(loan, asked.entries)
        if undo is not None:
            return by_entry(Why.UNDONE, undo)
        if loan not in before:
            return Explanation(Why.DATED_OTHERWISE, (loan_id,), loan.station, loan.at.wall_ms)
        back = next((entry for entry in before[before.index(loan) :] if _takes_back(entry)), None)
        if back is not None:
            return by_entry(Why.RETURN_CAME, back)
    return _moved(asked)


def _takes_back(entry: Entry) -> bool:
    return isinstance(entry.body, Return) and not entry.body.undo


def _returned_not_lent(asked: _Question) -> Explanation:
    loan = next((entry for entry in reversed(asked.before()) if isinstance(entry.body, Loan)), None)
    return by_entry(Why.LOAN_CAME, loan) if loan and asked.register.knows_item(asked.case.item) else _moved(asked)


def _card(asked: _Question, then: Callable[[_Question, str], Explanation]) -> Explanation:
    if asked.raised.personal is None:
        return Explanation(Why.FORGOTTEN, (asked.raised.entry_id,))
    return then(asked, asked.raised.personal.patron_ref)


def _unknown_card(asked: _Question, ref: str) -> Explanation:
    return _plainly(Why.CARD_KNOWN)(asked) if asked.register.knows_card(ref) else _moved(asked)


def _blocked(asked: _Question, ref: str) -> Explanation:
    if not asked.register.knows_card(ref):
        return _moved(asked)
    since = asked.register.blocked_since_ms(ref)
    return _plainly(Why.NOT_BLOCKED)(asked) if since is None else _since(asked, Why.BLOCKED_LATER, since)


def _expired(asked: _Question, ref: str) -> Explanation:
    since = asked.register.expired_since_ms(ref)
    still = since is not None and since <= asked.raised.at.wall_ms
    if still or not asked.register.knows_card(ref):
        return _moved(asked)
    return _plainly(Why.RUNS_OUT_LATER)(asked) if since is None else _since(asked, Why.RUNS_OUT_LATER, since)


def _looked_at(asked: _Question) -> Explanation:
    after = asked.entries[asked.entries.index(asked.raised) :]
    check = next((entry for entry in after if isinstance(entry.body, ItemChecked)), None)
    return by_entry(Why.CHECKED, check) if check else _moved(asked)


def _not_loanable(asked: _Question) -> Explanation:
    """Staff's check arrived, or the report lies later, or the register says otherwise of that time now."""
    if asked.case.reason == Reason.HELD_FOR_OTHER and _nobody_knows(asked):
        return Explanation(Why.FORGOTTEN, (asked.raised.entry_id,))
    check = next((entry for entry in reversed(asked.before()) if isinstance(entry.body, ItemChecked)), None)
    if check is not None and asked.case.reason in {Reason.REPORTED_UNSAFE, Reason.NOT_CHECKED_YET}:
        return by_entry(Why.CHECKED, check)
    return _moved(asked) if asked.moved() else _plainly(Why.LOANABLE_AFTER_ALL)(asked)


def _nobody_knows(asked: _Question) -> bool:
    """Return whether it is erased who borrowed, or for whom the thing was set aside then."""
    return asked.raised.personal is None or asked.register.held_for_forgotten(
        asked.case.item, asked.raised.at.wall_ms
    )


def _shut_out(asked: _Question) -> Explanation:
    raised = asked.raised
    return _moved(asked) if asked.moved() else Explanation(Why.STATION_ADMITTED, (raised.entry_id,), raised.station)


_BY_KIND: dict[CaseKind, Callable[[_Question], Explanation]] = {
    CaseKind.LENT_TWICE: _lent_twice,
    CaseKind.RETURNED_NOT_LENT: _returned_not_lent,
    CaseKind.UNKNOWN_ITEM: _plainly(Why.ITEM_KNOWN),
    CaseKind.UNKNOWN_CARD: lambda asked: _card(asked, _unknown_card),
    CaseKind.BLOCKED_CARD: lambda asked: _card(asked, _blocked),
    CaseKind.EXPIRED_CARD: lambda asked: _card(asked, _expired),
    CaseKind.CLOCK_DOUBTFUL: _plainly(Why.CLOCK_KNOWN),
    CaseKind.PARTS_MISSING: _looked_at,
    CaseKind.DAMAGE: _looked_at,
    CaseKind.NOT_LOANABLE: _not_loanable,
    CaseKind.AFTER_REVOCATION: _shut_out,
}
