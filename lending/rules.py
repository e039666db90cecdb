"""Rules that stop a loan before it happens. Each is one small function with a plain reason and a way on.

None of them stops a return, and none looks at a clock: the day and the age of the data come in the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import CardFacts, Hold, Item, ItemState, RiskClass, Rules, Shelf, Standing


class Reason(StrEnum):
    """Why a loan cannot happen now. The screen turns each into what the resident *can* do."""

    CARD_BLOCKED = "card_blocked"
    CARD_EXPIRED = "card_expired"
    LIMIT_REACHED = "limit_reached"
    PROVISIONAL_LIMIT = "provisional_limit"
    PROVISIONAL_CLASS = "provisional_class"
    KIND_LIMIT = "kind_limit"
    PATRON_CATEGORY = "patron_category"
    TOO_YOUNG = "too_young"
    TRAINING_NEEDED = "training_needed"
    ALREADY_OUT = "already_out"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_BROKEN = "item_broken"
    ITEM_IN_INSPECTION = "item_in_inspection"
    INSPECTION_OVERDUE = "inspection_overdue"
    NOT_FOR_LOAN = "not_for_loan"
    REPORTED_UNSAFE = "reported_unsafe"
    NOT_CHECKED_YET = "not_checked_yet"
    HELD_FOR_OTHER = "held_for_other"
    AT_OTHER_STATION = "at_other_station"
    DATA_OLD_LIMIT = "data_old_limit"
    DATA_OLD_CLASS = "data_old_class"


class WayOn(StrEnum):
    """What a resident can do instead."""

    CALL_LIBRARY = "call_library"
    BRING_SOMETHING_BACK = "bring_something_back"
    TAKE_SIMILAR = "take_similar"
    RETURN_IT = "return_it"
    GET_TRAINING = "get_training"
    COME_WITH_ADULT = "come_with_adult"
    COME_BACK_LATER = "come_back_later"


WAY_ON: dict[Reason, WayOn] = {
    Reason.CARD_BLOCKED: WayOn.CALL_LIBRARY,
    Reason.CARD_EXPIRED: WayOn.CALL_LIBRARY,
    Reason.LIMIT_REACHED: WayOn.BRING_SOMETHING_BACK,
    Reason.PROVISIONAL_LIMIT: WayOn.CALL_LIBRARY,
    Reason.PROVISIONAL_CLASS: WayOn.TAKE_SIMILAR,
    Reason.KIND_LIMIT: WayOn.BRING_SOMETHING_BACK,
    Reason.PATRON_CATEGORY: WayOn.TAKE_SIMILAR,
    Reason.TOO_YOUNG: WayOn.COME_WITH_ADULT,
    Reason.TRAINING_NEEDED: WayOn.GET_TRAINING,
    Reason.ALREADY_OUT: WayOn.RETURN_IT,
    Reason.ITEM_UNKNOWN: WayOn.RETURN_IT,
    Reason.ITEM_BROKEN: WayOn.TAKE_SIMILAR,
    Reason.ITEM_IN_INSPECTION: WayOn.TAKE_SIMILAR,
    Reason.INSPECTION_OVERDUE: WayOn.TAKE_SIMILAR,
    Reason.NOT_FOR_LOAN: WayOn.TAKE_SIMILAR,
    Reason.REPORTED_UNSAFE: WayOn.TAKE_SIMILAR,
    Reason.NOT_CHECKED_YET: WayOn.TAKE_SIMILAR,
    Reason.HELD_FOR_OTHER: WayOn.TAKE_SIMILAR,
    Reason.AT_OTHER_STATION: WayOn.TAKE_SIMILAR,
    Reason.DATA_OLD_LIMIT: WayOn.COME_BACK_LATER,
    Reason.DATA_OLD_CLASS: WayOn.TAKE_SIMILAR,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A loan somebody asks for, and all that is known about it here and now.

    `loans` are the patron's open loans, each with the category of its thing. `holds` are the holds that may concern
    this item. `data_age_hours` is the least the newest feed can be old. With `clock_doubtful` no card has run out.
    """

    item: Item
    ledger: ItemLedger
    card: CardFacts
    patron_ref: str
    loans: Sequence[tuple[OpenLoan, str]]
    holds: Sequence[Hold]
    rules: Rules
    today: date
    station: str
    data_age_hours: float = 0.0
    clock_doubtful: bool = False


Rule = Callable[[Asked], Reason | None]


def card_refuses(card: CardFacts, today: date, *, clock_doubtful: bool = False) -> Reason | None:
    """Return why this card cannot borrow anything, or None if it can. A doubtful clock makes no card run out."""
    if card.standing is Standing.BLOCKED:
        return Reason.CARD_BLOCKED
    ran_out = card.expires is not None and card.expires < today and not clock_doubtful
    return Reason.CARD_EXPIRED if ran_out or card.standing is Standing.EXPIRED else None


def card_rule(asked: Asked) -> Reason | None:
    """A blocked or expired card borrows nothing."""
    return card_refuses(asked.card, asked.today, clock_doubtful=asked.clock_doubtful)


def already_out_rule(asked: Asked) -> Reason | None:
    """What the journal says is out cannot go out again before it has come back."""
    return Reason.ALREADY_OUT if asked.ledger.open_loans else None


_STATE_REASON = {
    ItemState.BROKEN: Reason.ITEM_BROKEN,
    ItemState.IN_INSPECTION: Reason.ITEM_IN_INSPECTION,
    ItemState.NOT_FOR_LOAN: Reason.NOT_FOR_LOAN,
}


def state_rule(asked: Asked) -> Reason | None:
    """What staff took out of lending stays here."""
    return _STATE_REASON.get(asked.item.state)


def inspection_rule(asked: Asked) -> Reason | None:
    """An item past its inspection date stays here."""
    overdue = asked.item.inspect_by is not None and asked.item.inspect_by < asked.today
    return Reason.INSPECTION_OVERDUE if overdue else None


def unsafe_rule(asked: Asked) -> Reason | None:
    """What somebody reported unsafe goes to nobody until staff have checked it, with or without network."""
    return Reason.REPORTED_UNSAFE if asked.ledger.shelf is Shelf.STOPPED else None


def check_rule(asked: Asked) -> Reason | None:
    """An item that must be checked by staff first is not free while it is merely left."""
    needs_check = asked.item.risk_class in asked.rules.staff_check
    return Reason.NOT_CHECKED_YET if needs_check and asked.ledger.shelf is Shelf.LEFT else None


def home_rule(asked: Asked) -> Reason | None:
    """An item that stays home is lent there only."""
    away = asked.item.stays_home and asked.item.home != asked.station
    return Reason.AT_OTHER_STATION if away else None


def hold_rule(asked: Asked) -> Reason | None:
    """An item set aside for somebody else stays until the hold lapses."""
    for hold in asked.holds:
        concerns = hold.item == asked.item.code and hold.until >= asked.today
        if concerns and hold.patron_ref != asked.patron_ref:
            return Reason.HELD_FOR_OTHER
    return None


def category_rule(asked: Asked) -> Reason | None:
    """Some categories of patrons borrow up to a risk class only."""
    allowed = asked.rules.patron_rule(asked.card.category).risk_class
    return Reason.PATRON_CATEGORY if asked.item.risk_class > allowed else None


def age_rule(asked: Asked) -> Reason | None:
    """A thing with an age limit is not lent to a card whose age band begins below it; an unknown age stops nobody."""
    if asked.card.standing is Standing.UNKNOWN:
        return None
    old_enough = asked.card.age_from is None or asked.card.age_from >= asked.item.min_age
    return None if old_enough else Reason.TOO_YOUNG


def training_rule(asked: Asked) -> Reason | None:
    """A thing that needs training is lent to cards that carry its mark."""
    needs = bool(asked.item.training) and asked.item.training not in asked.card.trainings
    return Reason.TRAINING_NEEDED if needs else None


def provisional_rule(asked: Asked) -> Reason | None:
    """A card nobody knows here borrows little, and nothing dangerous."""
    if asked.card.standing is not Standing.UNKNOWN:
        return None
    if len(asked.loans) >= asked.rules.provisional_limit:
        return Reason.PROVISIONAL_LIMIT
    return Reason.PROVISIONAL_CLASS if asked.item.risk_class > asked.rules.provisional_class else None


def limit_rule(asked: Asked) -> Reason | None:
    """A patron has so many things at a time."""
    return Reason.LIMIT_REACHED if len(asked.loans) >= _loan_limit(asked) else None


def _loan_limit(asked: Asked) -> int:
    own = asked.rules.patron_rule(asked.card.category).loan_limit
    return asked.rules.loan_limit if own is None else own


def kind_limit_rule(asked: Asked) -> Reason | None:
    """A patron has so many things of one kind at a time."""
    limit = asked.rules.kind_limit(asked.item.category)
    of_kind = sum(category == asked.item.category for _, category in asked.loans)
    return Reason.KIND_LIMIT if limit is not None and of_kind >= limit else None


def data_age_rule(asked: Asked) -> Reason | None:
    """As the feed grows old, fewer things go out, and none of class C."""
    step = asked.rules.age_step(asked.data_age_hours)
    if step is None:
        return None
    if asked.item.risk_class is RiskClass.C and not step.class_c:
        return Reason.DATA_OLD_CLASS
    return Reason.DATA_OLD_LIMIT if len(asked.loans) >= step.loan_limit else None


RULES: tuple[Rule, ...] = (
    card_rule,
    already_out_rule,
    state_rule,
    inspection_rule,
    unsafe_rule,
    check_rule,
    home_rule,
    hold_rule,
    category_rule,
    age_rule,
    provisional_rule,
    training_rule,
    limit_rule,
    kind_limit_rule,
    data_age_rule,
)
"""In the order in which reasons are told: the card, the item, the person, the counts."""


def loan_refused(asked: Asked) -> Reason | None:
    """Return the first reason against this loan, or None if it may happen."""
    return next((reason for rule in RULES if (reason := rule(asked)) is not None), None)


def may_renew(
    loan: OpenLoan,
    card: CardFacts,
    holds: Sequence[Hold],
    thing: str,
    rules: Rules,
    today: date,
    *,
    clock_doubtful: bool = False,
) -> bool:
    """Return whether an open loan may be renewed: renewals are left, the card is good, nobody waits for it."""
    waited_for = any(h.thing == thing and h.patron_ref != loan.patron_ref and h.until >= today for h in holds)
    good = card_refuses(card, today, clock_doubtful=clock_doubtful) is None
    return loan.renewals < rules.renewals and good and not waited_for


WORTH_WAITING = frozenset(
    {
        Reason.ALREADY_OUT,
        Reason.HELD_FOR_OTHER,
        Reason.REPORTED_UNSAFE,
        Reason.NOT_CHECKED_YET,
        Reason.ITEM_BROKEN,
        Reason.ITEM_IN_INSPECTION,
        Reason.INSPECTION_OVERDUE,
    }
)
"""Reasons that lie in the copy at hand and may be gone by the time the next one is here."""


def may_hold(asked: Asked, reason: Reason, own_holds: Sequence[Hold]) -> bool:
    """Return whether the patron may have the next copy of a refused item set aside.

    `own_holds` are the patron's holds that have not lapsed. One hold per thing, no more holds than loans, and none
    on what this patron could not borrow anyway.
    """
    known = asked.card.standing is Standing.KNOWN and card_rule(asked) is None
    allowed = all(rule(asked) is None for rule in (category_rule, age_rule, training_rule))
    again = any(hold.thing == asked.item.thing for hold in own_holds)
    room = len(own_holds) < _loan_limit(asked)
    return reason in WORTH_WAITING and known and allowed and not again and room
