"""One station on an empty hub: enrolled, pushed and folded by the hub's own code. All others are copies of it.

Needs Django ready (`sync.hub.setup`) on the hub that is to be filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bench import library, story
from bench.story import KEY, token_of
from lending.entries import Personal
from lending.times import Reading
from sync.cards import seal_card
from sync.hub import environment
from sync.hub.catalogue.service import load_catalogue
from sync.hub.fleet.enrolment import create_station, enrol, token_hash
from sync.hub.fleet.models import Station
from sync.hub.journal.batch import read_batch
from sync.hub.journal.ingest import Ingest
from sync.hub.ledger.due import work_off
from sync.hub.patrons.service import load_cards
from sync.journal import WireEntry, sign_batch
from sync.protocol import make_batch

_A_BATCH = 50
_A_LOAD = 20_000


def furnish(stations: int, now_ms: int) -> None:
    """Fill the registers of items and cards for so many stations."""
    load_catalogue(library.items(stations * story.ITEMS, story.ITEMS), library.categories(), now_ms)
    cards = list(library.cards(stations * story.CARDS))
    for start in range(0, len(cards), _A_LOAD):
        load_cards(cards[start : start + _A_LOAD], now_ms)


def let_in(number: int, now_ms: int) -> Station:
    """Return station `number` (from 0), enrolled, with a token anybody can work out."""
    name = library.station_of(number + 1)
    enrol(create_station(name, f"Station {name}", now_ms), KEY.public_key().public_bytes_raw().hex(), now_ms)
    Station.objects.filter(pk=name).update(token_hash=token_hash(token_of(number)))
    return Station.objects.get(pk=name)


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch as it was sent, and when the hub took it in."""

    batch: Mapping[str, Any]
    at_ms: int


def batches(station: str, entries: Iterable[tuple[WireEntry, Reading]]) -> list[Sent]:
    """Return the journal in signed batches, each sent right after its last entry by the station's clock."""
    every, sent = list(entries), []
    for start in range(0, len(every), _A_BATCH):
        some = every[start : start + _A_BATCH]
        last = some[-1][1]
        clock = Reading(last.wall_ms + 1000, last.boot, last.up_ms + 1000, synced=True)
        batch = make_batch(station, 1, [wire for wire, _ in some], clock, "nabolan/bench")
        batch["signature"] = sign_batch(batch, KEY)
        sent.append(Sent(batch, clock.wall_ms + 200))
    return sent


def take_in(station: Station, sent: Iterable[Sent]) -> None:
    """Let the hub take the batches in and count them."""
    for one in sent:
        Ingest().take(station, read_batch(one.batch, station.station_id), one.at_ms)
    work_off()


def make(entries: int, end_ms: int) -> list[tuple[WireEntry, Reading]]:
    """Return the journal of the first station, which the hub now holds and has folded."""
    card_key, seal_key = environment.card_key(), environment.seal_key().public_key().public_bytes_raw()

    def known(number: int) -> Personal:
        return Personal(card_key.patron_ref(library.card_of(number)))

    def unknown(number: int) -> Personal:
        card = story.stranger(number)
        return Personal(card_key.patron_ref(card), seal_card(card, seal_key))

    station = let_in(0, end_ms - (entries + 1) * story.STEP_MS)
    journal = story.journal(station.station_id, 1, entries, end_ms, known, unknown)
    take_in(station, batches(station.station_id, journal))
    return journal
