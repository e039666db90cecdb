"""The desk worker: the one thread that owns the station's database and serves a visit.

It takes one input at a time, lets the pure state machine decide, commits, and only then shows the new view.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeVar

from kiosk.desk.facts import DeskFacts
from kiosk.desk.present import idle_view, visit_view
from kiosk.desk.views import OutOfServiceView, StartingView, Status, View
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Body, ClockChange, DeviceChange, Draft, Started
from lending.errors import Damaged
from lending.times import Reading
from lending.visit import CardShown, Input, Tick, Touch, Visit, after_power_cut, decide, trace_of

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_WAITING = 1000
"""Inputs that may wait for the worker; a scanner gone wild loses its own scans, not memory."""

PROBE_SECONDS = 4.0
"""How long an unusable disk is left alone; well below the silence a watchdog takes for death."""

CLOCK_JUMP_MS = 2000
TIMINGS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device went up or down; `name` is `card_reader` or `scanner`. `reason` is plain and holds no data read."""

    name: str
    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkState:
    """The network came or went, as the agent judges it."""

    offline: bool


@dataclass(frozen=True, slots=True)
class _Ask:
    work: Callable[[StationStore], object]
    answer: Future[object]


Message = Input | DeviceState | LinkState | _Ask


class Desk:
    """Serves visits on a thread of its own.

    `show` gets every new view, from the worker's thread. `read_clock` is called once per input. `committed` is
    called after each commit of entries.
    """

    def __init__(
        self,
        store: StationStore,
        read_clock: Callable[[], Reading],
        show: Callable[[View], None],
        *,
        software: str = "",
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._read_clock = read_clock
        self._show = show
        self._software = software
        self._committed = committed
        self._inbox: queue.Queue[Message] = queue.Queue(MAX_WAITING)
        self._visit: Visit | None = None
        self._status = Status(store.station_name, clock_synced=read_clock().synced)
        self._damage: Damaged | None = None
        self._probe_at = 0.0
        self._unclean: bool | None = None
        self._has_begun = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._last_offset_ms: int | None = None
        self._answered_at = time.monotonic()
        self.commit_ms: deque[float] = deque(maxlen=TIMINGS_KEPT)
        self.dropped = 0

    # --- called from other threads

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the input at hand, note the clean end and stop."""
        self._stopping.set()
        self.submit(Tick())  # wakes it
        self._thread.join(timeout)

    def submit(self, given: Input | DeviceState | LinkState) -> None:
        """Put an input in the queue. Never blocks; a full queue drops it and counts that."""
        try:
            self._inbox.put_nowait(given)
        except queue.Full:
            self.dropped += 1

    def ask(self, work: Callable[[StationStore], T], timeout: float = 30.0) -> T:
        """Let the worker do `work` with the store between two inputs, and return its answer.

        Raises what `work` raises, TimeoutError after `timeout` seconds, queue.Full if the desk is overrun.
        """
        answer: Future[object] = Future()
        self._inbox.put(_Ask(work, answer), timeout=timeout)
        return answer.result(timeout)  # type: ignore[return-value]

    def silent_seconds(self) -> float:
        """Return how long ago the worker last came round; a watchdog asks this."""
        return time.monotonic() - self._answered_at

    # --- the worker's thread

    def _run(self) -> None:
        self._guard(self._begin)
        while not self._stopping.is_set():
            self._answered_at = time.monotonic()
            try:
                message = self._inbox.get(timeout=self._patience())
            except queue.Empty:
                message = Tick()
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
            self._visit = None
            self._try_to_show()

    def _try_to_show(self) -> None:
        try:
            self._show_now()
        except Damaged as damage:
            self._out_of_service(damage)
        except Exception:
            log.exception("the desk could not show the idle screen")

    def _patience(self) -> float:
        if self._damage is not None:
            return min(PROBE_SECONDS, max(0.0, self._probe_at - time.monotonic()))
        if self._visit is None:
            return 1.0
        left_ms = self._visit.deadline_ms - self._read_clock().up_ms
        return min(1.0, max(0.01, left_ms / 1000))

    def _begin(self) -> None:
        self._show(StartingView(self._status))
        if self._unclean is None:
            self._unclean = self._store.mark_running(running=True)
        at = self._read_clock()
        facts = DeskFacts(self._store, at)
        self._visit = after_power_cut(self._store.trace(), facts)
        self._commit(at, Started(self._software, self._unclean))
        self._has_begun = True
        self._show_now()

    def _serve(self, message: Message) -> None:
        match message:
            case _Ask():
                self._answer(message)
            case DeviceState():
                self._device(message)
            case LinkState(offline):
                self._change_status(replace(self._status, offline=offline))
            case Tick() if self._damage is not None:
                self._probe()
            case _:
                if self._damage is not None:
                    self._probe()
                self._decide(message)

    def _decide(self, given: Input) -> None:
        at = self._read_clock()
        synced = self._status.clock_synced
        self._note_clock(at)
        outcome = decide(self._visit, given, DeskFacts(self._store, at))
        changed = outcome.visit != self._visit or bool(outcome.drafts)
        if changed:
            self._commit_drafts(outcome.drafts, at, outcome.visit)
        self._visit = outcome.visit
        if changed or synced is not self._status.clock_synced or isinstance(given, CardShown | Touch):
            self._show_now(at)

    def _answer(self, ask: _Ask) -> None:
        feed = self._store.feed_version
        try:
            ask.answer.set_result(ask.work(self._store))
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked
            ask.answer.set_exception(error)
        self._refresh_status(new_feed=self._store.feed_version != feed)

    def _refresh_status(self, *, new_feed: bool) -> None:
        status = replace(self._status, station=self._store.station_name, queued=self._store.waiting_count())
        if new_feed or (self._visit is None and status != self._status) or status.station != self._status.station:
            self._change_status(status)
        else:
            self._status = status

    def _device(self, state: DeviceState) -> None:
        status = self._status
        if state.name == "card_reader":
            status = replace(status, reader_up=state.up)
        else:
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

    def _commit(self, at: Reading, body: Body) -> None:
        self._commit_drafts((Draft(new_id(), body),), at, self._visit, keep_trace=True)

    def _commit_drafts(
        self, drafts: tuple[Draft, ...], at: Reading, visit: Visit | None, *, keep_trace: bool = False
    ) -> None:
        began = time.perf_counter()
        self._store.commit(drafts, at, None if keep_trace else trace_of(visit))
        if drafts:
            self.commit_ms.append((time.perf_counter() - began) * 1000)
            self._committed()

    def _out_of_service(self, damage: Damaged) -> None:
        if self._damage is None:
            log.error("out of service: %s", damage)
        self._damage = damage
        self._probe_at = time.monotonic() + PROBE_SECONDS
        self._visit = None
        try:
            self._show(OutOfServiceView(self._status, phone=self._store.rules.phone, code="S01"))
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
        facts = DeskFacts(self._store, at or self._read_clock())
        if self._visit is not None:
            self._show(visit_view(self._visit, facts, self._store, self._status))
        else:
            self._show(idle_view(self._store, self._status))
