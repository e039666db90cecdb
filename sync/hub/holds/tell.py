"""Telling stations of their holds."""

from __future__ import annotations

from collections.abc import Iterable

from lending.nouns import Hold as TheHold
from sync.feed import hold_to_plain
from sync.feed_page import Kind
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.holds.models import Hold, HoldState


def tell(holds: Iterable[Hold], now_ms: int) -> int:
    """Return how many of these holds changed for their stations: open ones stand there, others are gone, and so are
    those the hub has forgotten whose they are.

    Runs inside a transaction.
    """
    return publish(Kind.HOLD, map(_told, holds), now_ms)


def _told(hold: Hold) -> Told:
    plain = None
    if hold.state == HoldState.OPEN and hold.patron_ref:
        plain = hold_to_plain(
            TheHold(hold.hold_id, hold.thing, hold.patron_ref, hold.until, hold.item or None, hold.code_hash)
        )
    return Told(hold.hold_id, plain, Lane.HERE, hold.station)
