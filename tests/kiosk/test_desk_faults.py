"""The desk when something goes wrong: what was confirmed is kept, the screen says so, and it all goes on."""

import shutil

from support.desks import ANNA_COMES, BORROW_HAMMER, SCAN_DRILL, SCAN_HAMMER, DeskRun, breaks, mends
from support.library import (
    BLOCKED,
    DRILL,
    HAMMER,
)

from hardware.clock import SimulatedClock
from kiosk.desk import worker
from kiosk.desk.inbox import MAX_WAITING
from kiosk.desk.messages import DeviceState
from kiosk.desk.views import (
    AccountView,
    BorrowView,
    ConfirmedView,
    IdleView,
    OutOfServiceView,
    PowerBackView,
)
from kiosk.desk.views_care import SorryView
from lending.visit import (
    CardShown,
    ConfirmLoan,
    Done,
    ItemScanned,
    LineState,
    StillHere,
    Tick,
)

# --- power


def after_the_plug_was_pulled(run, tmp_path, minutes=0):
    """Return a desk on the file as it stood when the power went, so many minutes later."""
    folder = tmp_path / "after"
    run.desk.ask(lambda _: shutil.copytree(run.path.parent, folder, ignore=lambda *_: ["after"]))
    clock = SimulatedClock(run.clock.wall_ms + minutes * 60_000, boot="2" * 32)
    return DeskRun(folder / "station.db", clock=clock)


def test_after_a_power_cut_the_screen_says_what_was_saved(run, tmp_path):
    """After a power cut in a visit the screen says what was saved and what was not, since when, and no card."""
    run.gives(*BORROW_HAMMER, SCAN_DRILL)
    run.eyes.see(BorrowView)
    again = after_the_plug_was_pulled(run, tmp_path, minutes=7)
    again.desk.start()
    view = again.eyes.see(PowerBackView)
    states = [(line.thing.name, line.state, line.can_undo) for line in view.lines]
    assert states == [(HAMMER.name, LineState.LENT, False), (DRILL.name, LineState.NOT_SAVED, False)]
    assert (view.minutes, view.has_card) == (7, False)
    again.clock.advance(30_000)
    again.gives(StillHere())
    kept = again.eyes.see(PowerBackView, lambda shown: shown.countdown != view.countdown)
    assert (kept.since, kept.minutes) == (view.since, 7)
    assert view.since.hour == 12
    assert again.entries()[-1]["body"] == {"software": "test", "unclean": True}
    again.gives(ANNA_COMES)
    assert [row.thing.name for row in again.eyes.see(AccountView).loans] == [HAMMER.name]
    again.desk.stop()


def test_a_clock_nobody_set_tells_no_time_of_the_power_cut(run, tmp_path):
    """After a power cut with a clock that is not set, nothing is said of since when."""
    run.gives(*BORROW_HAMMER)
    run.eyes.see(ConfirmedView)
    again = after_the_plug_was_pulled(run, tmp_path)
    again.clock.synced = False
    again.desk.start()
    assert again.eyes.see(PowerBackView).since is None
    again.desk.stop()


def test_a_clean_end_is_no_power_cut(tmp_path):
    """A station that was stopped starts idle, and its entry says that the end was clean."""
    for _ in range(2):
        run = DeskRun(tmp_path / "station.db")
        run.desk.start()
        run.eyes.see(IdleView)
        bodies = [wire["body"]["unclean"] for wire in run.entries()]
        run.desk.stop()
    assert bodies == [False, False]


# --- a disk that cannot save or be read


def test_a_disk_that_cannot_save_puts_the_station_out_of_service(run, monkeypatch):
    """A loan that cannot be saved is not confirmed; the station says so, and comes back when it can save."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.02)
    run.gives(ANNA_COMES)
    run.eyes.see(AccountView)
    breaks(run)
    run.gives(SCAN_HAMMER, ConfirmLoan())
    assert run.eyes.see(OutOfServiceView).phone == "23 43 29 00"
    assert not any(isinstance(view, ConfirmedView) for view in run.eyes.views)
    mends(run)
    run.eyes.see(IdleView)
    run.gives(*BORROW_HAMMER)
    run.eyes.see(ConfirmedView)
    assert run.kinds() == ["started", "loan"]


def test_no_card_and_no_question_gets_a_broken_station_back(run):
    """While nothing can be saved every card meets the same screen, and questions of the agent change nothing."""
    breaks(run)
    run.gives(CardShown(BLOCKED))
    run.eyes.see(OutOfServiceView)
    shown = len(run.eyes.views)
    run.gives(ANNA_COMES, Done(), SCAN_HAMMER)
    run.desk.ask(lambda store: store.waiting(1))
    assert {type(view) for view in run.eyes.views[shown:]} == {OutOfServiceView}
    mends(run)
    run.gives(ANNA_COMES)
    run.eyes.see(AccountView)


def test_questions_do_not_keep_a_station_out_of_service(run, monkeypatch):
    """The station looks whether it can save again however often the agent asks."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.2)
    breaks(run)
    run.gives(CardShown(BLOCKED))
    run.eyes.see(OutOfServiceView)
    mends(run)
    for _ in range(2000):
        run.desk.ask(lambda store: store.waiting(1))
        if isinstance(run.eyes.now, IdleView):
            break
        run.clock.advance(1)
        worker.time.sleep(0.005)
    assert isinstance(run.eyes.now, IdleView)


def test_the_watchdog_is_fed_while_out_of_service():
    """A station out of service comes round more often than the watchdog asks."""
    assert worker.PROBE_SECONDS < 10 / 2


def test_a_device_that_changes_while_out_of_service_is_not_forgotten(run, monkeypatch):
    """The status is right after an outage, although the change could not be written."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.02)
    breaks(run)
    run.gives(DeviceState("scanner", up=False))
    run.eyes.see(OutOfServiceView)
    mends(run)
    assert not run.eyes.see(IdleView).status.scanner_up


def test_a_file_that_cannot_be_read_is_out_of_service(run):
    """An error while reading puts the station out of service too, it does not look like an empty shelf."""
    run.desk.ask(lambda store: store.db.conn.execute("ALTER TABLE card RENAME TO gone"))
    run.gives(ANNA_COMES)
    run.eyes.see(OutOfServiceView)


def test_a_desk_that_cannot_begin_is_out_of_service(tmp_path, monkeypatch):
    """A start on a disk that cannot save shows that, and the station begins when it can."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.02)
    run = DeskRun(tmp_path / "station.db")
    run.store.db.conn.execute("PRAGMA query_only=ON")
    run.desk.start()
    run.eyes.see(OutOfServiceView)
    mends(run)
    run.eyes.see(IdleView)
    assert run.kinds() == ["started"]
    run.desk.stop()


# --- what nobody thought of


def fails_at_the_drill(run):
    """Let the desk fail with an error nobody thought of when it is to show the tick list of the drill."""

    def faulty(view):
        if isinstance(view, BorrowView) and view.thing.name == DRILL.name:
            raise RuntimeError("nobody thought of this")
        run.eyes(view)

    run.desk._show = faulty


def test_something_unforeseen_ends_the_visit_but_not_the_desk(tmp_path, caplog):
    """An error nobody thought of ends the visit, is logged and said on the screen; the next one is served, and what
    was confirmed is kept.
    """
    run = DeskRun(tmp_path / "station.db")
    fails_at_the_drill(run)
    run.desk.start()
    run.gives(*BORROW_HAMMER, SCAN_DRILL)
    run.eyes.see(SorryView)
    run.gives(ANNA_COMES)
    assert len(run.eyes.see(AccountView).loans) == 1
    run.desk.stop()
    assert "the visit was ended" in caplog.text


def test_what_held_the_screen_up_is_said_for_a_while_only(tmp_path, monkeypatch):
    """If nobody touches the screen that says so, the idle screen comes back by itself."""
    monkeypatch.setattr(worker, "SORRY_SECONDS", 0.2)
    run = DeskRun(tmp_path / "station.db")
    fails_at_the_drill(run)
    run.desk.start()
    run.gives(ANNA_COMES, SCAN_DRILL)
    run.eyes.see(SorryView)
    run.eyes.see(IdleView)
    run.desk.stop()


def test_a_screen_that_cannot_even_say_out_of_service_does_not_end_the_desk(tmp_path, caplog):
    """A screen that fails while the disk fails is logged; the desk is still there when both work again."""
    run = DeskRun(tmp_path / "station.db")
    see = run.eyes.__call__

    def faulty(view):
        if isinstance(view, OutOfServiceView):
            raise RuntimeError("the screen is gone")  # noqa: TRY004 - nobody thought of this
        see(view)

    run.desk._show = faulty
    run.desk.start()
    breaks(run)
    run.gives(CardShown(BLOCKED))
    mends(run)
    run.gives(ANNA_COMES)
    run.eyes.see(AccountView)
    run.desk.stop()
    assert "could not show that it is out of service" in caplog.text


# --- more than can be served


def test_a_wild_scanner_costs_no_touch(tmp_path):
    """However many scans wait, a touch and the news of a device still find room; the scans are dropped."""
    run = DeskRun(tmp_path / "station.db")
    for _ in range(MAX_WAITING * 2):
        run.desk.submit(ItemScanned("2809900000"))
    dropped = run.desk.dropped
    assert dropped > MAX_WAITING
    run.desk.submit(Done())
    run.desk.submit(DeviceState("card_reader", up=False))
    assert run.desk.dropped == dropped
    run.desk.start()
    run.eyes.see(IdleView, lambda view: not view.status.reader_up)
    run.desk.stop()


def test_the_queue_is_bounded(tmp_path):
    """Inputs beyond the bound are dropped and counted; those before it are served."""
    run = DeskRun(tmp_path / "station.db")
    for _ in range(MAX_WAITING + 500):
        run.gives(Tick())
    assert run.desk.dropped == 500
    run.desk.start()
    assert run.kinds() == ["started"]
    run.desk.stop()
