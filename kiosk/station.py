"""Puts a station together: devices, desk, store, agent and screen. The only module that knows all of them."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from hardware.card_reader.late import LateReader
from hardware.card_reader.port import CardPlaced, CardUnreadable
from hardware.clock import Clock, SystemClock
from hardware.device import DeviceDown, DeviceEvent, DeviceThread, DeviceUp
from hardware.scanner.port import LetterScanned, Scanned
from hardware.scanner.serial import SerialScanner
from kiosk.care import Vitals, care_for, disk_of, leftovers, size_of
from kiosk.desk.facts import local_time
from kiosk.desk.faults import Faults
from kiosk.desk.machine import DeviceState, Machine
from kiosk.desk.messages import DeviceState as DeviceNews
from kiosk.desk.messages import HubClockHeard, LinkState
from kiosk.desk.views import PinTyped, ShutOut, StaffMenuView, View
from kiosk.desk.worker import Desk
from kiosk.enrolment import has_hub, is_from_own_hub, link_to_hub, software
from kiosk.settings import Settings
from kiosk.store.ballast import Ballast
from kiosk.store.bookmark import write_bookmark
from kiosk.store.errors import as_damage
from kiosk.store.feed_load import FeedLoad
from kiosk.store.owner import Ownership
from kiosk.store.page_load import PageLoad
from kiosk.store.repair import Repair, open_checked
from kiosk.store.station_store import StationStore
from lending.errors import Damaged
from lending.holds import code_hash
from lending.times import Reading
from lending.visit import CardShown, ItemScanned, OddScan, OddScanned, Touch
from sync.agent.agent import Agent, AgentState, Pace
from sync.agent.heart import Heart
from sync.agent.hub_clock import HubClock
from sync.agent.identity import Identity, load
from sync.agent.pins import HubPins
from sync.feed import Feed
from sync.feed_page import FeedPage
from sync.invitation import looks_like_one
from sync.journal import WireEntry
from sync.protocol import Receipt

log = logging.getLogger(__name__)

READER = "card_reader"
SCANNER = "scanner"
SLOW_SECONDS = 10.0
"""How long the desk may be silent before the watchdog is no longer fed."""


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

    def waiting(self, limit: int, *, after: int = 0) -> Sequence[WireEntry]:
        return self._desk.ask(lambda store: store.waiting(limit, after=after))

    def acknowledge(self, receipt: Receipt) -> None:
        self._desk.ask(lambda store: self._acknowledge(store, receipt))

    def rewind(self, held: int) -> None:
        self._desk.ask(lambda store: self._rewind(store, held))

    def _rewind(self, store: StationStore, held: int) -> None:
        if held < store.acknowledged:
            store.rewind(held)
            write_bookmark(self._folder, store.held_place())

    def _acknowledge(self, store: StationStore, receipt: Receipt) -> None:
        before = store.acknowledged
        store.acknowledge(receipt)
        if store.acknowledged > before:
            write_bookmark(self._folder, store.held_place())

    def feed_cursor(self) -> str:
        return self._desk.ask(lambda store: store.feed_cursor)

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Step by step, so that whoever stands at the screen is served in between."""
        for step in PageLoad(asked, page).steps():
            self._desk.ask(step)

    def leave_pages(self) -> None:
        self._desk.ask(lambda store: store.leave_pages())

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
        letter: Callable[[bytes], None] | None = None,
        renewed: Callable[[], None] = lambda: None,
        faults: Faults | None = None,
    ) -> None:
        self._settings = settings
        self.faults = faults or Faults()
        self._show_view = show
        self._letter = letter
        self._renewed = renewed
        self._staff_at_work = False
        self._shut_out = False
        self._clock = clock or SystemClock()
        self._identity = load(settings.data_dir)
        store, repair, self._ownership = open_to_serve(settings, self._identity)
        try:
            self._put_together(store, repair, pace)
        except BaseException:
            store.close()
            self._ownership.release()  # or the next try would find the station running
            raise

    def _put_together(self, store: StationStore, repair: Repair | None, pace: Pace | None) -> None:
        self._pins = self._make_pins()
        self._barred = self._kept_barred = store.is_barred(self._identity.mark)
        self.desk = Desk(
            store,
            self.read_clock,
            self._show,
            software=software(),
            committed=self._wake_agent,
            pin_check=self._pins or (lambda _ref, _pin: None),
            code_hash=self._code_hash,
            ballast=Ballast(self._settings.data_dir),
            repaired="" if repair is None else str(repair),
            faults=self.faults,
            caretaker=self,
            barred=self._barred,
        )
        self._opened_at = time.monotonic()
        self._last_read: dict[str, float] = {}
        self._rules_zone = store.rules.time_zone
        self._devices = self._make_devices()
        self._agent = self._make_agent(pace, forked=store.is_forked)

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

    # --- what staff see and ask for

    def look(self) -> Machine:
        """Return how the machine is now."""
        now = time.monotonic()
        free, total = disk_of(self._settings.data_dir)
        return Machine(
            devices=tuple(self._device_state(device, now) for device in self._devices),
            disk_free=free,
            disk_total=total,
            journal_bytes=size_of(self._settings.database),
            checked=now - self._opened_at,
            software=software(),
        )

    def _device_state(self, device: DeviceThread, now: float) -> DeviceState:
        health = device.health()
        read = self._last_read.get(device.device)
        reason = "" if health.up else health.last_error or ""
        return DeviceState(device.device, health.up, now - health.since, reason, None if read is None else now - read)

    def try_again(self) -> None:
        """Try the devices and the hub now instead of later."""
        for device in self._devices:
            device.try_now()
        if self._agent is not None:
            self._agent.try_now()

    def _make_devices(self) -> list[DeviceThread]:
        devices = []
        if self._settings.reader_port:
            devices.append(DeviceThread(READER, LateReader(self._settings.reader_port), self._heard))
        if self._settings.scanner_port:
            scanner = SerialScanner(self._settings.scanner_port, is_letter=self._is_letter)
            devices.append(DeviceThread(SCANNER, scanner, self._heard))
        return devices

    def _make_agent(self, pace: Pace | None, *, forked: bool) -> Agent | None:
        if not has_hub(self._settings, self._identity):
            return None
        link = link_to_hub(self._settings, self._identity)
        mailbox = _Mailbox(self.desk, self._settings.data_dir)
        folder = self._settings.data_dir
        vitals = Vitals(self.desk, self._devices, self.read_clock, folder, self.faults)
        return Agent(
            link,
            self._identity,
            mailbox,
            mailbox,
            self.read_clock,
            self._link_changed,
            pace=pace,
            client=software(),
            hub_clock=self._hub_clock_heard,
            heart=Heart(link, self._identity, care_for(self.desk, vitals, folder, self._renewed)),
            leftovers=leftovers(self.desk, folder, self._identity.station),
            forked=forked,
        )

    def _make_pins(self) -> HubPins | None:
        there = has_hub(self._settings, self._identity)
        return HubPins(link_to_hub(self._settings, self._identity)) if there else None

    def _show(self, view: View) -> None:
        """Show a view, and note who may hold an enrolment code to the scanner."""
        self._staff_at_work = isinstance(view, StaffMenuView)
        self._shut_out = view.status.shut_out is not ShutOut.NO
        self._show_view(view)

    def _is_letter(self, raw: bytes) -> bool:
        """Return whether a scan is an enrolment code that is taken now: any while staff are at work, and while the
        station is shut out its own hub's, whoever holds it there.
        """
        if self._letter is None or not looks_like_one(raw):
            return False
        return self._staff_at_work or (self._shut_out and is_from_own_hub(self._settings, self._identity, raw))

    def _code_hash(self, hold_id: str, code: str) -> str:
        return code_hash(self._identity.card_key.secret, hold_id, code)

    def _wake_agent(self) -> None:
        if self._agent is not None:
            self._agent.wake()

    def _link_changed(self, state: AgentState) -> None:
        self._barred = bool(state.stopped) or (self._barred and not state.heard)
        shut_out = ShutOut.NOT_ALLOWED if self._barred else ShutOut.FORKED if state.forked else ShutOut.NO
        self.desk.submit(LinkState(state.offline or bool(state.stopped), shut_out, state.trouble))
        if self._barred is not self._kept_barred:
            self._keep_barred()

    def _keep_barred(self) -> None:
        """Keep through a restart whether the hub allows this station: it would lend again until it hears so anew."""
        mark, barred = self._identity.mark, self._barred
        try:
            self.desk.ask(lambda store: store.note_barred(mark, barred=barred))
        except (Damaged, TimeoutError, queue.Full) as why:
            log.warning("what the hub says of this station is not kept: %s", why)
        else:
            self._kept_barred = barred

    def _hub_clock_heard(self, heard: HubClock) -> None:
        self.desk.submit(HubClockHeard(heard.boot, heard.up_ms, heard.hub_ms, heard.within_ms))

    def _heard(self, event: DeviceEvent) -> None:
        match event:
            case DeviceUp(device):
                self.desk.submit(DeviceNews(device, up=True))
            case DeviceDown(device, reason):
                self.desk.submit(DeviceNews(device, up=False, reason=str(reason)))
            case CardPlaced(card):
                self._last_read[READER] = time.monotonic()
                self._card(card.value)
            case CardUnreadable():
                self.desk.submit(OddScanned(OddScan.UNREADABLE_CARD))
            case Scanned():
                self._last_read[SCANNER] = time.monotonic()
                self._scanned(event)
            case LetterScanned(raw) if self._letter is not None:
                self._letter(raw)
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
