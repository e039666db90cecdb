"""Is a thing here, and if not, when? Counts and dates only: who has it is nobody's business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lending.ledger import ItemLedger
from lending.nouns import CardFacts, Hold, Item, Rules, Standing
from lending.rules import (
    Asked,
    Reason,
    already_out_rule,
    check_rule,
    hold_rule,
    home_rule,
    inspection_rule,
    state_rule,
    unsafe_rule,
)

ITEM_RULES = (already_out_rule, state_rule, inspection_rule, unsafe_rule, check_rule, hold_rule, home_rule)
"""The rules that look at the copy and at nobody."""


class Stand(StrEnum):
    """Where a thing stands: HERE to take, BACK on a day, RESTS here but is not lent now, ELSEWHERE at a station,
    ASK when only the library knows.
    """

    HERE = "here"
    BACK = "back"
    RESTS = "rests"
    ELSEWHERE = "elsewhere"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Availability:
    """How a thing stands at this station. `here` of `copies` can be taken now, `shelf` is where the first of them is.

    `back` is the first day on which a copy that is out is due, never a day that has passed. `elsewhere` are the ids
    of the stations where copies are at home. `reason` is what a copy that is not here now waits for.
    """

    stand: Stand
    here: int = 0
    copies: int = 0
    shelf: str = ""
    back: date | None = None
    elsewhere: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A copy and what the station's journal says of it."""

    item: Item
    ledger: ItemLedger

    def stands_at(self, station: str) -> bool:
        """Return whether it belongs to what can be found at `station`: it is there, or was when it was last seen."""
        return (self.item.home if self.ledger == ItemLedger(self.item.code) else self.ledger.place) == station


def availability(
    copies: Sequence[Shelved], holds: Sequence[Hold], rules: Rules, station: str, today: date
) -> Availability:
    """Return how a thing stands, given all its copies and the holds on it.

    A loan another station has made is not known here: such a copy counts as elsewhere, or as one to ask about.
    """
    mine = [one for one in copies if one.stands_at(station) or one.ledger.open_loans]
    reasons = [copy_refused(one, holds, rules, station, today) for one in mine]
    free = [one.item for one, reason in zip(mine, reasons, strict=True) if reason is None]
    elsewhere = tuple(dict.fromkeys(one.item.home for one in copies if one not in mine and one.item.home != station))
    back = _first_back(mine, today)
    first = next((reason for reason in reasons if reason is not None), None)
    counted = len(mine) or len(copies)
    if free:
        return Availability(Stand.HERE, len(free), counted, free[0].shelf, back, elsewhere, first)
    if back is not None:
        return Availability(Stand.BACK, 0, counted, "", back, elsewhere, Reason.ALREADY_OUT)
    if any(reason is not Reason.ALREADY_OUT for reason in reasons):
        return Availability(Stand.RESTS, 0, counted, "", None, elsewhere, first)
    stand = Stand.ASK if mine or not elsewhere else Stand.ELSEWHERE
    return Availability(stand, 0, counted, "", None, elsewhere, first)


def copy_refused(
    one: Shelved, holds: Sequence[Hold], rules: Rules, station: str, today: date, patron_ref: str = ""
) -> Reason | None:
    """Return why this copy cannot be taken now, or None: it stands here for whoever comes (or for `patron_ref`)."""
    card = CardFacts(Standing.KNOWN)
    asked = Asked(one.item, one.ledger, card, patron_ref, (), holds, rules, today, station)
    return next((reason for rule in ITEM_RULES if (reason := rule(asked)) is not None), None)


def _first_back(mine: Iterable[Shelved], today: date) -> date | None:
    """Return the first day a copy is due that has not passed; what is late tells nothing of when it comes."""
    days = (loan.due for one in mine for loan in one.ledger.open_loans)
    return min((day for day in days if day >= today), default=None)
