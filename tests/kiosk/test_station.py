"""A whole station without its screen: simulated reader and scanner, real drivers, desk, file, agent, and a hub."""

import logging
import threading
import time
from dataclasses import replace

import pytest
from support.desks import Eyes
from support.journals import make_identity
from support.library import DRILL, HAMMER, HERE, SAW, UNKNOWN_CODE, make_feed
from support.scripted_hub import receipt, says, scripted_hub
from support.waiting import until

from hardware.control import ControlClient
from hardware.simulate import SimulatedBench
from kiosk import run as run_module
from kiosk import station as station_module
from kiosk.desk.views import (
    AccountView,
    AskReturnView,
    BorrowView,
    ConfirmedView,
    EnrolStep,
    EnrolView,
    IdleView,
    NoticeView,
    OutOfServiceView,
    ReturnedView,
    StartingView,
    ThanksView,
    UnknownCardView,
)
from kiosk.run import WaitingStation
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.store import journal_table
from kiosk.store.station_store import StationStore
from lending.errors import Refused
from lending.nouns import Condition
from lending.visit import ConditionGiven, ConfirmLoan, ConfirmReturn, Done, OddScan, RestIsHere
from sync.agent.agent import Pace
from sync.agent.identity import save
from sync.feed import FeedCard

CARD, OTHER_CARD, UNKNOWN_CARD = "N999000001", "N999000002", "N999000003"
UID = "04A1B2C3D4E5F6"
ISBN, NATIONAL_ID, CPR = "9788203361234", "01010112377", "0101901234"
PACE = Pace(every=0.05, feed_every=60.0, first_wait=0.05, longest_wait=0.1)


class Bench:
    """A station at work, and the hands of those who use it."""

    def __init__(self, tmp_path, simulated, hub, identity):
        self.hub, self.identity = hub, identity
        self.client = ControlClient(simulated.control_address)
        self.eyes = Eyes()
        self.settings = Settings(
            data_dir=tmp_path,
            hub_url=hub.url,
            reader_port=simulated.reader_path,
            scanner_port=simulated.scanner_path,
        )
        self.station = Station(self.settings, self.eyes, pace=PACE)

    def __call__(self, command):
        self.client.send(command)

    def start(self):
        self.station.start()
        self.eyes.see(IdleView)
        until(lambda: all(device.health().up for device in self.station._devices))

    def touches(self, *touches):
        for touch in touches:
            self.station.submit(touch)

    def leaves(self):
        """Take the card away, and end the visit once the reader has noticed."""
        self("remove")
        until(lambda: self.station._devices[0]._driver._reader._card is None)
        self.touches(Done())
        self.eyes.see(IdleView)

    def comes_with(self, card, view=AccountView):
        self(f"place ntag {card}")
        return self.eyes.see(view)

    def scans(self, code, view):
        """Scan once, when the line is quiet: what comes in one breath with noise is lost."""
        until(lambda: not self.station._devices[1]._driver.splitter._in_noise)
        self(f"scan {code}")
        return self.eyes.see(view)

    def borrows(self, item):
        """Go through an ordinary loan and leave."""
        self.comes_with(CARD)
        self.scans(item.code, BorrowView)
        self.touches(RestIsHere(), ConfirmLoan())
        self.eyes.see(ConfirmedView)
        self.leaves()

    def kinds(self):
        return [wire["kind"] for wire in self.journal()]

    def journal(self):
        """What people and devices did; the comparison with the hub's clock comes whenever the hub answers."""
        return [wire for wire in self.whole_journal() if wire["kind"] != "hub_time"]

    def whole_journal(self):
        return self.station.desk.ask(lambda store: list(journal_table.read_all(store.db)))


@pytest.fixture
def identity():
    return make_identity(HERE)


@pytest.fixture
def bench(tmp_path, identity, caplog):
    """A station that knows two cards; whatever a test does, no secret is in the log, and the file is whole."""
    caplog.set_level(logging.DEBUG)
    save(tmp_path, identity)
    feed = make_feed()
    known = tuple(FeedCard(identity.card_key.patron_ref(card), blocked=False) for card in (CARD, OTHER_CARD))
    store = StationStore.open(tmp_path / "station.db", HERE)
    store.take_feed(replace(feed, cards=known))
    store.close()
    with SimulatedBench() as simulated, scripted_hub() as hub:
        bench = Bench(tmp_path, simulated, hub, identity)
        try:
            bench.start()
            yield bench
            bench.borrows(SAW)
            count = len(bench.whole_journal())
            until(lambda: hub.prefix == count)
        finally:
            bench.station.stop()
    assert_whole(tmp_path, count)
    assert_silent(caplog, identity)


def assert_whole(folder, count):
    store = StationStore.open(folder / "station.db", HERE)
    live = store.derived_rows()
    assert store.check() == count
    store.rebuild()
    assert store.derived_rows() == live
    store.close()


def assert_silent(caplog, identity):
    text = caplog.text
    cards = [CARD, OTHER_CARD, UNKNOWN_CARD, f"uid:{UID}"]
    scans = [DRILL.code, HAMMER.code, SAW.code, UNKNOWN_CODE, ISBN, NATIONAL_ID, CPR]
    refs = [identity.card_key.patron_ref(card) for card in cards]
    assert [secret for secret in [*cards, UID, UID.lower(), *refs, *scans] if secret in text] == []
    assert [record for record in caplog.get_records("call") if record.exc_info] == []


def test_a_loan_and_a_return_from_card_to_hub(bench):
    """A card on the reader and a code under the scanner make a loan and a return that reach the hub."""
    bench.borrows(DRILL)
    bench.scans(DRILL.code, ReturnedView)
    bench.touches(ConditionGiven(Condition.OK))
    bench.eyes.see(ThanksView)
    bench.touches(Done())
    bench.eyes.see(IdleView)
    assert bench.kinds() == ["started", "loan", "return", "condition"]
    personal = bench.journal()[1]["personal"]
    assert personal == {"patron_ref": bench.identity.card_key.patron_ref(CARD), "sealed_card": None}


def test_the_first_answer_of_the_hub_dates_the_boot(bench):
    """Whatever the hub answers, its clock is written down once in a boot."""
    bench.borrows(DRILL)
    compared = [wire for wire in bench.whole_journal() if wire["kind"] == "hub_time"]
    assert [wire["body"]["hub_ms"] for wire in compared] == [1_795_345_200_000]
    assert compared[0]["at"]["boot"] == bench.station.read_clock().boot


def test_an_unknown_card_travels_sealed(bench):
    """A card nobody told of borrows one thing, and its number travels to the hub sealed."""
    bench.comes_with(UNKNOWN_CARD, UnknownCardView)
    bench.scans(HAMMER.code, BorrowView)
    bench.touches(ConfirmLoan())
    bench.eyes.see(ConfirmedView)
    bench.leaves()
    personal = bench.journal()[-1]["personal"]
    assert len(personal["sealed_card"]) > 60
    assert UNKNOWN_CARD not in str(bench.journal())


def test_a_card_without_a_number_is_known_by_its_uid(bench):
    """A card that only has a UID opens a visit of its own."""
    bench(f"place uid {UID}")
    bench.eyes.see(UnknownCardView)
    bench.leaves()


def test_the_barcode_of_a_card_opens_a_visit(bench):
    """A library card's barcode under the scanner opens the visit like the card on the reader."""
    bench.scans(CARD, AccountView)
    bench.touches(Done())
    bench.eyes.see(IdleView)


@pytest.mark.parametrize(
    ("command", "about"),
    [
        (f"scan {ISBN}", OddScan.ISBN),
        (f"scan {NATIONAL_ID}", OddScan.NATIONAL_ID),
        (f"scan {CPR}", OddScan.NATIONAL_ID),
        ("scanhex 5d43313031303730343630303030303030303030 0d", OddScan.GS1),
        ("scan ÆØÅ", OddScan.MALFORMED),
        (f"scan {'9' * 40}", OddScan.MALFORMED),
        ("scan ../../etc/passwd;--", OddScan.MALFORMED),
        ("noise 10000", OddScan.MALFORMED),
        ("place random", OddScan.UNREADABLE_CARD),
    ],
)
def test_what_is_no_item_gets_its_own_answer(bench, command, about):
    """Whatever else is scanned or laid on the reader gets its own answer, and nothing of it is kept."""
    bench(command)
    assert bench.eyes.see(NoticeView).about is about
    bench.touches(Done())
    if command.startswith("place"):
        bench("remove")
    bench.eyes.see(IdleView)
    assert bench.kinds() == ["started"]


def test_noise_in_the_middle_of_a_loan_leaves_the_loan(bench):
    """Ten thousand bytes of noise and a book in the middle of a tick list change nothing of it."""
    bench.comes_with(CARD)
    bench.scans(DRILL.code, BorrowView)
    bench.touches(RestIsHere())
    answered = bench.eyes.see(BorrowView, lambda view: all(part.answer for part in view.parts))
    bench("noise 10000")
    bench.eyes.see(NoticeView)
    assert bench.scans(DRILL.code, BorrowView).parts == answered.parts
    bench.touches(ConfirmLoan())
    bench.eyes.see(ConfirmedView)
    bench.leaves()


@pytest.mark.parametrize("fault", ["garble", "tear", "weaken 2"])
def test_a_spoilt_frame_costs_a_moment(bench, fault):
    """A frame that arrives garbled or torn, or a card held badly, delays the visit and no more."""
    bench(fault)
    bench.comes_with(CARD)
    bench.leaves()


def test_a_reader_that_is_pulled_out_and_put_back(bench):
    """Without its reader the station says so and takes things back; put back, it lends again."""
    bench.borrows(HAMMER)
    bench("unplug reader")
    bench.eyes.see(IdleView, lambda view: not view.status.reader_up)
    bench.scans(HAMMER.code, ReturnedView)
    bench.touches(Done())
    bench("replug reader")
    bench.eyes.see(IdleView, lambda view: view.status.reader_up)
    assert bench.kinds() == ["started", "loan", "device", "return", "device"]


def test_a_scanner_that_is_pulled_out_in_a_loan(bench):
    """A scanner pulled out in the middle of a loan does not end the visit; put back, it goes on."""
    bench.comes_with(CARD)
    bench("unplug scanner")
    bench.eyes.see(AccountView, lambda view: not view.status.scanner_up)
    bench("replug scanner")
    bench.eyes.see(AccountView, lambda view: view.status.scanner_up)
    bench.scans(HAMMER.code, BorrowView)
    bench.touches(ConfirmLoan())
    bench.eyes.see(ConfirmedView)
    bench.leaves()


def test_an_unknown_thing_is_taken_back(bench):
    """A thing nobody knows is taken back, and only the journal knows its code."""
    bench.scans(UNKNOWN_CODE, AskReturnView)
    bench.touches(ConfirmReturn())
    bench.eyes.see(ThanksView)
    bench.touches(Done())
    bench.eyes.see(IdleView)
    assert bench.kinds() == ["started", "return"]


def test_without_the_hub_everything_waits_and_then_arrives(bench):
    """While the hub is silent the station lends and says that it is offline; then everything arrives."""
    bench.hub.answer = says(503)
    bench.borrows(DRILL)
    bench.eyes.see(IdleView, lambda view: view.status.offline and view.status.queued > 0)
    bench.hub.answer = receipt
    bench.eyes.see(IdleView, lambda view: not view.status.offline and view.status.queued == 0)


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    """A station that looks again every moment for what it needs to start."""
    monkeypatch.setattr(run_module, "LOOK_SECONDS", 0.02)
    eyes = Eyes()
    station = WaitingStation(Settings(data_dir=tmp_path), eyes)
    yield station, eyes
    station.stop()


def test_a_station_starts_by_itself_once_it_is_enrolled(waiting, tmp_path, identity):
    """A station that is not enrolled says so, and starts as soon as it has its identity."""
    station, eyes = waiting
    station.start()
    assert eyes.see(EnrolView).step is EnrolStep.WAITING
    save(tmp_path, identity)
    eyes.see(IdleView)


def test_a_station_with_a_damaged_file_mends_it_and_says_so(waiting, tmp_path, identity):
    """A file that is no database is set aside; the station starts, and its status says what was lost."""
    station, eyes = waiting
    save(tmp_path, identity)
    (tmp_path / "station.db").write_bytes(b"something else" * 1000)
    station.start()
    assert "made again" in eyes.see(IdleView).status.repaired
    assert (tmp_path / "station.db.damaged-1").exists()


def test_a_station_that_cannot_use_its_disk_says_so_and_starts_once_it_can(waiting, tmp_path, identity):
    """A file that cannot be opened is out of service, not "not enrolled" nor "running"; once it is gone it starts."""
    station, eyes = waiting
    save(tmp_path, identity)
    database = tmp_path / "station.db"
    database.mkdir()
    station.start()
    eyes.see(OutOfServiceView)
    assert {type(view) for view in eyes.views} == {StartingView, OutOfServiceView}
    database.rmdir()
    eyes.see(IdleView)


def test_a_station_that_stumbles_at_the_start_is_tried_again(waiting, tmp_path, identity, monkeypatch):
    """Whatever goes wrong while it starts, it is tried again, and not left waiting for ever."""
    station, eyes = waiting
    stumbles = iter([True, True])
    real = run_module.load

    def load(folder):
        if (folder / "identity.json").exists() and next(stumbles, False):
            raise LookupError
        return real(folder)

    monkeypatch.setattr(run_module, "load", load)
    station.start()
    eyes.see(EnrolView)
    save(tmp_path, identity)
    eyes.see(IdleView)


def test_a_stop_waits_for_a_station_that_is_just_starting(waiting, tmp_path, identity, monkeypatch):
    """A stop that comes while the station starts stops that station too: its end is noted as clean."""
    station, eyes = waiting
    starting, real = threading.Event(), run_module.Station

    def slow(*arguments, **named):
        made = real(*arguments, **named)
        starting.set()
        time.sleep(0.2)
        return made

    monkeypatch.setattr(run_module, "Station", slow)
    station.start()
    eyes.see(EnrolView)
    save(tmp_path, identity)
    assert starting.wait(5)
    station.stop()
    store, ownership = station_module.open_store(Settings(data_dir=tmp_path), identity)
    assert store.mark_running(running=False) is False
    store.close()
    ownership.release()


def test_a_second_station_on_the_same_file_is_refused(bench):
    """A second process on the same folder is told that the station is running."""
    with pytest.raises(Refused, match="running"):
        Station(bench.settings, Eyes())
