"""A full disk: lending closes, returns go on, and it all comes back by itself."""

import pytest
from support.desks import DeskRun
from support.library import ANNA, BERIT, DRILL, HAMMER, MORE, SAW

from kiosk.desk import worker
from kiosk.desk.views import (
    AccountView,
    ConfirmedView,
    IdleView,
    OutOfServiceView,
    ReturnedView,
    ReturnsOnlyView,
)
from kiosk.desk.worker import Desk
from kiosk.store import ballast as ballast_module
from kiosk.store.ballast import BALLAST_BYTES, Ballast
from lending.visit import CardShown, ConfirmLoan, Done, GoOn, ItemScanned, RestIsHere, Tick


class SimulatedDisk(Ballast):
    """A ballast on a disk of so many pages; full when the database may not grow any more."""

    def __init__(self, folder):
        super().__init__(folder)
        self.db = None
        self.spare_pages = 200
        self.has_room = True

    def fill(self):
        """Let nothing grow any more."""
        self.has_room = False
        self._limit(self._pages())

    def free(self):
        """Make room."""
        self.has_room = True
        self._limit(2**30)

    def take(self):
        return self._is_there() or (self.has_room and super().take())

    def give_up(self):
        gave = super().give_up()
        if gave:
            self._limit(self._pages() + self.spare_pages)
        return gave

    def _pages(self):
        return self.db.execute("PRAGMA page_count").fetchone()[0]

    def _limit(self, pages):
        self.db.execute(f"PRAGMA max_page_count={pages}")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A station with a disk that can be filled, and three things out."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.02)
    run = DeskRun(tmp_path / "station.db")
    run.disk = SimulatedDisk(tmp_path)
    run.disk.db = run.store.db.conn
    run.desk = Desk(run.store, run.read_clock, run.eyes, software="test", ballast=run.disk)
    run.desk.start()
    run.eyes.see(IdleView)
    run.gives(CardShown(ANNA))
    for item in (HAMMER, *MORE[:3]):
        run.gives(ItemScanned(item.code), ConfirmLoan())
        run.eyes.see(ConfirmedView)
    run.gives(Done())
    run.eyes.see(IdleView)
    yield run
    run.desk.ask(lambda _: run.disk.free())
    run.desk.stop()


def fill(run):
    """Fill the disk, and borrow and bring back until it shows; return the view that says so."""
    run.desk.ask(lambda _: run.disk.fill())
    for _ in range(100):
        for given in (CardShown(BERIT), ItemScanned(MORE[7].code), ConfirmLoan()):
            run.gives(given)
            run.entries()
            if isinstance(run.eyes.now, ReturnsOnlyView):
                return run.eyes.now
        assert isinstance(run.eyes.now, ConfirmedView)
        run.gives(Done(), ItemScanned(MORE[7].code))
        run.eyes.see(ReturnedView)
        run.gives(Done())
    raise AssertionError("the disk did not fill")


def test_a_loan_that_meets_a_full_disk_is_answered_plainly(run):
    """The loan is not written and not confirmed; the screen names the thing, and the visit goes on."""
    view = fill(run)
    assert view.status.returns_only
    assert view.has_card
    assert view.thing is not None
    run.gives(GoOn())
    run.eyes.see(AccountView, lambda view: view.status.returns_only)
    loans = sum(kind == "loan" for kind in run.kinds())
    run.gives(ItemScanned(SAW.code))
    assert run.eyes.see(ReturnsOnlyView).thing.name == SAW.name
    run.gives(RestIsHere(), ConfirmLoan())
    assert run.kinds().count("loan") == loans
    assert run.store.ledger(SAW.code).open_loans == ()


def test_nothing_is_renewed_while_lending_is_closed(run):
    """The account offers to renew what can be renewed, and not while it could not be written."""
    run.clock.advance(24 * 3_600_000)
    run.gives(CardShown(ANNA))
    assert any(loan.can_renew for loan in run.eyes.see(AccountView).loans)
    run.gives(Done())
    fill(run)
    run.gives(Done(), CardShown(ANNA))
    view = run.eyes.see(AccountView, lambda view: view.status.returns_only and view.loans)
    assert not any(loan.can_renew for loan in view.loans)


def test_returns_go_on_while_lending_is_closed(run):
    """What comes back is taken, asked about and written, although nothing is lent."""
    fill(run)
    run.gives(Done())
    run.eyes.see(IdleView)
    for item in (HAMMER, MORE[0], MORE[1]):
        run.gives(ItemScanned(item.code))
        run.eyes.see(ReturnedView)
        run.gives(Done())
        run.eyes.see(IdleView)
    assert run.kinds().count("return") >= 3


def test_lending_opens_by_itself_when_there_is_room(run):
    """Once there is space the ballast is made again and the next loan is confirmed."""
    fill(run)
    run.gives(Done())
    run.desk.ask(lambda _: run.disk.free())
    run.gives(Tick(), Tick())
    run.eyes.see(IdleView, lambda view: not view.status.returns_only)
    assert run.disk._file.stat().st_size == BALLAST_BYTES
    run.gives(CardShown(ANNA), ItemScanned(DRILL.code), RestIsHere(), ConfirmLoan())
    run.eyes.see(ConfirmedView)


def test_when_nothing_can_be_written_any_more_the_station_says_so(run):
    """When even returns cannot be written the station is out of service, and comes back when they can."""
    run.disk.spare_pages = 0
    run.desk.ask(lambda _: run.disk.fill())
    for number in range(400):
        run.gives(ItemScanned(f"unknown {number:0100}"), ConfirmLoan(), Done())
        run.gives(CardShown(BERIT), ItemScanned(MORE[6].code), ConfirmLoan(), ItemScanned(MORE[6].code), Done())
        run.gives(ItemScanned(MORE[2].code), Done())
        run.desk.ask(lambda _: None)
        if any(isinstance(view, OutOfServiceView | ReturnsOnlyView) for view in run.eyes.views[-8:]):
            break
    run.desk.ask(lambda _: run.disk.free())
    run.gives(Done(), Tick())
    run.eyes.see(IdleView)


def test_a_start_without_room_lends_nothing(tmp_path, monkeypatch):
    """A station that starts on a disk without room for its ballast takes things back only."""
    monkeypatch.setattr(ballast_module, "MARGIN_BYTES", 2**60)
    run = DeskRun(tmp_path / "station.db")
    run.desk = Desk(run.store, run.read_clock, run.eyes, software="test", ballast=Ballast(tmp_path))
    run.desk.start()
    assert run.eyes.see(IdleView).status.returns_only
    run.gives(CardShown(ANNA), ItemScanned(HAMMER.code))
    assert run.eyes.see(ReturnsOnlyView).thing.name == HAMMER.name
    run.desk.stop()


def test_a_ballast_takes_up_room_and_gives_it_back(tmp_path):
    """The ballast is a file of two mebibytes that is made once, and gone when it is given up."""
    ballast = Ballast(tmp_path)
    assert ballast.take()
    written = ballast._file.stat().st_mtime_ns
    assert ballast.take()
    assert ballast._file.stat().st_mtime_ns == written
    assert ballast._file.stat().st_blocks * 512 >= BALLAST_BYTES
    assert ballast.give_up()
    assert not ballast.give_up()
    assert list(tmp_path.iterdir()) == []
