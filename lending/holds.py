"""What is set aside for whom: the holds of the feed, and what this station's journal has done with them since."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from lending.entries import Entry, HoldCancelled, HoldCollected, HoldPlaced, Return
from lending.nouns import Hold

CODE_DIGITS = 6


def code_hash(secret: bytes, hold_id: str, code: str) -> str:
    """Return the keyed hash of a pickup code, so that the station can check it offline without holding it.

    Six digits can be tried out: whoever tries is slowed down by the station (see the desk), and the hash is bound to
    its hold.
    """
    return hmac.new(secret, f"{hold_id}:{code}".encode(), hashlib.sha256).hexdigest()[:32]


def is_code(text: str) -> bool:
    """Return whether `text` has the form of a pickup code."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def apply_hold(holds: dict[str, Hold], entry: Entry) -> dict[str, Hold]:
    """Return the holds after `entry`, by hold id. Collected and cancelled holds are gone."""
    match entry.body:
        case HoldPlaced() as body if entry.personal is not None:
            placed = Hold(body.hold, body.thing, entry.personal.patron_ref, body.until, body.item)
            return {**holds, body.hold: placed}
        case HoldCancelled(hold=hold) | HoldCollected(hold=hold):
            return {key: kept for key, kept in holds.items() if key != hold}
        case _:
            return holds


def undone_loan(entry: Entry) -> str | None:
    """Return the loan that `entry` takes back within the visit that made it, or None. The hold that loan collected
    stands again.
    """
    match entry.body:
        case Return(undo=True, loan=loan):
            return loan
        case _:
            return None


def merge(feed: Iterable[Hold], ended_here: Iterable[str], placed_here: Iterable[Hold]) -> tuple[Hold, ...]:
    """Return the holds that stand: those of the feed that have not ended here since, and those placed here that the
    feed does not know yet. The feed wins where both know one.
    """
    gone = set(ended_here)
    known = {hold.hold_id: hold for hold in placed_here}
    known |= {hold.hold_id: hold for hold in feed}
    return tuple(replace(hold) for key, hold in sorted(known.items()) if key not in gone)


def standing(holds: Iterable[Hold], today: date) -> tuple[Hold, ...]:
    """Return the holds that have not lapsed by `today`."""
    return tuple(hold for hold in holds if hold.until >= today)
