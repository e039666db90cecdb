"""The station's program: it waits until it is enrolled, serves residents, and is enrolled anew when staff want it."""

from __future__ import annotations

import gc
import logging
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hardware.clock import SystemClock
from hardware.device import DeviceDown, DeviceEvent, DeviceThread, DeviceUp
from hardware.errors import Reason
from hardware.scanner.port import LetterScanned
from hardware.scanner.serial import SerialScanner
from kiosk.desk.facts import local_time
from kiosk.desk.faults import Faults, count_threads
from kiosk.desk.messages import DeviceState
from kiosk.desk.views import EnrolStep, EnrolView, OutOfServiceView, PinTyped, StartingView, Status, View
from kiosk.enrolment import TRIED_AGAIN, try_letter
from kiosk.notify import Watchdog, is_asked, notify
from kiosk.settings import HEADPHONES, Settings
from kiosk.station import SCANNER, SLOW_SECONDS, Station
from kiosk.voice import VOICE, voice_of
from lending.errors import Damaged, NotAllowed, Refused
from lending.nouns import Rules
from lending.visit import Touch
from sync.agent.agent import Pace
from sync.agent.identity import load

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""How often a station that waits looks whether it has been enrolled by hand, and tries again a code that counts."""
ANSWER_SECONDS = 8.0
"""How long the answer to a code stands on the screen of a station that goes back to work after it."""
BEGIN_SECONDS = 900.0
"""How long a start may take before the watchdog is no longer fed: mending a long journal takes minutes."""
STUMBLED = 70
"""The exit status after too many faults in a short time (EX_SOFTWARE of sysexits.h); systemd starts it again."""


class WaitingStation:
    """Stands in the place of a station until it is enrolled: reads the code with the station's own scanner, and looks
    now and then whether somebody typed it. Later it watches over the station and enrols it anew when staff hold a
    code to the scanner.
    """

    def __init__(
        self,
        settings: Settings,
        show: Callable[[View], None],
        *,
        pace: Pace | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._settings = settings
        self._faults = faults or Faults()
        self._begun_at: float | None = None
        self._show = show
        self._pace = pace
        self._clock = SystemClock()
        self._station: Station | None = None
        self._scanner: DeviceThread | None = None
        self._scanner_up: bool | None = None if settings.scanner_port else False
        self._step = EnrolStep.WAITING
        self._name = ""
        self._letters: queue.Queue[bytes] = queue.Queue(1)
        self._again = self._used = b""
        self._renewed = threading.Event()
        self._stopping = threading.Event()
        self._others: dict[str, DeviceState] = {}
        self._thread = threading.Thread(target=self._wait, name="enrolment", daemon=True)

    def start(self) -> None:
        """Begin to look; the station starts by itself once it has an identity. Returns at once: the screen can say
        that it is starting while a long journal is read.
        """
        self._show(StartingView(Status("")))
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and stop the station if it runs. Twice is as good as once."""
        self._stopping.set()
        self._letter(b"")  # wakes it
        if self._thread.is_alive():
            self._thread.join(SLOW_SECONDS)  # it may be starting the station just now
        self._close_scanner()
        self._end_station()

    def submit(self, touch: Touch | PinTyped) -> None:
        """Take a touch from the screen."""
        station = self._station
        if station is not None:
            station.submit(touch)

    def device(self, state: DeviceState) -> None:
        """Take the news of a device that belongs to the screen; a station that starts later hears it too."""
        self._others[state.name] = state
        station = self._station
        if station is not None:
            station.desk.submit(state)

    def local_now(self) -> datetime:
        """Return the local time."""
        station, now = self._station, self._clock.read()
        return station.local_now() if station else local_time(now.wall_ms, Rules().time_zone)

    def up_ms(self) -> int:
        """Return milliseconds since boot."""
        return self._clock.read().up_ms

    def is_alive(self) -> bool:
        """Return whether the desk answers, or nothing is to be served yet and the start does not take too long."""
        station, since = self._station, self._begun_at
        if since is not None and time.monotonic() - since > BEGIN_SECONDS:
            return False
        return station is None or station.is_alive()

    def silent_seconds(self) -> float:
        """Return for how long the desk has not answered; 0 while there is none."""
        station = self._station
        return 0.0 if station is None else station.desk.silent_seconds()

    # --- the thread that waits

    def _begin(self) -> None:
        """Start the station; if it has no identity that counts, listen to the scanner for a code."""
        if self._stopping.is_set():
            return
        self._begun_at = time.monotonic()
        try:
            self._try_to_begin()
        finally:
            self._begun_at = None

    def _try_to_begin(self) -> None:
        try:
            self._start_station()
        except NotAllowed:
            self._listen()
        except (Damaged, Refused) as trouble:
            if isinstance(trouble, Refused) and self._has_spoilt_identity():
                self._listen()
                return
            log.error("the station cannot start: %s", trouble)  # noqa: TRY400 - the trace says nothing more
            self._close_scanner()
            self._show(OutOfServiceView(Status(""), code="S02"))

    def _has_spoilt_identity(self) -> bool:
        try:
            load(self._settings.data_dir)
        except Refused:
            return True
        except (NotAllowed, Damaged):
            pass
        return False

    def _start_station(self) -> None:
        load(self._settings.data_dir)  # before the scanner is let go
        self._close_scanner()
        station = Station(
            self._settings,
            self._show,
            clock=self._clock,
            pace=self._pace,
            letter=self._letter,
            renewed=self._renew,
            faults=self._faults,
        )
        self._station = station
        station.start()
        for state in list(self._others.values()):
            station.desk.submit(state)

    def _wait(self) -> None:
        self._guarded(self._begin)
        while not self._stopping.is_set():
            self._guarded(lambda: self._turn(self._next_letter()))

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:
            self._faults.note()
            log.exception("the station could not start; it is tried again")
            self._step = EnrolStep.WAITING  # or the screen would ask for patience for ever

    def _next_letter(self) -> bytes:
        try:
            return self._letters.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return b""

    def _turn(self, raw: bytes) -> None:
        if self._stopping.is_set():
            return
        if self._renewed.is_set():
            self._renewed.clear()
            self._end_station()
        if self._station is not None:
            if raw and raw != self._used:
                self._anew(raw)
            return
        raw = raw or self._again
        if raw:
            self._enrol(raw)
        if self._station is None:
            self._begin()

    def _enrol(self, raw: bytes) -> EnrolStep:
        """Try a code. One that is tried again by itself leaves what the screen says until that is no longer so; one
        that was used is not tried again, though a scanner reads it for as long as it lies there.
        """
        step = try_letter(self._settings, raw, self._keep_quiet if raw == self._again else self._tell)
        self._again = raw if step in TRIED_AGAIN else b""
        self._used = raw if step is EnrolStep.DONE else b""
        self._tell(step)
        return step

    def _anew(self, raw: bytes) -> None:
        """Enrol a station that runs; it goes on as it was if the code is not good."""
        self._end_station()
        if self._enrol(raw) is not EnrolStep.DONE:
            self._again = b""
            self._stopping.wait(ANSWER_SECONDS)
        self._step, self._name = EnrolStep.WAITING, ""
        self._begin()

    def _keep_quiet(self, _step: EnrolStep, _name: str) -> None:
        pass

    def _tell(self, step: EnrolStep, name: str = "") -> None:
        self._step, self._name = step, name or self._name
        self._show(EnrolView(Status(""), step=step, name=self._name, scanner=self._scanner_up is not False))

    def _renew(self) -> None:
        """Start the station again: it has another identity now."""
        self._renewed.set()
        self._letter(b"")

    def _end_station(self) -> None:
        station, self._station = self._station, None
        if station is not None:
            station.stop()

    # --- the scanner, while no station has it

    def _listen(self) -> None:
        self._tell(self._step)
        if self._scanner is not None or not self._settings.scanner_port or self._stopping.is_set():
            return
        scanner = SerialScanner(self._settings.scanner_port, is_letter=lambda _raw: True)
        self._scanner = DeviceThread(SCANNER, scanner, self._heard)
        self._scanner.start()

    def _close_scanner(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            scanner.stop()

    def _heard(self, event: DeviceEvent) -> None:
        match event:
            case DeviceUp() | DeviceDown():
                self._scanner_up = isinstance(event, DeviceUp)
                self._tell(self._step)
            case LetterScanned(raw):
                self._letter(raw)
            case _:
                pass

    def _letter(self, raw: bytes) -> None:
        """Take a scan for the thread that waits; while it has one to work on, others are dropped."""
        with suppress(queue.Full):
            self._letters.put_nowait(raw)


def run(settings: Settings) -> int:
    """Serve residents on the screen of this machine until SIGTERM; return the exit status."""
    gc.disable()  # nearly all that a start makes stays; the screen's loop turns it on again
    from kiosk.ui import environment  # noqa: PLC0415 - Kivy reads its surroundings when it is imported

    environment.prepare(
        settings.data_dir / "kivy",
        environment.Window(fullscreen=True, cursor=settings.show_cursor, rotation=settings.rotation),
    )
    from kiosk.ui.aids import Aids  # noqa: PLC0415
    from kiosk.ui.aloud import Aloud  # noqa: PLC0415
    from kiosk.ui.app import KioskApp  # noqa: PLC0415

    def voice_changed(up: bool, reason: Reason | None) -> None:  # noqa: FBT001 - the shape of OnState
        station.device(DeviceState(VOICE, up=up, reason=str(reason or "")))

    tally = Faults(settings.data_dir / "faults.json")
    count_threads(tally)
    watchdog = Watchdog(lambda: station.is_alive() and not tally.too_many(), lambda: app.ask_frame())
    app = KioskApp(
        lambda touch: station.submit(touch),
        lambda: station.up_ms(),
        lambda: station.local_now(),
        home=Aids.of(settings),
        keeps_open=True,
        on_turn=watchdog.turned,
        on_frame=watchdog.drawn,
        silence=lambda: station.silent_seconds(),
        tally=tally,
    )
    station = WaitingStation(settings, app.show, faults=tally)
    voice = voice_of(settings, voice_changed)
    if voice is not None:
        app.read_aloud(Aloud(voice, headphones=settings.voice_output == HEADPHONES))
    hear_signals(app.stop)
    station.start()
    notify("READY=1")
    try:
        app.run()
    except Exception:
        log.exception("too much went wrong in a short time; what is confirmed is kept, and the station starts again")
        return STUMBLED
    finally:
        notify("STOPPING=1")
        if voice is not None:
            voice.close()
        station.stop()
    return 0


def hear_signals(stop: Callable[[], None]) -> None:
    """Let SIGTERM end the program. Started by hand, Ctrl+C does so too; started by systemd it does not, nor does any
    other key of a keyboard plugged into the station: the console would turn them into signals.
    """
    signal.signal(signal.SIGTERM, lambda *_: stop())
    if not is_asked():
        signal.signal(signal.SIGINT, lambda *_: stop())
        return
    for typed in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP):
        signal.signal(typed, signal.SIG_IGN)
