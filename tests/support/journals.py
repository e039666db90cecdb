"""Journals ready made: sealed entries in a chain, and an outbox that keeps them in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lending.entries import Draft, Loan, Personal
from lending.nouns import PartAnswer
from support.library import ANNA, HERE, at
from sync.agent.identity import Identity
from sync.cards import CardKey
from sync.feed import Feed
from sync.feed_page import FeedPage
from sync.journal import Place, WireEntry, check_chain, seal
from sync.protocol import Receipt

SALT = "5a" * 16


def chain(drafts: Sequence[Draft], station: str = HERE) -> list[WireEntry]:
    """Return the drafts sealed one after the other."""
    place, wires = Place(station, 1), []
    for number, draft in enumerate(drafts):
        wires.append(seal(draft, place, at(number), lambda: SALT))
        place = Place(station, 1, wires[-1]["seq"], wires[-1]["hash"])
    return wires


def loans(count: int, *, parts: int = 0) -> list[WireEntry]:
    """Return a journal of so many loans to Anna."""
    answers = tuple((f"part {n:0190}", PartAnswer.HERE) for n in range(parts))
    body = Loan("0301082412", date(2026, 12, 6), answers)
    return chain([Draft(f"{n:032x}", body, Personal(ANNA)) for n in range(1, count + 1)])


def make_identity(station: str = HERE) -> Identity:
    """Return an identity with fresh keys."""
    hub_key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    return Identity(station, 1, "token", Ed25519PrivateKey.generate(), CardKey(1, b"k" * 32), hub_key)


class MemoryBoxes:
    """Outbox and inbox of an agent. `dropped` is how far it has let go of entries."""

    def __init__(self, wires: Sequence[WireEntry] = ()) -> None:
        self.journal = list(wires)
        self.dropped = 0
        self.feed: Feed | None = None
        self.pages: list[FeedPage] = []
        self.confirmed_ms = 0

    def waiting(self, limit: int, *, after: int = 0) -> Sequence[WireEntry]:
        """Return what the hub has not acknowledged, of it what follows entry `after`."""
        first = max(self.dropped, after)
        return self.journal[first : first + limit]

    def acknowledge(self, receipt: Receipt) -> None:
        """Let go of what the hub holds."""
        self.dropped = max(self.dropped, receipt.acknowledged)

    def rewind(self, held: int) -> None:
        """Let what the hub has lost wait again."""
        self.dropped = min(self.dropped, held)

    def feed_cursor(self) -> str:
        """Return the cursor of the newest page that was taken."""
        return self.pages[-1].cursor if self.pages else ""

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take it."""
        assert asked == self.feed_cursor()
        self.pages.append(page)

    def leave_pages(self) -> None:
        """Forget all cursors."""
        self.pages.clear()

    def feed_version(self) -> int:
        """Return the version of the feed that was taken."""
        return self.feed.version if self.feed else 0

    def take_feed(self, feed: Feed) -> None:
        """Take it."""
        self.feed = feed

    def confirm_feed(self, at_ms: int) -> None:
        """Note when the feed was confirmed."""
        self.confirmed_ms = at_ms

    def is_whole(self) -> bool:
        """Return whether the journal still is one unbroken chain."""
        return check_chain(self.journal, Place(HERE, 1)) is None
