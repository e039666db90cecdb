"""A whole station as one machine: any inputs, reboots, clock jumps, feeds that arrive in the middle of a visit.

Nothing is simulated but the clock: the desk, the store and the visit are the real ones, on a real file, served input
by input on this thread, so that an error anywhere is an error here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from support.library import ANNA, BERIT, HERE, STAFF, STRANGER, UNKNOWN_CODE
from support.strategies import all_cards, busy_inputs, work_inputs
from support.whole_station import CODES, DAY_MS, EVERYBODY, PICKUP_CODE, StationWorld

from kiosk.desk.messages import DeviceState, HubClockHeard, LinkState
from kiosk.desk.pin import PinAnswer
from kiosk.store import tables
from kiosk.store.station_store import StationStore
from lending.errors import Damaged
from lending.ledger import OpenLoan
from lending.nouns import PinRule, Rules
from lending.visit import (
    CardShown,
    CodeEntered,
    Confirmed,
    ConfirmLoan,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    OpenPage,
    Page,
    PlaceHold,
    RestIsHere,
    Returned,
    SearchFor,
    ShowThing,
    StaffMenu,
    StartBrowse,
    StartCode,
    Tick,
    UndoNewest,
    WhichMissing,
)
from lending.visit.moves import COVERS
from sync.feed_page import Head, Kind, StillOpen
from sync.protocol import Receipt


class Station(StationWorld):
    """What can happen to a station, and what must hold whatever happens."""

    @initialize()
    def set_up(self) -> None:
        """Give the station its first feed and start it."""
        self.start()
        self.store.take_feed(self.feed(Rules(version=1)))

    # --- what can happen

    @rule(seconds=st.sampled_from([0, 0, 0, 1, 7, 30, 61]), given=busy_inputs)
    def input_comes(self, seconds: int, given: Any) -> None:
        """Somebody does anything."""
        self.clock.advance(seconds * 1000)
        self.serve(given)

    @rule(card=all_cards, code=st.sampled_from(CODES))
    def somebody_borrows(self, card: str, code: str) -> None:
        """Somebody borrows a thing from beginning to end, if the rules let them."""
        for given in (Done(), CardShown(card, "sealed"), ItemScanned(code), RestIsHere(), ConfirmLoan()):
            self.serve(given)

    @rule(code=st.sampled_from([*CODES, UNKNOWN_CODE]))
    def somebody_brings_it_back(self, code: str) -> None:
        """Whatever the station was doing, a thing that is brought back is taken (invariant 6)."""
        self.desk._serve(GoOn())
        while self.desk._visit is not None and isinstance(self.desk._visit.step, COVERS):
            self.desk._serve(GoOn())
        visit = self.desk._visit
        if (
            visit is not None
            and isinstance(visit.step, Returned | WhichMissing | Confirmed)
            and visit.step.item == code
        ):
            return  # the screen is about this very thing: a label read twice, already taken or with undo beside it
        staff = visit is not None and isinstance(visit.home, StaffMenu)
        before, ledger = len(self.entries()), self.store.ledger(code)
        self.desk._serve(ItemScanned(code))
        self.desk._serve(ConfirmReturn())
        kinds = {kind for _, _, kind in self.entries()[before:]}
        taken = {"return", "item_checked", "item_moved"} if staff and not ledger.open_loans else {"return"}
        stands_here = staff and ledger.place == HERE and not ledger.open_loans
        assert kinds & taken or stands_here or self.is_counted(code), (visit, kinds)
        assert not self.store.ledger(code).open_loans

    @rule(work=st.lists(work_inputs, min_size=3, max_size=12))
    def staff_work(self, work: list[Any]) -> None:
        """Staff come and do some of what they can do here; whoever comes after may find their menu open."""
        for given in (Done(), CardShown(STAFF), *work):
            self.clock.advance(1000)
            self.serve(given)

    @rule(
        words=st.sampled_from(["dri", "gardin", ""]),
        thing=st.sampled_from(["drill", "saw", "hammer"]),
        card=all_cards,
    )
    def somebody_looks_around(self, words: str, thing: str, card: str) -> None:
        """Somebody looks for a thing, has it set aside with their card, and reads a page."""
        for given in (Done(), StartBrowse(), SearchFor(words), SearchFor(), ShowThing(thing), PlaceHold()):
            self.clock.advance(3000)
            self.serve(given)
        for given in (CardShown(card, "sealed"), OpenPage(Page.NEARBY), OpenPage(Page.IMPACT)):
            self.serve(given)

    @rule(digit=st.integers(0, 3), code=st.sampled_from(CODES), undo=st.booleans())
    def somebody_collects(self, digit: int, code: str, *, undo: bool) -> None:
        """Somebody collects with a code what was set aside, and may undo it."""
        told = (Done(), StartCode(), CodeEntered(PICKUP_CODE[:-1] + str(digit)), ItemScanned(code))
        for given in (*told, RestIsHere(), ConfirmLoan(), *([UndoNewest()] if undo else [])):
            self.serve(given)

    @rule(
        news=st.sampled_from(
            [
                DeviceState("card_reader", up=False),
                DeviceState("card_reader", up=True),
                LinkState(offline=True),
                LinkState(offline=False),
                PinAnswer(ANNA, right=True, by_hub=True),
                PinAnswer(ANNA, right=False, by_hub=True),
            ]
        )
    )
    def news_comes(self, news: Any) -> None:
        """A device, the network or the answer about a PIN breaks in."""
        self.desk._serve(news)

    @rule(off=st.sampled_from([0, 400, 40 * DAY_MS]))
    def hub_tells_the_time(self, off: int) -> None:
        """The hub's clock is heard."""
        now = self.read_clock()
        self.desk._serve(HubClockHeard(now.boot, now.up_ms, now.wall_ms + off, 20))

    @rule(jump=st.sampled_from([-400, -3, -1, 1, 3, 30, 4000]), synced=st.booleans())
    def clock_is_set(self, jump: int, *, synced: bool) -> None:
        """The wall clock jumps by so many days; time since boot goes on."""
        self.clock.wall_ms += jump * DAY_MS
        self.clock.synced = synced
        self.desk._serve(Tick())

    @rule(back_days=st.sampled_from([0, 0, 3, 1000]), clean=st.booleans())
    def power_goes(self, back_days: int, *, clean: bool) -> None:
        """The station starts again, with a clock nobody has set."""
        if clean:
            self.store.mark_running(running=False)
        self.store.close()
        self.boots += 1
        self.clock.reboot(f"{self.boots:032x}", self.clock.wall_ms - back_days * DAY_MS)
        self.start()

    @rule(
        limit=st.integers(0, 6),
        missing=st.sets(st.sampled_from(CODES), max_size=3),
        pin=st.sampled_from([PinRule.NEVER, PinRule.NEVER, PinRule.ALWAYS]),
    )
    def feed_comes(self, limit: int, missing: set[str], pin: PinRule) -> None:
        """A newer feed arrives, also in the middle of a visit: other rules, fewer things."""
        self.store.take_feed(self.feed(self.newer_rules(limit, pin), missing))
        self.told = {}

    @rule(code=st.sampled_from(CODES), ref=st.sampled_from([ANNA, BERIT, STRANGER, None]), days=st.integers(0, 30))
    def hub_tells_of_a_loan(self, code: str, ref: str | None, days: int) -> None:
        """The unit before this one lent a thing: it is out, whatever this one thought."""
        loan = f"{self.version + 1:032x}"
        told = StillOpen(loan, code, ref, self.clock.wall_ms - days * DAY_MS, self.day(14 - days))
        gone = {Kind.OPEN: (self.told[code],)} if code in self.told else {}
        self.told[code] = loan
        self.take({Kind.OPEN: (told,)}, gone)

    @rule(code=st.sampled_from(CODES))
    def hub_knows_it_is_back(self, code: str) -> None:
        """The hub takes back what it told of a loan."""
        if code in self.told:
            self.take(gone={Kind.OPEN: (self.told.pop(code),)})

    @rule(given=busy_inputs, parts=st.sets(st.integers(0, 6), min_size=1))
    def pages_come(self, given: Any, parts: set[int]) -> None:
        """Pages to look at, places, figures, words and loans that ended elsewhere come one by one, in a visit."""
        some = self.what_a_page_can_hold()
        for number in sorted(parts):
            self.take(some[number])
            self.serve(given)

    @rule(given=busy_inputs, whole=st.booleans())
    def whole_copy_comes(self, given: Any, *, whole: bool) -> None:
        """A whole copy comes in two pages with an input between; now and then the second never does."""
        feed = self.feed(self.newer_rules(4))
        head = Head(HERE, "Tøyen", feed.rules)
        first = {Kind.ITEM: feed.items, Kind.CARD: feed.cards}
        self.take(first, head=head, begins=True, snapshot=True, more=True)
        self.serve(given)
        if whole:
            self.take({Kind.HOLD: feed.holds}, head=head, ends=True, snapshot=True)
            self.told = {}

    @rule(share=st.floats(0, 1))
    def hub_acknowledges(self, share: float) -> None:
        """The hub holds a part of what there is."""
        self.store.acknowledge(Receipt(int(self.store.place.seq * share), (), self.clock.wall_ms))

    @rule()
    def tables_are_made_again(self) -> None:
        """At any time the tables are those the journal makes (what happened is a fact)."""
        before, ledgers = self.store.derived_rows(), [self.store.ledger(code) for code in CODES]
        self.store.rebuild()
        assert self.store.derived_rows() == before
        assert [self.store.ledger(code) for code in CODES] == ledgers

    @rule(days=st.sampled_from([0, 20, 400]))
    def some_are_forgotten(self, days: int) -> None:
        """What is long over is forgotten; who still has or waits for something is not."""
        out = self.open_loans()
        self.store.forget(max(self.clock.wall_ms, self.store.highest_wall_ms) + days * DAY_MS)
        assert self.open_loans() == out

    # --- what must hold

    @invariant()
    def accounts_and_ledgers_agree(self) -> None:
        """A loan is out in its patron's account exactly if it is in its thing's ledger."""
        if hasattr(self, "store"):
            by_card = {loan.entry_id for ref in EVERYBODY for loan in self.store.loans_of(ref)}
            assert self.open_loans() == by_card

    @invariant()
    def the_desk_goes_on(self) -> None:
        """No input ended a visit by an error."""
        if hasattr(self, "store"):
            assert self.desk._damage is None

    @invariant()
    def journal_only_grows(self) -> None:
        """Invariants 1, 2 and 11: no gap, no repeat, nothing changed or out of order, whatever the clock said."""
        if not hasattr(self, "store"):
            return
        now = self.entries()
        assert now[: len(self.journal)] == self.journal
        assert [seq for seq, _, _ in now] == list(range(1, len(now) + 1))
        assert len({entry for _, entry, _ in now}) == len(now)
        self.journal = now

    @invariant()
    def doubtful_dates_are_marked(self) -> None:
        """Invariant 11: a due date from a clock nobody has set carries a mark."""
        if not hasattr(self, "store") or not self.journal:
            return
        newest = self.store.waiting(1_000_000)[-1:]
        for wire in newest:
            if wire["kind"] == "loan" and not wire["at"]["synced"]:
                assert wire["body"]["due_doubtful"]

    def teardown(self) -> None:
        """In the end everything confirmed is there, the chain holds, a rebuild changes nothing, and a stranger who
        has brought everything back is forgotten (invariants 1, 2, 9).
        """
        try:
            if hasattr(self, "store"):
                self._look_back()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _look_back(self) -> None:
        self.desk._serve(Done())
        self.store.check()
        held = {entry for _, entry, _ in self.entries()}
        assert set(self.confirmed) <= held
        before = self.store.derived_rows()
        self.store.rebuild()
        assert self.store.derived_rows() == before
        self._forget_the_stranger()
        self.store.close()

    def _forget_the_stranger(self) -> None:
        self.take(gone={Kind.OPEN: tuple(self.told.values()), Kind.HOLD: (f"{2:032x}", "e" * 32)})
        self.store.take_feed(replace(self.feed(self.newer_rules(4)), holds=()))
        for loan in self.store.loans_of(STRANGER):
            self.desk._serve(ItemScanned(loan.item))
            self.desk._serve(Done())
        self.clock.synced = True
        self.store.acknowledge(Receipt(self.store.place.seq, (), self.clock.wall_ms))
        later = max(self.clock.wall_ms, self.store.highest_wall_ms) + 400 * DAY_MS
        while self.store.forget(later):
            pass
        self.store.check()
        if not self.store.loans_of(STRANGER) and not self.store.holds_of(STRANGER):
            for file in self.folder.glob("station.db*"):
                assert STRANGER.encode() not in file.read_bytes(), file.name


BOUNDS = settings(
    max_examples=int(os.environ.get("NABOLAN_STATION_EXAMPLES", "30")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.timeout(240)
def test_a_station_keeps_its_promises_whatever_happens() -> None:
    """Any inputs, reboots, clock jumps and feeds leave invariants 1, 2, 6, 9 and 11 standing."""
    run_state_machine_as_test(Station, settings=BOUNDS)


class ForgetsOnReboot(StationStore):
    """A planted defect: the newest entry of the last run is gone after a start."""

    @classmethod
    def open(cls, path: Path, station: str, epoch: int = 1, *, synchronous: str = "FULL") -> StationStore:
        """Open the file and lose its newest loan."""
        store = StationStore.open(path, station, epoch, synchronous=synchronous)
        seq = store.place.seq
        if seq > 1:
            store.db.conn.execute("DELETE FROM journal WHERE seq = ?", (seq,))
            store.close()
            return StationStore.open(path, station, epoch, synchronous=synchronous)
        return store


class ForgetfulStation(Station):
    """The same machine over the defect."""

    store_class = ForgetsOnReboot


@pytest.mark.timeout(240)
def test_a_station_that_forgets_on_reboot_is_caught() -> None:
    """The machine above notices a store that loses its newest entry when it starts, or the store does so itself."""
    quick = settings(BOUNDS, print_blob=False, phases=[Phase.generate])
    with pytest.raises((AssertionError, Damaged, ExceptionGroup)):
        run_state_machine_as_test(ForgetfulStation, settings=quick)


class ForgetsWhatCameBack(StationStore):
    """A planted defect: the return of a thing the unit before had lent is forgotten with a restart."""

    @classmethod
    def open(cls, path: Path, station: str, epoch: int = 1, *, synchronous: str = "FULL") -> StationStore:
        """Open the file and lose what was noted of told loans."""
        store = StationStore.open(path, station, epoch, synchronous=synchronous)
        store.db.conn.execute("DELETE FROM told_end")
        return store


class KeepsAHoldEnded(StationStore):
    """A planted defect: a hold that stands again after an undo is gone for whoever makes the tables anew."""

    def rebuild(self) -> int:
        """Make the tables again, and end what stood again."""
        read = super().rebuild()
        self.db.conn.execute("DELETE FROM hold_here")
        return read


class LosesToldLoans(StationStore):
    """A planted defect: an account leaves out what the unit before lent."""

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return only what stands in this unit's journal."""
        return tables.loans_of(self.db, patron_ref)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("store", [KeepsAHoldEnded, LosesToldLoans])
def test_a_station_that_mistakes_loans_or_holds_is_caught(store: type[StationStore]) -> None:
    """The machine above notices stores that do not remember told loans and holds as the journal has them."""
    station = type("Mistaken", (Station,), {"store_class": store})
    quick = settings(BOUNDS, max_examples=400, print_blob=False, phases=[Phase.generate], derandomize=True)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(station, settings=quick)


@pytest.mark.parametrize("store", [StationStore, ForgetsWhatCameBack])
def test_a_station_that_forgets_what_came_back_is_caught(store: type[StationStore]) -> None:
    """One story of the machine, told out: what the unit before lent comes back, and the power goes."""
    station = type("Forgetful", (Station,), {"store_class": store})()
    station.set_up()
    station.hub_tells_of_a_loan(code=CODES[0], ref=ANNA, days=1)
    station.somebody_brings_it_back(code=CODES[0])
    station.power_goes(back_days=0, clean=False)
    if store is StationStore:
        station.tables_are_made_again()
        station.teardown()
        return
    with pytest.raises(AssertionError):
        station.tables_are_made_again()
    station.store.close()
    shutil.rmtree(station.folder)
