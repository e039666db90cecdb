"""The desk worker: the one thread that owns the station's database and serves a visit.

It takes one input at a time, lets the pure state machine decide, commits, and only then shows the new view.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from kiosk.desk.catalogue import Catalogue
from kiosk.desk.closing import LendingClosed, lends, wanted
from kiosk.desk.faces import face_of
from kiosk.desk.facts import DeskFacts, no_codes
from kiosk.desk.faults import Faults
from kiosk.desk.inbox import Ask, Given, Inbox, Message
from kiosk.desk.machine import Caretaker, Nobody
from kiosk.desk.messages import DeviceState, HubClockHeard, LinkState
from kiosk.desk.pin import PinAnswer, PinCheck, nobody
from kiosk.desk.present import idle_view, visit_view
from kiosk.desk.present_staff import Backstage
from kiosk.desk.reckoning import Reckoning
from kiosk.desk.typed import TypedSecrets
from kiosk.desk.views import (
    DeviceRow,
    OutOfServiceView,
    PinTyped,
    ReturnsOnlyView,
    ShutOut,
    StartingView,
    Status,
    View,
)
from kiosk.desk.views_care import LoadingView, SorryView
from kiosk.desk.views_pages import PlaceRow
from kiosk.store.ballast import Ballast
from kiosk.store.errors import DiskFull
from kiosk.store.hold_tables import CodeHash
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Body, ClockChange, DeviceChange, Draft, HubTime, Started
from lending.errors import Damaged
from lending.times import Reading
from lending.visit import (
    BorrowParts,
    CardShown,
    Input,
    Outcome,
    PinChecked,
    PinEntered,
    StationState,
    StillHere,
    Tick,
    Touch,
    TryAgain,
    Visit,
    after_power_cut,
    decide,
    trace_of,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

PROBE_SECONDS = 4.0
"""How long an unusable disk is left alone; well below the silence a watchdog takes for death."""

CLOCK_JUMP_MS = 2000
TIMINGS_KEPT = 1000
SORRY_SECONDS = 12.0
"""How long the screen says that something held it up, if nobody touches it."""
LOADING_SECONDS = 0.5
"""How often the screen tells how far the first feed has come."""
CHORES_SECONDS = 60.0
"""How often an idle station looks whether anything is to be forgotten."""


class Desk:
    """Serves visits on a thread of its own.

    `show` gets every new view, from the worker's thread. `read_clock` is called once per input. `committed` is
    called after each commit of entries. `pin_check` asks the hub about a PIN, from a thread of its own; `code_hash`
    checks pickup codes. `ballast` is what is given up when the disk is full. `repaired` says what a damaged file has
    lost, "" if nothing. `faults` counts what goes wrong here. `caretaker` knows the machine.
    """

    def __init__(
        self,
        store: StationStore,
        read_clock: Callable[[], Reading],
        show: Callable[[View], None],
        *,
        software: str = "",
        committed: Callable[[], None] = lambda: None,
        pin_check: PinCheck = nobody,
        code_hash: CodeHash = no_codes,
        ballast: Ballast | None = None,
        repaired: str = "",
        faults: Faults | None = None,
        caretaker: Caretaker | None = None,
        barred: bool = False,
    ) -> None:
        self._store = store
        self._faults = faults or Faults()
        self._caretaker = caretaker or Nobody()
        self._hub_off_ms: int | None = None
        self._sorry_until: float | None = None
        self._loading_at = 0.0
        self._code_hash = code_hash
        self._catalogue = Catalogue(store)
        self._reckoning = Reckoning(store)
        self._ballast = ballast
        self._secrets = TypedSecrets(store, pin_check, self.submit)
        self._devices: dict[str, DeviceRow] = {}
        self._closed_for: ReturnsOnlyView | None = None
        self._chores_at = 0.0
        self._nearest: PlaceRow | None = None
        self._read_clock = read_clock
        self._show = show
        self._software = software
        self._committed = committed
        self._inbox = Inbox()
        self._visit: Visit | None = None
        shut_out = ShutOut.NOT_ALLOWED if barred else ShutOut.FORKED if store.is_forked else ShutOut.NO
        self._status = Status(
            store.station_name, clock_synced=read_clock().synced, repaired=repaired, shut_out=shut_out
        )
        self._damage: Damaged | None = None
        self._probe_at = 0.0
        self._unclean: bool | None = None
        self._has_begun = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._last_offset_ms: int | None = None
        self._answered_at = time.monotonic()
        self.commit_ms: deque[float] = deque(maxlen=TIMINGS_KEPT)

    # --- called from other threads

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the input at hand, note the clean end and stop."""
        self._stopping.set()
        self.submit(Tick())  # wakes it
        self._thread.join(timeout)

    def submit(self, given: Given) -> None:
        """Put an input in. Never blocks for long; what finds no room is dropped and counted."""
        self._inbox.put(given)

    def ask(self, work: Callable[[StationStore], T], timeout: float = 30.0) -> T:
        """Let the worker do `work` with the store between two inputs, and return its answer.

        Raises what `work` raises, TimeoutError after `timeout` seconds, queue.Full if the desk is overrun.
        """
        return self._inbox.ask(work, timeout)

    @property
    def dropped(self) -> int:
        """How many inputs found no room."""
        return self._inbox.dropped

    def silent_seconds(self) -> float:
        """Return how long ago the worker last came round; a watchdog asks this."""
        return time.monotonic() - self._answered_at

    # --- the worker's thread

    def _run(self) -> None:
        self._guard(self._begin)
        while not self._stopping.is_set():
            self._answered_at = time.monotonic()
            message = self._inbox.take(0 if self._works_ahead() else self._patience())
            self._guard(lambda message=message: self._serve(message))  # type: ignore[misc]
        self._guard(lambda: self._store.mark_running(running=False))
        self._store.close()

    def _guard(self, work: Callable[[], object]) -> None:
        """Do `work`; nothing that goes wrong in it ends the worker."""
        try:
            work()
        except Damaged as damage:
            self._out_of_service(damage)
        except Exception:
            log.exception("the desk could not serve an input; the visit was ended, what was confirmed is kept")
            self._faults.note()
            if self._visit is not None:
                self._sorry_until = time.monotonic() + SORRY_SECONDS
            self._visit = None
            self._try_to_show()

    def _try_to_show(self) -> None:
        try:
            self._show_now()
        except Damaged as damage:
            self._out_of_service(damage)
        except Exception:
            log.exception("the desk could not show the idle screen")

    def _works_ahead(self) -> bool:
        """Go a short step on with the catalogue, or the figures, while nobody waits; return whether more is to do.

        Not while a copy of the feed is taken in: they would be made of what is about to go, and hold the copy up.
        """
        if self._store.is_taking_in:
            return False
        for made in (self._catalogue, self._reckoning):
            if self._damage is None and self._inbox.is_empty and made.is_due:
                self._guard(made.step)
                return self._catalogue.is_due or self._reckoning.is_due
        return False

    def _patience(self) -> float:
        if self._damage is not None:
            return min(PROBE_SECONDS, max(0.0, self._probe_at - time.monotonic()))
        if self._visit is None:
            return 1.0
        left_ms = self._visit.deadline_ms - self._read_clock().up_ms
        return min(1.0, max(0.01, left_ms / 1000))

    def _begin(self) -> None:
        self._show(StartingView(self._status))
        if self._ballast is not None and not self._ballast.take():
            self._status = replace(self._status, returns_only=True)
        self._note_running()
        unclean = bool(self._unclean) or bool(self._status.repaired)
        at = self._read_clock()
        self._visit = after_power_cut(self._store.trace(), self._facts(at), self._store.trace_wall_ms())
        self._commit(at, Started(self._software, unclean))
        self._has_begun = True
        self._show_now()

    def _note_running(self) -> None:
        """Note that the station runs; the first time, keep in mind whether its last run ended by itself."""
        try:
            ran = self._store.mark_running(running=True)
        except DiskFull:
            if not self._close_lending():
                raise
            ran = self._store.mark_running(running=True)
        self._unclean = ran if self._unclean is None else self._unclean

    def _facts(self, at: Reading) -> DeskFacts:
        return DeskFacts(self._store, at, self._code_hash, self._catalogue, self._reckoning)

    def _serve(self, message: Message) -> None:
        match message:
            case Ask():
                self._answer(message)
            case DeviceState():
                self._device(message)
            case LinkState(offline, shut_out, trouble):
                self._change_status(replace(self._status, offline=offline, shut_out=shut_out, trouble=trouble))
            case HubClockHeard():
                self._note_hub_clock(message)
            case Tick() if self._damage is not None:
                self._probe()
            case PinTyped(pin):
                self._pin_typed(pin)
            case PinAnswer():
                self._pin_answered(message)
            case _:
                if self._damage is not None:
                    self._probe()
                self._decide(message)
        if isinstance(message, TryAgain) and self._visit is not None and isinstance(self._visit.step, StationState):
            self._caretaker.try_again()
        if isinstance(message, Tick):
            self._chores()

    def _decide(self, given: Input) -> None:
        at = self._read_clock()
        synced = self._status.clock_synced
        self._note_clock(at)
        if not isinstance(given, Tick):
            self._closed_for = None
        before = self._visit
        try:
            changed = self._take(given, at)
        except LendingClosed as closed:
            self._lending_is_closed(closed.item, at)
            return
        self._secrets.code_tried(given, before, self._visit, self._facts(at))
        forgiven = self._sorry_until is not None and (
            not isinstance(given, Tick) or time.monotonic() >= self._sorry_until
        )
        if forgiven:
            self._sorry_until = None
        if changed or forgiven or synced is not self._status.clock_synced or isinstance(given, CardShown | Touch):
            self._show_now(at)

    def _take(self, given: Input, at: Reading) -> bool:
        """Let the visit go on with `given` and return whether it changed. Everything is saved before it counts."""
        outcome = decide(self._visit, given, self._facts(at))
        visit = self._secrets.slowed(outcome.visit, at.up_ms)
        changed = visit != self._visit or bool(outcome.drafts)
        if self._status.lends_nothing and lends(outcome):
            raise LendingClosed(wanted(outcome))
        if changed:
            self._commit_drafts(outcome.drafts, at, visit)
        self._visit = visit
        return changed

    def _lending_is_closed(self, item: str | None, at: Reading) -> None:
        """Say plainly that nothing is lent now; the visit is where it was before somebody wanted to borrow."""
        if self._visit is not None and isinstance(self._visit.step, BorrowParts):
            self._visit = replace(self._visit, step=self._visit.home)
        self._take(StillHere(), at)
        self._closed_for = ReturnsOnlyView(self._status, thing=face_of(self._store.item(item)) if item else None)
        self._show_now(at)

    def _pin_typed(self, pin: str) -> None:
        ready = self._secrets.may_try(self._visit, pin)
        self._decide(PinEntered() if ready else StillHere())
        if ready:
            facts = self._facts(self._read_clock())
            self._secrets.begin(self._visit, pin, facts, offline=self._status.offline)

    def _pin_answered(self, answer: PinAnswer) -> None:
        self._secrets.pin_answered(answer, self._facts(self._read_clock()))
        self._decide(PinChecked(answer.right, answer.patron_ref))

    def _answer(self, ask: Ask) -> None:
        feed = self._store.feed_version
        ask.do(self._store)
        self._refresh_status(new_feed=self._store.feed_version != feed)
        if not self._store.feed_made_ms and self._visit is None and time.monotonic() >= self._loading_at:
            self._loading_at = time.monotonic() + LOADING_SECONDS
            self._show_now()

    def _refresh_status(self, *, new_feed: bool) -> None:
        status = replace(self._status, station=self._store.station_name, queued=self._store.waiting_count())
        if new_feed or (self._visit is None and status != self._status) or status.station != self._status.station:
            self._change_status(status)
        else:
            self._status = status

    def _device(self, state: DeviceState) -> None:
        status = self._status
        self._devices[state.name] = DeviceRow(state.name, state.up, state.reason[:100])
        if state.name == "card_reader":
            status = replace(status, reader_up=state.up)
        elif state.name == "scanner":
            status = replace(status, scanner_up=state.up)
        if status == self._status:
            return
        self._status = status  # also when it cannot be saved: a device tells each change only once
        self._commit(self._read_clock(), DeviceChange(state.name, state.up, state.reason[:100]))
        self._show_now()

    def _change_status(self, status: Status) -> None:
        self._status = status
        self._show_now()

    def _note_clock(self, at: Reading) -> None:
        offset = at.wall_ms - at.up_ms
        if self._last_offset_ms is not None and abs(offset - self._last_offset_ms) > CLOCK_JUMP_MS:
            self._commit(at, ClockChange(offset - self._last_offset_ms, at.synced))
        self._last_offset_ms = offset
        if at.synced != self._status.clock_synced:
            self._status = replace(self._status, clock_synced=at.synced)

    def _note_hub_clock(self, heard: HubClockHeard) -> None:
        """Write down how the clock stands to the hub's. The screen has no part in it."""
        at = self._read_clock()
        if heard.boot == at.boot:
            self._hub_off_ms = (at.wall_ms - at.up_ms) - (heard.hub_ms - heard.up_ms)
        if self._damage is None and heard.boot == at.boot:
            self._commit(at, HubTime(heard.hub_ms, heard.up_ms, heard.within_ms))

    def _commit(self, at: Reading, body: Body) -> None:
        self._commit_drafts((Draft(new_id(), body),), at, self._visit, keep_trace=True)

    def _commit_drafts(
        self, drafts: tuple[Draft, ...], at: Reading, visit: Visit | None, *, keep_trace: bool = False
    ) -> None:
        began = time.perf_counter()
        trace = None if keep_trace else trace_of(visit)
        try:
            self._store.commit(drafts, at, trace)
        except DiskFull:
            if not self._close_lending():
                raise
            outcome = Outcome(None, drafts)
            if lends(outcome):
                raise LendingClosed(wanted(outcome)) from None
            self._store.commit(drafts, at, trace)
        if drafts:
            self.commit_ms.append((time.perf_counter() - began) * 1000)
            self._committed()

    # --- a full disk

    def _close_lending(self) -> bool:
        """Give up the ballast, so that returns go on; return whether that freed anything."""
        if self._ballast is None or not self._ballast.give_up():
            return False
        log.error("the disk is full: things are taken back, but nothing is lent until there is room")
        self._status = replace(self._status, returns_only=True)
        self._chores_at = time.monotonic() + PROBE_SECONDS
        return True

    def _reopen_lending(self) -> None:
        """Lend again once there is room for the ballast."""
        if self._ballast is None or not self._ballast.take():
            return
        log.warning("there is room again: the station lends")
        self._change_status(replace(self._status, returns_only=False))

    def _chores(self) -> None:
        """What an idle station does now and then: look for room, and forget whom it need not know any more."""
        if self._damage is not None or time.monotonic() < self._chores_at:
            return
        self._chores_at = time.monotonic() + (PROBE_SECONDS if self._status.returns_only else CHORES_SECONDS)
        if self._status.returns_only:
            self._reopen_lending()
        at = self._read_clock()
        if self._visit is None and self._store.forget(at.wall_ms if at.synced else self._store.hub_wall_ms):
            self._chores_at = time.monotonic()

    def _out_of_service(self, damage: Damaged) -> None:
        if self._damage is None:
            log.error("out of service: %s", damage)
        self._damage = damage
        self._probe_at = time.monotonic() + PROBE_SECONDS
        self._visit = None
        try:
            status = replace(self._status, offline=False)  # nobody is to read that all works without network
            phone = self._store.rules.phone
            self._show(OutOfServiceView(status, phone=phone, code="S01", nearest=self._nearest))
        except Exception:
            log.exception("the desk could not show that it is out of service")

    def _probe(self) -> None:
        """Write something; if that works again, so does the station."""
        ran = self._store.mark_running(running=True)
        self._unclean = ran if self._unclean is None else self._unclean
        self._damage = None
        log.warning("the station can save again")
        if self._has_begun:
            self._show_now()
        else:
            self._begin()

    def _show_now(self, at: Reading | None = None) -> None:
        if self._damage is not None:
            return
        facts = self._facts(at or self._read_clock())
        self._status = replace(self._status, data_age_hours=int(facts.data_age_hours))
        self._show(self._view(facts))

    def _backstage(self) -> Backstage:
        """Return what only staff see of the station, where that is on the screen."""
        if self._visit is None or not isinstance(self._visit.step, StationState):
            return Backstage()
        machine = self._caretaker.look()
        told = {name: row.reason for name, row in self._devices.items() if not row.up}
        devices = tuple(replace(one, reason=told.get(one.name, one.reason)) for one in machine.devices)
        return Backstage(replace(machine, devices=devices), self._faults.in_a_day(), self._hub_off_ms)

    def _view(self, facts: DeskFacts) -> View:
        if self._visit is None and self._sorry_until is not None:
            return SorryView(self._status, phone=facts.rules.phone)
        if self._visit is None and not self._store.feed_made_ms:
            things, cards = self._store.loaded_so_far()
            return LoadingView(self._status, phone=facts.rules.phone, things=things, cards=cards)
        if self._visit is None:
            idle = idle_view(self._store, self._status, facts.today)
            self._nearest = idle.attract.nearest if idle.attract is not None else None
            return idle
        view = visit_view(
            self._visit, facts, self._store, self._status, tuple(self._devices.values()), self._backstage()
        )
        if self._closed_for is None:
            return view
        closed = self._closed_for
        common = {name: getattr(view, name) for name in ("lines", "countdown", "phone", "has_card")}
        return replace(closed, status=self._status, **common)
