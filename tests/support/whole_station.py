"""A whole station under a machine that lets anything happen to it: the file, the desk, and what its hub tells it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from hardware.clock import SimulatedClock
from kiosk.desk.views import View
from kiosk.desk.worker import Desk
from kiosk.store.station_store import StationStore
from lending.nouns import Hold, PinRule, Rules, Text
from lending.times import Reading
from lending.visit import CountShelf
from support.library import (
    ANNA,
    BERIT,
    BOOT,
    CARDS,
    CHILD,
    DRILL,
    HAMMER,
    HERE,
    ITEMS,
    MORE,
    NOON,
    RISKY,
    SAW,
    STAFF,
    STRANGER,
    TENT,
    THERE,
    TRAINED,
    UNKNOWN_CODE,
    make_feed,
)
from support.pointing import pointed
from sync.feed import Feed, FeedCard
from sync.feed_browse import CopyFacts, NearbyPlace, PlaceKind, StationFigures, ThingPage
from sync.feed_page import EndedLoan, FeedPage, Head, Kind, Message, MessageKind

DAY_MS = 86_400_000
CODES = [item.code for item in (*ITEMS, *RISKY, *MORE[:2])]
EVERYBODY = (*CARDS, STRANGER)
PICKUP_CODE = "123456"


def code_hash(hold: str, code: str) -> str:
    """Return what stands in the feed for a pickup code."""
    return f"{hold}/{code}"


class StationWorld(RuleBasedStateMachine):
    """A real desk on a real file, with a simulated clock and a hub that tells it of things, cards and holds.

    What may happen and what must hold is said by whoever makes a machine of it.
    """

    store_class: type[StationStore] = StationStore

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nabolan-station-"))
        self.clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        self.boots = 1
        self.version = 1
        self.confirmed: set[str] = set()
        self.journal: list[tuple[int, str, str]] = []
        self.views: list[View] = []
        self.told: dict[str, str] = {}

    def start(self) -> None:
        """Open the file and begin to serve, as after power-on."""
        self.store = self.store_class.open(self.folder / "station.db", HERE, synchronous="OFF")
        self.desk = Desk(self.store, self.read_clock, self.show, software="test", code_hash=code_hash)
        self.desk._begin()

    def read_clock(self) -> Reading:
        """Return the simulated clocks."""
        now = self.clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    def show(self, view: View) -> None:
        """See a view; what was written before it must still be there at the end."""
        self.views.append(view)
        self.confirmed |= {entry for _, entry, _ in self.entries()}

    def entries(self) -> list[tuple[int, str, str]]:
        """Return the journal as the file has it."""
        return list(self.store.db.conn.execute("SELECT seq, entry_id, kind FROM journal ORDER BY epoch, seq"))

    def serve(self, given: Any) -> None:
        """Let the desk serve an input; what counts a row is pointed at it."""
        self.desk._serve(pointed(given, self.desk._visit, self.desk._facts(self.desk._read_clock())))

    def feed(self, rules: Rules, missing: set[str] | frozenset[str] = frozenset()) -> Feed:
        """Return a whole feed: a card of staff among others, and things set aside for three people."""
        items = tuple(item for item in (*ITEMS, *RISKY, *MORE) if item.code not in missing)
        cards = (FeedCard(STAFF, staff=True), FeedCard(TRAINED, trainings=frozenset({"saws"})))
        child = FeedCard(CHILD, category="child", age_from=10)
        usual = make_feed(self.version, rules=rules, items=items)
        holds = tuple(
            Hold(
                f"{n:032x}",
                thing.thing,
                ref,
                self.day(7),
                thing.code,
                code_hash(f"{n:032x}", PICKUP_CODE[:-1] + str(n)),
            )
            for n, (thing, ref) in enumerate(((DRILL, ANNA), (SAW, BERIT), (HAMMER, STRANGER)))
        )
        return replace(usual, made_ms=self.clock.wall_ms, cards=(*usual.cards, *cards, child), holds=holds)

    def newer_rules(self, limit: int, pin: PinRule = PinRule.NEVER) -> Rules:
        """Return newer rules."""
        self.version += 1
        return Rules(version=self.version, loan_limit=limit, provisional_limit=min(limit, 2), pin=pin)

    def take(self, put: Any = None, gone: Any = None, *, head: Head | None = None, **said: bool) -> None:
        """Let a page of the feed come, as the agent hands it over."""
        self.version += 1
        usual = {"more": False, "begins": False, "ends": False, "snapshot": False} | said
        page = FeedPage(
            cursor=f"c{self.version}",
            version=self.version,
            made_ms=self.clock.wall_ms,
            head=head,
            put=put or {},
            gone=gone or {},
            **usual,
        )
        self.store.take_page(self.store.feed_cursor, page)

    def day(self, ahead: int) -> date:
        """Return a local date so many days ahead, by the station's clock."""
        return date(2026, 11, 22) + timedelta(days=(self.clock.wall_ms - NOON) // DAY_MS + ahead)

    def open_loans(self) -> set[str]:
        """Return the loans that are out by the ledgers of all things, with somebody known who has them."""
        loans = [loan for code in (*CODES, UNKNOWN_CODE) for loan in self.store.ledger(code).open_loans]
        return {loan.entry_id for loan in loans if loan.patron_ref is not None}

    def is_counted(self, code: str) -> bool:
        """Return whether staff are counting, and this thing stands here by that."""
        step = self.desk._visit.step if self.desk._visit is not None else None
        return isinstance(step, CountShelf) and code in step.found

    def what_a_page_can_hold(self) -> list[dict[Kind, tuple[Any, ...]]]:
        """Return pages to look at, places, figures, words, loans that ended elsewhere, a hold and changed things."""
        return [
            {
                Kind.THING: (
                    ThingPage("drill", Text.of({"nb": "For hull i mur"}), (Text.of({"nb": "henge gardin"}),)),
                )
            },
            {Kind.PLACE: (NearbyPlace("bua", PlaceKind.BUA, "Bua", latitude=59.7, longitude=10.2),)},
            {
                Kind.FIGURES: (StationFigures(HERE, self.day(0), 37, 412, 161),),
                Kind.COPY: (CopyFacts(DRILL.code, 41),),
            },
            {Kind.MESSAGE: (Message("m", Text.of({"nb": "Stengt"}), self.day(-1), self.day(1), MessageKind.EVENT),)},
            {
                Kind.ENDED: tuple(
                    EndedLoan(x.entry_id, x.item, self.clock.wall_ms) for x in self.store.loans_of(ANNA)[:1]
                )
            },
            {
                Kind.HOLD: (
                    Hold("e" * 32, TENT.thing, STRANGER, self.day(3), TENT.code, code_hash("e" * 32, "123453")),
                )
            },
            {Kind.ITEM: (replace(DRILL, home=THERE),), Kind.CARD: (FeedCard(BERIT, blocked=True),)},
        ]
