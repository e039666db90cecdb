"""Review cases: what a person must look at, found by going through the entries of one item in order.

The same set of entries always gives the same cases with the same keys, so a case that later entries explain
is simply no longer found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lending.entries import ConditionAnswer, DamageReport, Entry, ItemChecked, Loan, Renewal, Return
from lending.ledger import ItemLedger, apply_entry
from lending.nouns import Condition, PartAnswer, Shelf
from lending.rules import Reason


class CaseKind(StrEnum):
    """What kind of look is needed."""

    LENT_TWICE = "lent_twice"
    BLOCKED_CARD = "blocked_card"
    EXPIRED_CARD = "expired_card"
    UNKNOWN_CARD = "unknown_card"
    UNKNOWN_ITEM = "unknown_item"
    PARTS_MISSING = "parts_missing"
    DAMAGE = "damage"
    RETURNED_NOT_LENT = "returned_not_lent"
    DECIDED_ON_OLD_DATA = "decided_on_old_data"
    CLOCK_DOUBTFUL = "clock_doubtful"
    NOT_LOANABLE = "not_loanable"
    AFTER_REVOCATION = "after_revocation"
    OVER_LIMIT = "over_limit"


RISK: dict[CaseKind, int] = {
    CaseKind.LENT_TWICE: 1,
    CaseKind.NOT_LOANABLE: 2,
    CaseKind.DAMAGE: 3,
    CaseKind.AFTER_REVOCATION: 4,
    CaseKind.BLOCKED_CARD: 5,
    CaseKind.EXPIRED_CARD: 6,
    CaseKind.UNKNOWN_CARD: 7,
    CaseKind.UNKNOWN_ITEM: 8,
    CaseKind.OVER_LIMIT: 9,
    CaseKind.PARTS_MISSING: 10,
    CaseKind.CLOCK_DOUBTFUL: 11,
    CaseKind.DECIDED_ON_OLD_DATA: 12,
    CaseKind.RETURNED_NOT_LENT: 13,
}
"""What to look at first; 1 is most urgent. From the order of board 21; what may hurt somebody comes early."""

MOST_EARLIER = 40
"""So many earlier loans a case names, the newest: those before them stand in the cases of these. A thing that is lent
and lent and never comes back must not cost more with every loan."""

OLD_DATA_HOURS = 72
"""A loan decided on an older feed is looked at: a card may have been blocked, an item called in meanwhile."""


ABOUT_THE_ITEM = frozenset({CaseKind.UNKNOWN_ITEM, CaseKind.PARTS_MISSING})
"""Cases of a loan that are still worth a look when it was undone in the same visit; nobody has the thing then."""

UNTIL_CHECKED = frozenset({CaseKind.DAMAGE, CaseKind.PARTS_MISSING})
"""Cases that are over once staff have checked the thing: the ledger says then that all is well with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One review case. `entry_ids` are the entries it stands on, the one that raised it last. `reason` says more
    where a kind has several: a `lending.rules.Reason`.
    """

    kind: CaseKind
    item: str
    station: str
    at_ms: int
    entry_ids: tuple[str, ...]
    missing: tuple[str, ...] = ()
    reason: str = ""

    @property
    def key(self) -> str:
        """The name of this case, the same whenever it is found again."""
        return case_key(self.kind, self.entry_ids[-1])


def case_key(kind: CaseKind, raised: str) -> str:
    """Return the name of the case of this kind that the entry `raised` raises."""
    return f"{kind.value}:{raised}"


def _never(*_: object) -> None:
    """Nothing of the kind is known."""


@dataclass(frozen=True, slots=True)
class Register:
    """What the hub knows beside the journals: is this an item of ours, is this a card of ours, and since when
    (Unix ms) is the card blocked, or has it run out; None if it is not.

    `not_loanable` says why an item was not to be lent at a station at a time (item, station, Unix ms), `needs_check`
    whether it must be checked before it goes out again, `shut_out_since_ms` since when a station's journal (station,
    epoch) is shut out, `held_for_other` whether an item was set aside for somebody else than a card (item,
    patron_ref) at a time, `held_for_forgotten` whether it was for somebody who has been erased since (item, Unix ms).
    """

    knows_item: Callable[[str], bool]
    knows_card: Callable[[str], bool]
    blocked_since_ms: Callable[[str], int | None]
    expired_since_ms: Callable[[str], int | None] = _never
    not_loanable: Callable[[str, str, int], Reason | None] = _never
    needs_check: Callable[[str], bool] = lambda _: False
    shut_out_since_ms: Callable[[str, int], int | None] = _never
    held_for_other: Callable[[str, str, int], bool] = lambda *_: False
    held_for_forgotten: Callable[[str, int], bool] = lambda *_: False


def find_cases(
    item: str, entries: Iterable[Entry], register: Register, before: ItemLedger | None = None
) -> tuple[Case, ...]:
    """Return the cases in `entries`, which are all about `item` and come in order (see `ledger.in_order`).

    `before` is what the entries ahead of them say; without it, they are all there are. Kinds that look at more than
    one item are found elsewhere (see `lending.limits`).
    """
    ledger, found = before or ItemLedger(item), list[Case]()
    entries = tuple(entries)
    undone = {entry.body.loan for entry in entries if isinstance(entry.body, Return) and entry.body.undo}
    for entry in entries:
        if isinstance(entry.body, ItemChecked):
            found = [case for case in found if case.kind not in UNTIL_CHECKED]
        cases = _cases_of(entry, ledger, register)
        found.extend(case for case in cases if entry.entry_id not in undone or case.kind in ABOUT_THE_ITEM)
        ledger = apply_entry(ledger, entry)
    return tuple(found)


def _cases_of(entry: Entry, before: ItemLedger, register: Register) -> list[Case]:
    match entry.body:
        case Loan() as body:
            return _loan_cases(entry, body, before, register)
        case Return() as body:
            return _return_cases(entry, body, before, register)
        case ConditionAnswer() as body:
            return _condition_cases(entry, body)
        case DamageReport() as body:
            return [_case(CaseKind.DAMAGE, entry, body.item)]
        case Renewal(due_doubtful=True) as body:
            return [_case(CaseKind.CLOCK_DOUBTFUL, entry, body.item, body.loan)]
        case _:
            return []


def _case(
    kind: CaseKind, entry: Entry, item: str, *earlier: str, missing: tuple[str, ...] = (), reason: str = ""
) -> Case:
    return Case(kind, item, entry.station, entry.at.wall_ms, (*earlier, entry.entry_id), missing, reason)


def _loan_cases(entry: Entry, body: Loan, before: ItemLedger, register: Register) -> list[Case]:
    cases = []
    if before.open_loans:
        earlier = before.open_loans[-MOST_EARLIER:]
        cases.append(_case(CaseKind.LENT_TWICE, entry, body.item, *(loan.entry_id for loan in earlier)))
    if not register.knows_item(body.item):
        cases.append(_case(CaseKind.UNKNOWN_ITEM, entry, body.item))
    reason = why_not_loanable(entry, body.item, before, register)
    if reason is not None:
        cases.append(_case(CaseKind.NOT_LOANABLE, entry, body.item, reason=reason.value))
    cases.extend(_shut_out(entry, body.item, register))
    cases.extend(_card_cases(entry, body, register))
    missing = tuple(part for part, answer in body.parts if answer is PartAnswer.MISSING)
    if missing:
        cases.append(_case(CaseKind.PARTS_MISSING, entry, body.item, missing=missing))
    if body.due_doubtful:
        cases.append(_case(CaseKind.CLOCK_DOUBTFUL, entry, body.item))
    if body.data_age_hours > OLD_DATA_HOURS:
        cases.append(_case(CaseKind.DECIDED_ON_OLD_DATA, entry, body.item))
    return cases


def why_not_loanable(entry: Entry, item: str, before: ItemLedger, register: Register) -> Reason | None:
    """Return why `item` should not have been lent by `entry`, or None; what was said of the thing itself first."""
    if before.shelf is Shelf.STOPPED:
        return Reason.REPORTED_UNSAFE
    said = register.not_loanable(item, entry.station, entry.at.wall_ms)
    if said is not None:
        return said
    if before.shelf is Shelf.LEFT and register.needs_check(item):
        return Reason.NOT_CHECKED_YET
    ref = None if entry.personal is None else entry.personal.patron_ref
    held = ref is not None and register.held_for_other(item, ref, entry.at.wall_ms)
    return Reason.HELD_FOR_OTHER if held else None


def _shut_out(entry: Entry, item: str, register: Register) -> list[Case]:
    since = register.shut_out_since_ms(entry.station, entry.epoch)
    return [_case(CaseKind.AFTER_REVOCATION, entry, item)] if _by_then(since, entry) else []


def _card_cases(entry: Entry, body: Loan, register: Register) -> list[Case]:
    if entry.personal is None:
        return []
    ref = entry.personal.patron_ref
    if not register.knows_card(ref):
        return [_case(CaseKind.UNKNOWN_CARD, entry, body.item)]
    if _by_then(register.blocked_since_ms(ref), entry):
        return [_case(CaseKind.BLOCKED_CARD, entry, body.item)]
    if _by_then(register.expired_since_ms(ref), entry) and not body.due_doubtful:
        return [_case(CaseKind.EXPIRED_CARD, entry, body.item)]
    return []


def _by_then(since_ms: int | None, entry: Entry) -> bool:
    return since_ms is not None and since_ms <= entry.at.wall_ms


def _return_cases(entry: Entry, body: Return, before: ItemLedger, register: Register) -> list[Case]:
    shut_out = [] if body.undo else _shut_out(entry, body.item, register)
    return [*shut_out, *_not_expected(entry, body, before, register)]


def _not_expected(entry: Entry, body: Return, before: ItemLedger, register: Register) -> list[Case]:
    if not register.knows_item(body.item):
        return [_case(CaseKind.UNKNOWN_ITEM, entry, body.item)]
    if not before.open_loans and not body.undo:
        return [_case(CaseKind.RETURNED_NOT_LENT, entry, body.item)]
    return []


def _condition_cases(entry: Entry, body: ConditionAnswer) -> list[Case]:
    if body.answer is Condition.MISSING:
        return [_case(CaseKind.PARTS_MISSING, entry, body.item, body.about, missing=body.missing)]
    if body.answer is Condition.DAMAGED:
        return [_case(CaseKind.DAMAGE, entry, body.item, body.about)]
    return []
