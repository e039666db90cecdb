"""Where the agent takes from and puts into: the store behind them is the station's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.feed import Feed
from sync.feed_page import FeedPage
from sync.journal import WireEntry
from sync.protocol import Receipt


class Outbox(Protocol):
    """Where the journal waits for the hub."""

    def waiting(self, limit: int, *, after: int = 0) -> Sequence[WireEntry]:
        """Return up to `limit` entries the hub has not acknowledged, in order, without a gap; of those only what
        follows entry `after`.
        """

    def acknowledge(self, receipt: Receipt) -> None:
        """Note what the hub holds."""

    def rewind(self, held: int) -> None:
        """Let what the hub has lost wait again: restored from an older copy, it holds only up to `held`."""


class Inbox(Protocol):
    """Where the feed goes."""

    def feed_cursor(self) -> str:
        """Return what to ask the hub on with; "" for nothing yet."""

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take in the page that follows the cursor `asked`, with the cursor that follows it."""

    def leave_pages(self) -> None:
        """Forget all cursors: this hub sends whole feeds only."""

    def feed_version(self) -> int:
        """Return the version of the feed the station has; 0 for none."""

    def take_feed(self, feed: Feed) -> None:
        """Replace the feed with a whole one."""

    def confirm_feed(self, at_ms: int) -> None:
        """Note that at `at_ms` (the hub's time, Unix ms) the hub had nothing newer than the feed the station has."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """What an earlier epoch of this station has not sent yet, and the key it was signed with."""

    epoch: int
    key: Ed25519PrivateKey
    outbox: Outbox
