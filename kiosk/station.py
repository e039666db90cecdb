"""Puts a station together: devices, desk, store, agent and screen. The only module that knows all of them."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from hardware.card_reader.pn532 import Pn532Reader
from hardware.card_reader.port import CardPlaced, CardUnreadable
from hardware.clock import Clock, SystemClock
from hardware.device import DeviceDown, DeviceEvent, DeviceThread, DeviceUp
from hardware.scanner.port import Scanned
from hardware.scanner.serial import SerialScanner
from kiosk.desk.facts import local_time
from kiosk.desk.views import OutOfServiceView, PinTyped, StartingView, Status, View
from kiosk.desk.worker import Desk, DeviceState, LinkState
from kiosk.notify import notify
from kiosk.settings import Settings
from kiosk.store.ballast import Ballast
from kiosk.store.bookmark import write_bookmark
from kiosk.store.errors import as_damage
from kiosk.store.feed_load import FeedLoad
from kiosk.store.owner import Ownership
from kiosk.store.repair import Repair, open_checked
from kiosk.store.station_store import StationStore
from lending.errors import Damaged, NotAllowed, Refused
from lending.holds import code_hash
from lending.nouns import Rules
from lending.times import Reading
from lending.visit import CardShown, ItemScanned, OddScan, OddScanned, Touch
from sync.agent.agent import Agent, AgentState, Pace
from sync.agent.identity import Identity, load
from sync.agent.link import HubLink
from sync.agent.pins import HubPins
from sync.feed import Feed
from sync.journal import WireEntry
from sync.protocol import Receipt

log = logging.getLogger(__name__)

READER = "card_reader"
SCANNER = "scanner"
ENROLMENT_SECONDS = 3.0
SLOW_SECONDS = 10.0
"""How long the desk may be silent before the watchdog is no longer fed."""


def software() -> str:
    """Return the name and version this station tells the hub."""
    return f"nabolan/{version('nabolan')}"


def open_store(settings: Settings, identity: Identity) -> tuple[StationStore, Ownership]:
    """Return the station's store and the right to it.

    Raises Refused while another process has it, Damaged if the disk or the file cannot be used.
    """
    ownership = own(settings)
    try:
        return StationStore.open(settings.database, identity.station, identity.epoch), ownership
    except BaseException:
        ownership.release()  # or the next try would find the station running
        raise


def own(settings: Settings) -> Ownership:
    """Return the right to the station's folder, made if need be. Raises Refused while another process has it."""
    with as_damage("opening the station's folder"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return Ownership(settings.data_dir)


def open_to_serve(settings: Settings, identity: Identity) -> tuple[StationStore, Repair | None, Ownership]:
    """Return the store, checked and made again if it was damaged, what that did, and the right to it.

    Raises Refused while another process has it, Damaged if nothing can be read or written there.
    """
    ownership = own(settings)
    try:
        store, repair = open_checked(settings.database, identity.station, identity.epoch)
    except BaseException:
        ownership.release()
        raise
    return store, repair, ownership


class _Mailbox:
    """Outbox and inbox of the agent: every call goes through the desk, so one thread touches the database."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = folder

    def waiting(self, limit: int) -> Sequence[WireEntry]:
        return self._desk.ask(lambda store: store.waiting(limit))

    def acknowledge(self, receipt: Receipt) -> None:
        self._desk.ask(lambda store: self._acknowledge(store, receipt))

    def _acknowledge(self, store: StationStore, receipt: Receipt) -> None:
        before = store.acknowledged
        store.acknowledge(receipt)
        if store.acknowledged > before:
            write_bookmark(self._folder, store.held_place())

    def feed_version(self) -> int:
        return self._desk.ask(lambda store: store.feed_version)

    def take_feed(self, feed: Feed) -> None:
        """Step by step, so that whoever stands at the screen is served in between."""
        for step in FeedLoad(feed).steps():
            self._desk.ask(step)

    def confirm_feed(self, at_ms: int) -> None:
        self._desk.ask(lambda store: store.confirm_feed(at_ms))


class Station:
    """A running station without its screen: `show` gets the views, `submit` takes the touches."""

    def __init__(
        self,
        settings: Settings,
        show: Callable[[View], None],
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._identity = load(settings.data_dir)
        store, repair, self._ownership = open_to_serve(settings, self._identity)
        self._pins = self._make_pins()
        self.desk = Desk(
            store,
            self.read_clock,
            show,
            software=software(),
            committed=self._wake_agent,
            pin_check=self._pins or (lambda _ref, _pin: None),
            code_hash=self._code_hash,
            ballast=Ballast(settings.data_dir),
            repaired="" if repair is None else str(repair),
        )
        self._rules_zone = store.rules.time_zone
        self._devices = self._make_devices()
        self._agent = self._make_agent(pace)

    def read_clock(self) -> Reading:
        """Return the station's clocks as they stand now."""
        now = self._clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    def local_now(self) -> datetime:
        """Return the station's local time."""
        return local_time(self._clock.read().wall_ms, self._rules_zone)

    def start(self) -> None:
        """Serve visits, listen to the devices, sync."""
        self.desk.start()
        for device in self._devices:
            device.start()
        if self._agent is not None:
            self._agent.start()

    def stop(self) -> None:
        """Stop everything; what is confirmed is kept, and the next start knows that this end was clean."""
        for device in self._devices:
            device.stop()
        if self._agent is not None:
            self._agent.stop()
        self.desk.stop()
        if self._pins is not None:
            self._pins.close()
        self._ownership.release()

    def submit(self, touch: Touch | PinTyped) -> None:
        """Take a touch from the screen."""
        self.desk.submit(touch)

    def is_alive(self) -> bool:
        """Return whether the desk still answers; the network and the devices do not count."""
        return self.desk.silent_seconds() < SLOW_SECONDS

    def _make_devices(self) -> list[DeviceThread]:
        devices = []
        if self._settings.reader_port:
            devices.append(DeviceThread(READER, Pn532Reader(self._settings.reader_port), self._heard))
        if self._settings.scanner_port:
            devices.append(DeviceThread(SCANNER, SerialScanner(self._settings.scanner_port), self._heard))
        return devices

    def _make_agent(self, pace: Pace | None) -> Agent | None:
        if not self._settings.hub_url:
            return None
        link = self._make_link()
        mailbox = _Mailbox(self.desk, self._settings.data_dir)
        return Agent(
            link, self._identity, mailbox, mailbox, self.read_clock, self._link_changed, pace=pace, client=software()
        )

    def _make_link(self) -> HubLink:
        return HubLink(
            self._settings.hub_url, self._identity.token, ca_file=self._settings.ca_file, client=software()
        )

    def _make_pins(self) -> HubPins | None:
        return HubPins(self._make_link()) if self._settings.hub_url else None

    def _code_hash(self, hold_id: str, code: str) -> str:
        return code_hash(self._identity.card_key.secret, hold_id, code)

    def _wake_agent(self) -> None:
        if self._agent is not None:
            self._agent.wake()

    def _link_changed(self, state: AgentState) -> None:
        self.desk.submit(LinkState(state.offline or bool(state.stopped)))

    def _heard(self, event: DeviceEvent) -> None:
        match event:
            case DeviceUp(device):
                self.desk.submit(DeviceState(device, up=True))
            case DeviceDown(device, reason):
                self.desk.submit(DeviceState(device, up=False, reason=str(reason)))
            case CardPlaced(card):
                self._card(card.value)
            case CardUnreadable():
                self.desk.submit(OddScanned(OddScan.UNREADABLE_CARD))
            case Scanned():
                self._scanned(event)
            case _:
                pass

    def _card(self, card_id: str) -> None:
        patron_ref, sealed = self._identity.card(card_id)
        self.desk.submit(CardShown(patron_ref, sealed))

    def _scanned(self, event: Scanned) -> None:
        """A library card's barcode opens a visit just like the card on the reader: many cards have no chip."""
        code = event.code
        if code.kind == "item":
            self.desk.submit(ItemScanned(code.value, maybe_person=code.looks_like_cpr))
        elif code.kind == "card":
            self._card(code.value)
        else:
            self.desk.submit(OddScanned(OddScan(code.kind)))


class WaitingStation:
    """Stands in the place of a station until it is enrolled: shows that it waits, and looks again now and then."""

    def __init__(self, settings: Settings, show: Callable[[View], None]) -> None:
        self._settings = settings
        self._show = show
        self._clock = SystemClock()
        self._station: Station | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="enrolment", daemon=True)

    def start(self) -> None:
        """Begin to look; the station starts by itself once it has an identity."""
        if not self._try():
            self._thread.start()

    def stop(self) -> None:
        """Stop looking, and stop the station if it runs. Twice is as good as once."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(SLOW_SECONDS)  # it may be starting the station just now
        station, self._station = self._station, None
        if station is not None:
            station.stop()

    def submit(self, touch: Touch | PinTyped) -> None:
        """Take a touch from the screen."""
        if self._station is not None:
            self._station.submit(touch)

    def local_now(self) -> datetime:
        """Return the local time."""
        now = self._clock.read()
        return self._station.local_now() if self._station else local_time(now.wall_ms, Rules().time_zone)

    def up_ms(self) -> int:
        """Return milliseconds since boot."""
        return self._clock.read().up_ms

    def is_alive(self) -> bool:
        """Return whether the desk answers, or nothing is to be served yet."""
        return self._station is None or self._station.is_alive()

    def _try(self) -> bool:
        try:
            station = Station(self._settings, self._show, clock=self._clock)
        except NotAllowed:
            self._show(StartingView(Status(""), enrolled=False))
            return False
        except (Damaged, Refused) as trouble:
            log.error("the station cannot start: %s", trouble)  # noqa: TRY400 - the trace says nothing more
            self._show(OutOfServiceView(Status(""), code="S02"))
            return False
        self._station = station
        station.start()
        return True

    def _wait(self) -> None:
        while not self._stopping.wait(ENROLMENT_SECONDS):
            try:
                if self._try():
                    return
            except Exception:
                log.exception("the station could not start; it is tried again")


def run(settings: Settings) -> int:
    """Serve residents on the screen of this machine until SIGTERM; return the exit status."""
    from kiosk.ui import environment  # noqa: PLC0415 - Kivy reads its surroundings when it is imported

    environment.prepare(
        settings.data_dir / "kivy",
        environment.Window(fullscreen=True, cursor=settings.show_cursor, rotation=settings.rotation),
    )
    from kiosk.ui.app import KioskApp  # noqa: PLC0415

    fed = Fed()

    def feed_watchdog() -> None:
        if station.is_alive():
            fed.now()

    app = KioskApp(
        lambda touch: station.submit(touch),
        lambda: station.up_ms(),
        lambda: station.local_now(),
        language=settings.language,
        on_frame=feed_watchdog,
    )
    station = WaitingStation(settings, app.show)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: app.stop())
    station.start()
    notify("READY=1")
    try:
        app.run()
    finally:
        notify("STOPPING=1")
        station.stop()
    return 0


class Fed:
    """Feeds systemd's watchdog at most once a second; called from the screen's own loop, so that a hang shows."""

    def __init__(self) -> None:
        self._last = 0.0

    def now(self) -> None:
        """Tell systemd that screen and desk are alive."""
        if time.monotonic() - self._last >= 1.0:
            self._last = time.monotonic()
            notify("WATCHDOG=1")
