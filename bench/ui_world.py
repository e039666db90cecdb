"""A station of the demo library in a folder: an identity nobody enrolled, a feed, and what visitors bring along."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from assets import demo
from bench.ui_bring import Bring
from kiosk.store.station_store import StationStore
from lending.nouns import RiskClass, Rules
from nabolan.demo import library
from sync.agent.identity import Identity, save
from sync.cards import CardKey
from sync.feed import Feed, FeedCard

STATION = "ls-0001"


def card_numbers() -> list[str]:
    """Return the numbers of demo cards that may borrow anything of risk class A."""
    return [card.card_number for card in demo.cards() if not card.blocked and card.category == "adult"][:60]


def item_codes() -> list[str]:
    """Return the barcodes of demo items of this station that everybody may borrow."""
    here = [item for item in library.items() if item.home == STATION]
    return [item.code for item in here if item.risk_class is RiskClass.A and not item.min_age and not item.training]


def furnish(folder: Path) -> None:
    """Make `folder` a station's: its keys, and a database with the demo library's feed; note what visitors bring."""
    hub_key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    card_key = CardKey(1, b"a key for a measurement only :-)")
    save(folder, Identity(STATION, 1, "token", Ed25519PrivateKey.generate(), card_key, hub_key))
    store = StationStore.open(folder / "station.db", STATION)
    feed = Feed(
        version=1,
        made_ms=int(time.time() * 1000),
        station=STATION,
        station_name="Bragernes",
        rules=Rules(version=1, loan_limit=9, phone=library.RULES.phone),
        categories=tuple(library.categories()),
        items=tuple(library.items()),
        cards=tuple(FeedCard(card_key.patron_ref(number)) for number in card_numbers()),
    )
    store.take_feed(feed)
    store.mark_running(running=False)
    store.close()
    Bring(card_numbers(), item_codes()).write(folder)


if __name__ == "__main__":
    furnish(Path(sys.argv[1]))
