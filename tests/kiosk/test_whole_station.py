"""A whole station as one machine: any inputs, reboots, clock jumps, feeds that arrive in the middle of a visit.

Nothing is simulated but the clock: the desk, the store and the visit are the real ones, on a real file, served input
by input on this thread, so that an error anywhere is an error here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support.library import BOOT, HERE, ITEMS, MORE, NOON, RISKY, STRANGER, UNKNOWN_CODE, make_feed
from support.strategies import all_cards, busy_inputs

from hardware.clock import SimulatedClock
from kiosk.desk.views import ConfirmedView, ReturnedView, View
from kiosk.desk.worker import Desk
from kiosk.store.station_store import StationStore
from lending.errors import Damaged
from lending.nouns import Rules
from lending.times import Reading
from lending.visit import (
    CardShown,
    Confirmed,
    ConfirmLoan,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    RestIsHere,
    Returned,
    StaffMenu,
    Tick,
    WhichMissing,
)
from sync.protocol import Receipt

DAY_MS = 86_400_000
CODES = [item.code for item in (*ITEMS, *RISKY, *MORE[:2])]


class Station(RuleBasedStateMachine):
    """What can happen to a station, and what must hold whatever happens."""

    store_class: type[StationStore] = StationStore

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nabolan-station-"))
        self.clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        self.boots = 1
        self.version = 1
        self.confirmed: list[str] = []
        self.journal: list[tuple[int, str, str]] = []
        self.views: list[View] = []

    @initialize()
    def set_up(self) -> None:
        """Give the station its first feed and start it."""
        self.start()
        self.store.take_feed(make_feed(items=(*ITEMS, *RISKY, *MORE)))

    def start(self) -> None:
        """Open the file and begin to serve, as after power-on."""
        self.store = self.store_class.open(self.folder / "station.db", HERE, synchronous="OFF")
        self.desk = Desk(self.store, self.read_clock, self.show, software="test")
        self.desk._begin()

    def read_clock(self) -> Reading:
        """Return the simulated clocks."""
        now = self.clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    def show(self, view: View) -> None:
        """See a view; what it confirms must still be there at the end."""
        self.views.append(view)
        if isinstance(view, ConfirmedView | ReturnedView):
            self.confirmed += [entry for _, entry, kind in self.entries() if kind in ("loan", "return")]

    def entries(self) -> list[tuple[int, str, str]]:
        """Return the journal as the file has it."""
        return list(self.store.db.conn.execute("SELECT seq, entry_id, kind FROM journal ORDER BY epoch, seq"))

    # --- what can happen

    @rule(seconds=st.sampled_from([0, 0, 0, 1, 7, 30, 61]), given=busy_inputs)
    def input_comes(self, seconds: int, given: Any) -> None:
        """Somebody does anything."""
        self.clock.advance(seconds * 1000)
        self.desk._serve(given)

    @rule(card=all_cards, code=st.sampled_from(CODES))
    def somebody_borrows(self, card: str, code: str) -> None:
        """Somebody borrows a thing from beginning to end, if the rules let them."""
        for given in (Done(), CardShown(card, "sealed"), ItemScanned(code), RestIsHere(), ConfirmLoan()):
            self.desk._serve(given)

    @rule(code=st.sampled_from([*CODES, UNKNOWN_CODE]))
    def somebody_brings_it_back(self, code: str) -> None:
        """Whatever the station was doing, a thing that is brought back is taken (invariant 6)."""
        self.desk._serve(GoOn())
        visit = self.desk._visit
        if (
            visit is not None
            and isinstance(visit.step, Returned | WhichMissing | Confirmed)
            and visit.step.item == code
        ):
            return  # the screen is about this very thing: a label read twice, already taken or with undo beside it
        staff = visit is not None and isinstance(visit.home, StaffMenu)
        before = len(self.entries())
        self.desk._serve(ItemScanned(code))
        self.desk._serve(ConfirmReturn())
        kinds = [kind for _, _, kind in self.entries()[before:]]
        assert "return" in kinds or (staff and "item_checked" in kinds), (visit, kinds)

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

    @rule(limit=st.integers(0, 6), missing=st.sets(st.sampled_from(CODES), max_size=3))
    def feed_comes(self, limit: int, missing: set[str]) -> None:
        """A newer feed arrives, also in the middle of a visit: other rules, fewer things."""
        self.version += 1
        items = tuple(item for item in (*ITEMS, *RISKY, *MORE) if item.code not in missing)
        rules = Rules(version=self.version, loan_limit=limit, provisional_limit=min(limit, 2))
        self.store.take_feed(replace(make_feed(self.version, rules=rules, items=items), made_ms=self.clock.wall_ms))

    @rule(share=st.floats(0, 1))
    def hub_acknowledges(self, share: float) -> None:
        """The hub holds a part of what there is."""
        self.store.acknowledge(Receipt(int(self.store.place.seq * share), (), self.clock.wall_ms))

    # --- what must hold

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
