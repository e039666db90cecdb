"""What staff do with holds: set an item aside for a card, or take that back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from lending.errors import Refused
from lending.holds import CODE_DIGITS, code_hash
from sync.cards import normal_card_id
from sync.hub import environment
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.database import lock_holds, lock_items, writing
from sync.hub.feed.service import rules_now
from sync.hub.holds.models import Hold, HoldEvent, HoldState
from sync.hub.holds.tell import tell
from sync.hub.ledger.due import leave_due
from sync.hub.ledger.models import ItemState
from sync.hub.patrons.models import LibraryCard

_ID_BYTES = 16


class UnknownCard(Refused):
    """No card of the library has this number."""


class UnknownItem(Refused):
    """No item of the library has this barcode."""


class AlreadyHeld(Refused):
    """The item is set aside already."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new hold with its pickup code, which is told this once."""

    hold: Hold
    code: str = field(repr=False)


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def set_aside(
    card_id: str, item: str, who: str, today: date, now_ms: int, draw: Callable[[], str] = new_code
) -> Made:
    """Return the hold of `item` for this card, from `today` for as many days as the rules say.

    It is picked up where the item stands, or at its home while it is out. Its code fits no other open hold there.
    Raises UnknownCard, UnknownItem or AlreadyHeld.
    """
    ref = _ref_of(card_id)
    with writing():
        lock_items([item])
        row = CatalogueItem.objects.filter(pk=item).first()
        if row is None:
            raise UnknownItem("no item has this barcode")
        if _open(today).filter(item=item).exists():
            raise AlreadyHeld("the item is set aside already")
        place = ItemState.objects.filter(pk=item).values_list("place", flat=True).first()
        hold = Hold(
            hold_id=secrets.token_hex(_ID_BYTES),
            station=place or row.home,
            thing=row.thing,
            item=item,
            patron_ref=ref,
            until=today + timedelta(days=rules_now().hold_days),
            placed_ms=now_ms,
            by=who,
        )
        lock_holds([f"codes at {hold.station}"])
        code = _free_code(hold.station, today, draw)
        hold.code_hash = _hash(hold.hold_id, code)
        hold.save(force_insert=True)
        HoldEvent.objects.create(hold=hold, at_ms=now_ms, what="placed", who=who)
        tell([hold], now_ms)
        leave_due([item], ())
    return Made(hold, code)


def _ref_of(card_id: str) -> str:
    number = normal_card_id(card_id)
    ref = LibraryCard.objects.filter(pk=number).values_list("patron_ref", flat=True).first() if number else None
    if ref is None:
        raise UnknownCard("no card has this number")
    return ref


def _open(today: date) -> QuerySet[Hold]:
    return Hold.objects.filter(state=HoldState.OPEN, until__gte=today)


def _free_code(station: str, today: date, draw: Callable[[], str]) -> str:
    """Return a code that opens none of the holds at this station: there the code alone says which hold is meant."""
    held = list(_open(today).filter(station=station).exclude(code_hash="").values_list("hold_id", "code_hash"))
    while True:
        code = draw()
        if all(_hash(hold_id, code) != hashed for hold_id, hashed in held):
            return code


def _hash(hold_id: str, code: str) -> str:
    return code_hash(environment.card_key().secret, hold_id, code)


def cancel(hold_id: str, who: str, now_ms: int) -> bool:
    """Return whether the hold was open and is cancelled now."""
    with writing():
        lock_holds([hold_id])
        hold = Hold.objects.select_for_update().filter(pk=hold_id, state=HoldState.OPEN).first()
        if hold is None:
            return False
        hold.cancelled_by, hold.state, hold.ended_ms = who, HoldState.CANCELLED, now_ms
        hold.save(update_fields=["cancelled_by", "state", "ended_ms"])
        HoldEvent.objects.create(hold=hold, at_ms=now_ms, what="cancelled", who=who)
        tell([hold], now_ms)
        leave_due([hold.item] if hold.item else (), ())
    return True
