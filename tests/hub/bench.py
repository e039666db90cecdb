"""A hub to test: an empty database, a small library, and stations that keep a real journal."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections
from django.test import Client

from lending.entries import Body, Draft, Loan, Personal, Return
from lending.nouns import Category, Item, Part, Text
from lending.times import Reading
from sync.cards import seal_card
from sync.hub import commands, environment
from sync.hub.feed.service import feed_version
from sync.hub.fleet import enrolment
from sync.hub.fleet.models import Station
from sync.hub.fleet.tokens import token_hash
from sync.hub.holds.models import Hold
from sync.hub.journal.batch import read_batch
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.models import ItemState, LoanSpan, OpenLoan, ReviewCase
from sync.journal import Place, WireEntry, entry_hash, seal, sign_batch
from sync.protocol import Receipt, make_batch

NOW = 1_795_345_200_000
BOOT = "0" * 32
KNOWN, OTHER, BLOCKED, STRANGER = "N999000001", "N999000004", "N999000002", "N888000123"
DRILL, TENT, SAW = "0301082412", "0301082415", "=0301"
STATIONS = ("ls-0001", "ls-0002", "ls-0003")
DUE = date(2026, 11, 29)


def text(nb: str, en: str) -> Text:
    """Return a text in both languages."""
    return Text.of({"nb": nb, "en": en})


def item(code: str, nb: str, en: str, parts: int = 0) -> Item:
    """Return an item with so many parts."""
    return Item(
        code=code,
        thing=en,
        name=text(nb, en),
        definite=text(f"{nb}en", f"the {en}"),
        category="tools",
        home=STATIONS[0],
        loan_days=7,
        drawing="drill",
        parts=tuple(Part(f"p{n}", text(f"del {n}", f"part {n}")) for n in range(parts)),
    )


ITEMS = (item(DRILL, "slagdrill", "hammer drill", 3), item(TENT, "telt", "tent"), item(SAW, "sag", "saw"))
CATEGORIES = (Category("tools", text("Verktøy", "Tools"), "hammer", "drill", "#EFE6D0"),)
CARDS = ((KNOWN, False), (OTHER, False), (BLOCKED, True))


def use_database(url: str) -> None:
    """Make `url` the database of this process."""
    connections.close_all()
    described = connections.configure_settings({"default": environment.database(url)})
    connections.settings["default"] = described["default"]
    if hasattr(connections._connections, "default"):
        del connections["default"]


def empty_database() -> None:
    """Take every row out of every table."""
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    kept = {"django_content_type", "auth_permission"}
    wanted = [table for table in tables if table not in kept]
    statements = connection.ops.sql_flush(no_style(), wanted, reset_sequences=True, allow_cascade=False)
    connection.ops.execute_sql_flush(statements)


@dataclass
class SimulatedStation:
    """A station with a journal of its own, as real ones keep it; what it sends is up to the test."""

    station: str
    epoch: int = 1
    token: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    journal: list[WireEntry] = field(default_factory=list)

    @property
    def public_key(self) -> str:
        """The key it enrols with."""
        return self.key.public_key().public_bytes_raw().hex()

    def add(self, body: Body, card: str | None = None, *, wall: int = NOW, synced: bool = True) -> WireEntry:
        """Return the entry of `body`, which now is the last of the journal."""
        known = card in {KNOWN, OTHER, BLOCKED}
        sealed = None if known or card is None else seal_card(card, hub_seal_key())
        personal = Personal(ref(card), sealed) if card else None
        return self.append(Draft(secrets.token_hex(16), body, personal), wall, synced=synced)

    def append(self, draft: Draft, wall: int = NOW, *, synced: bool = True) -> WireEntry:
        """Return the entry of `draft`, which now is the last of the journal."""
        last = self.journal[-1] if self.journal else None
        place = (
            Place(self.station, self.epoch, last["seq"], last["hash"]) if last else Place(self.station, self.epoch)
        )
        self.journal.append(seal(draft, place, Reading(wall, BOOT, 1, synced), lambda: secrets.token_hex(16)))
        return self.journal[-1]

    def lend(self, code: str = DRILL, card: str = KNOWN, *, wall: int = NOW) -> WireEntry:
        """Return the entry of a loan."""
        return self.add(Loan(code, DUE), card, wall=wall)

    def take_back(self, code: str = DRILL, *, wall: int = NOW) -> WireEntry:
        """Return the entry of a return."""
        return self.add(Return(code), wall=wall)

    def batch(self, entries: Sequence[WireEntry] | None = None, **changed: Any) -> dict[str, Any]:
        """Return a signed batch of these entries, the whole journal if none are named."""
        chosen = self.journal if entries is None else entries
        batch = make_batch(self.station, self.epoch, chosen, Reading(NOW, BOOT, 1, synced=True), "test/1") | changed
        batch["signature"] = sign_batch(batch, self.key)
        return batch

    @property
    def headers(self) -> dict[str, str]:
        """What it shows to be let in."""
        return {"Authorization": f"Bearer {self.token}"}


def ref(card: str) -> str:
    """Return what stations know the card by."""
    return environment.card_key().patron_ref(card)


def hub_seal_key() -> bytes:
    """Return the key stations seal cards with."""
    return environment.seal_key().public_key().public_bytes_raw()


def broken(wire: WireEntry, **changed: Any) -> WireEntry:
    """Return the entry with other content and a hash that fits it."""
    other = {**wire, **changed}
    return {**other, "hash": entry_hash(other)}


@dataclass
class Bench:
    """A hub with stations that are enrolled."""

    stations: dict[str, SimulatedStation]
    ingest: Ingest = field(default_factory=Ingest)
    now: int = NOW

    @classmethod
    def furnished(cls) -> Bench:
        """Return a bench on an empty database, with the library's items and cards."""
        empty_database()
        commands.load_catalogue(ITEMS, CATEGORIES)
        commands.load_cards(CARDS)
        bench = cls({})
        for station in STATIONS:
            bench.stations[station] = bench.let_in(station)
        return bench

    def let_in(self, station: str) -> SimulatedStation:
        """Return a station that the hub knows."""
        simulated = SimulatedStation(station, token=secrets.token_hex(8))

        row = Station.objects.create(
            station_id=station, name=station.upper(), epoch=1, created_ms=NOW, token_hash=token_hash(simulated.token)
        )
        Journal.objects.create(station=row, epoch=1, public_key=simulated.public_key)
        return simulated

    def __getitem__(self, number: int) -> SimulatedStation:
        return self.stations[STATIONS[number]]

    def take(self, simulated: SimulatedStation, entries: Sequence[WireEntry] | None = None) -> Receipt:
        """Return the hub's receipt for these entries, the whole journal if none are named."""
        self.now += 1
        sent = json.loads(json.dumps(simulated.batch(entries)))
        station = Station.objects.get(pk=simulated.station)
        return self.ingest.take(station, read_batch(sent, simulated.station), self.now)


def post(station: SimulatedStation, path: str, data: Any) -> Any:
    """Return the hub's answer to what a station posts over the line."""
    hub = Client(raise_request_exception=False)
    return hub.post(path, json.dumps(data), content_type="application/json", headers=station.headers)


def push(bench: Bench) -> Any:
    """Return the hub's answer to the whole journal of the first station, as it comes over the line."""
    return post(bench[0], "/api/journal", bench[0].batch())


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    """Begin `work` in a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def replaced(bench: Bench, number: int = 0) -> SimulatedStation:
    """Return the new unit of a station, let in with a new code as a technician does it."""
    old = bench[number]
    code = commands.create_station(old.station, old.station.upper())
    unit = SimulatedStation(old.station, epoch=Station.objects.get(pk=old.station).epoch + 1)
    enrolment.enrol(code, unit.public_key, NOW)
    return unit


def everything() -> dict[str, list[Any]]:
    """Return what the hub makes of all it holds, in an order of its own: two hubs agree if these are equal."""
    loans = OpenLoan.objects.order_by("entry_id")
    states = ItemState.objects.order_by("item")
    cases = ReviewCase.objects.order_by("key")
    journals = Journal.objects.order_by("station_id", "epoch")
    raw = RawEntry.objects.order_by("journal__station_id", "journal__epoch", "seq")
    found: dict[str, list[Any]] = {
        "loans": list(loans.values_list()),
        "states": list(states.values_list()),
        "holds": list(Hold.objects.order_by("hold_id").values_list()),
        "spans": list(LoanSpan.objects.order_by("entry_id").values_list()),
        "cases": [
            (row.key, row.kind, row.state, tuple(row.entry_ids), tuple(row.missing), row.reason)
            for row in cases
            if row.found
        ],
        "journals": list(journals.values_list("station_id", "epoch", "held", "head", "waiting", "forked_at")),
        "entries": list(raw.values_list("entry_id", "seq", "verdict", "in_force", "order_ms", "wire")),
    }
    # Databases sort texts each in its own way.
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def version_of(station: str = STATIONS[0]) -> int:
    """Return the version of the feed a station gets if it asks now."""
    return feed_version(Station.objects.get(pk=station))


def counts() -> tuple[int, ...]:
    """Return how many entries, cases and loans there are: equal before and after means nothing was stored."""
    return (RawEntry.objects.count(), ReviewCase.objects.count(), OpenLoan.objects.count())
