"""The desk: one input at a time, committed before it is shown."""

import logging
import shutil
import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desks import DeskRun, words_in
from support.library import (
    ANNA,
    BERIT,
    BLOCKED,
    CARDS,
    CHILD,
    DRILL,
    EXPIRED,
    HAMMER,
    ITEMS,
    MORE,
    RISKY,
    SAW,
    STAFF,
    STRANGER,
    TENT,
    TRAINED,
    UNKNOWN_CODE,
    make_feed,
    make_item,
)
from support.strategies import moments, some

from hardware.clock import SimulatedClock
from kiosk.desk import worker
from kiosk.desk.inbox import MAX_WAITING
from kiosk.desk.messages import DeviceState, HubClockHeard, LinkState
from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    AskDamageView,
    BorrowView,
    CannotLendView,
    CardStopView,
    ConfirmedView,
    DueSoon,
    HoldMadeView,
    IdleView,
    NoticeView,
    OtherCardView,
    OutOfServiceView,
    PinTyped,
    PowerBackView,
    ReturnedView,
    StaffMenuView,
    StartingView,
    ThanksView,
    UnknownCardView,
    WhichMissingView,
)
from kiosk.desk.views_care import SorryView
from kiosk.desk.views_impact import InsteadView
from lending.impact import Instead, Lent, Span, Told
from lending.nouns import Condition, Damage, Hold, PartAnswer, PinRule, RiskClass, Rules, Standing
from lending.rules import WayOn
from lending.visit import (
    AskAboutMe,
    CancelHold,
    CardShown,
    CodeEntered,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    DamageGiven,
    Done,
    GoOn,
    InsteadGiven,
    ItemScanned,
    LineState,
    OddScan,
    OddScanned,
    PartAnswered,
    PinChecked,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    StartCode,
    StartDamage,
    SwitchCard,
    Tick,
    UndoNewest,
)
from sync.feed import FeedCard
from sync.protocol import Receipt

ANNA_COMES = CardShown(ANNA, "sealed-anna")
SCAN_HAMMER, SCAN_DRILL = ItemScanned(HAMMER.code), ItemScanned(DRILL.code)
BORROW_HAMMER = (ANNA_COMES, SCAN_HAMMER, ConfirmLoan())
THREE_DAYS_MS = 3 * 24 * 3600 * 1000


@pytest.fixture
def run(tmp_path):
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.eyes.see(IdleView)
    yield run
    run.desk.stop()


def test_a_station_starts_and_says_so(run):
    """A first start shows that it starts, writes one entry, and waits for somebody with what is on the shelf."""
    assert [type(view) for view in run.eyes.views] == [StartingView, IdleView]
    assert run.eyes.now.here == 3 + len(MORE)
    assert run.eyes.now.status.station == "Tøyen"
    (started,) = run.entries()
    assert started["body"] == {"software": "test", "unclean": False}


def test_a_visit_goes_from_card_to_loan_to_done(run):
    """Card, scan, tick list, confirmation, account, done: each has its view, and one entry is written."""
    run.gives(ANNA_COMES)
    assert run.eyes.see(AccountView).loans == ()
    run.gives(SCAN_DRILL)
    view = run.eyes.see(BorrowView)
    assert ([part.answer for part in view.parts], view.provisional) == ([None] * 3, False)
    run.gives(PartAnswered(1, PartAnswer.MISSING), RestIsHere(), ConfirmLoan())
    (line,) = run.eyes.see(ConfirmedView).lines
    assert (line.state, line.can_undo, line.thing.name) == (LineState.LENT, True, DRILL.name)
    run.gives(Done())
    run.eyes.see(IdleView)
    assert run.kinds() == ["started", "loan"]
    run.gives(ANNA_COMES)
    (row,) = run.eyes.see(AccountView).loans
    assert (row.thing.name, row.soon) == (DRILL.name, DueSoon.LATER)


def test_a_return_asks_how_it_was_and_says_thanks(run):
    """A scan brings a thing back without a card; missing parts are asked for and thanked for by name."""
    run.gives(ANNA_COMES, SCAN_DRILL, RestIsHere(), ConfirmLoan(), Done(), SCAN_DRILL)
    assert not run.eyes.see(ReturnedView).has_card
    run.gives(ConditionGiven(Condition.MISSING), PartAnswered(2, PartAnswer.MISSING))
    run.eyes.see(WhichMissingView, lambda view: view.parts[2].answer is PartAnswer.MISSING)
    run.gives(ConfirmMissing())
    assert run.eyes.see(ThanksView).missing == (DRILL.parts[2].name,)
    assert run.kinds() == ["started", "loan", "return", "condition"]


def test_one_answer_tells_a_range_and_is_counted(run):
    """After a return that went well one touch tells what was saved; the store counts it, no undone loan."""
    saw = ItemScanned(SAW.code)
    run.gives(ANNA_COMES, saw, RestIsHere(), ConfirmLoan(), UndoNewest(), saw, RestIsHere(), ConfirmLoan(), Done())
    run.gives(saw, ConditionGiven(Condition.OK))
    asked = run.eyes.see(InsteadView)
    assert (asked.buy, asked.rent, asked.saved) == (Span(700, 1200), Span(100, 200), None)
    run.gives(InsteadGiven(Instead.RENTED))
    assert run.eyes.see(InsteadView, lambda view: view.chose).saved == asked.rent
    assert run.kinds()[-3:] == ["return", "condition", "survey"]
    assert run.desk.ask(lambda store: store.lent()) == {SAW.thing: Lent(1)}
    assert run.desk.ask(lambda store: store.told()) == [Told(SAW.thing, Instead.RENTED, 1)]


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ([CardShown(BLOCKED)], CardStopView),
        ([CardShown(STRANGER, "sealed")], UnknownCardView),
        ([*BORROW_HAMMER, Done(), CardShown(BERIT), SCAN_HAMMER], CannotLendView),
        ([OddScanned(OddScan.ISBN)], NoticeView),
        ([ItemScanned(UNKNOWN_CODE), ConfirmReturn()], ThanksView),
        ([*BORROW_HAMMER, UndoNewest()], AccountView),
    ],
)
def test_every_turn_has_its_view(run, inputs, kind):
    """Whatever a visit comes to, the screen shows it."""
    run.gives(*inputs)
    run.eyes.see(kind)


def test_a_renewal_and_a_hold_have_their_rows(run):
    """A loan that may be renewed says so; what is out can be set aside, and the hold has a row of its own."""
    run.gives(ANNA_COMES, SCAN_DRILL, RestIsHere(), ConfirmLoan(), Done())
    run.entries()
    run.clock.advance(24 * 3_600_000)
    run.gives(ANNA_COMES)
    row = run.eyes.see(AccountView, lambda view: view.loans).loans[0]
    assert row.can_renew
    run.gives(RenewLoan(row.row))
    row = run.eyes.see(AccountView, lambda view: view.loans[0].renewals == 1).loans[0]
    assert not row.can_renew
    run.gives(Done(), CardShown(BERIT), SCAN_DRILL)
    view = run.eyes.see(CannotLendView)
    assert (view.can_hold, view.way_on) == (True, WayOn.RETURN_IT)
    run.gives(PlaceHold())
    assert run.eyes.see(HoldMadeView).thing.name == DRILL.name
    run.gives(GoOn())
    (hold,) = run.eyes.see(AccountView).holds
    assert (hold.thing.name, hold.ready) == (DRILL.name, False)
    run.gives(CancelHold(hold.row))
    run.eyes.see(AccountView, lambda view: view.holds == ())


def test_another_card_is_asked_about(run):
    """Another card in the middle of a visit is asked about; damage has its question too."""
    run.gives(*BORROW_HAMMER)
    assert run.eyes.see(ConfirmedView).asks
    run.gives(StartDamage())
    assert run.eyes.see(AskDamageView).choices == tuple(Damage)
    run.gives(GoOn(), CardShown(BERIT))
    run.eyes.see(OtherCardView)
    run.gives(SwitchCard(), AskAboutMe())
    view = run.eyes.see(AboutMeView)
    assert (view.in_feed, view.open_loans, view.waiting, view.retention_days) == (True, 0, 0, 14)


def test_the_staff_menu_says_what_waits_and_how_the_station_is(tmp_path):
    """A staff card sees what was left and since when, the devices, and when the hub was last heard."""
    run = DeskRun(tmp_path / "station.db", feed=replace(full_feed(), rules=Rules(version=1, free_at_once=())))
    run.desk.start()
    scan = ItemScanned(MORE[0].code)
    run.gives(ANNA_COMES, scan, ConfirmLoan(), Done(), scan, Done())
    run.gives(DeviceState("scanner", up=False, reason="unplugged"), CardShown(STAFF))
    view = run.eyes.see(StaffMenuView)
    (row,) = view.left
    assert (row.thing.name, row.since.hour, view.done) == (MORE[0].name, 12, 0)
    assert [(device.name, device.up, device.reason) for device in view.devices] == [("scanner", False, "unplugged")]
    assert (view.last_contact.hour, view.feed_version, view.status.data_age_hours) == (12, 1, 0)
    run.gives(scan)
    assert run.eyes.see(StaffMenuView, lambda view: view.done == 1).left == ()
    run.desk.stop()


def test_nothing_is_shown_before_it_is_on_the_disk(tmp_path):
    """At the moment the screen says yes, another reader of the file finds the loan in it."""
    run = DeskRun(tmp_path / "station.db")
    found = []
    see = run.eyes.__call__

    def look(view):
        if isinstance(view, ConfirmedView):
            with sqlite3.connect(run.path) as db:
                found.append(db.execute("SELECT count(*) FROM journal WHERE kind = 'loan'").fetchone()[0])
            db.close()
        see(view)

    run.desk._show = look
    run.desk.start()
    run.gives(*BORROW_HAMMER)
    run.eyes.see(ConfirmedView)
    run.desk.stop()
    assert found == [1]


def test_a_visit_nobody_touches_ends(run):
    """When the time is up the idle screen comes back and nothing was written."""
    run.gives(ANNA_COMES, SCAN_HAMMER)
    run.eyes.see(BorrowView)
    run.clock.advance(61_000)
    run.gives(Tick())
    run.eyes.see(IdleView)
    assert run.kinds() == ["started"]


def test_a_new_feed_shows_at_once(run):
    """A new feed changes the idle screen without anybody's touch; the hub's receipt changes the queue."""
    run.desk.ask(lambda store: store.take_feed(make_feed(2, items=(make_item("1"),))))
    run.eyes.see(IdleView, lambda view: view.here == 1)
    run.desk.ask(lambda store: store.acknowledge(Receipt(1, (), 0)))
    run.eyes.see(IdleView, lambda view: view.status.queued == 0)


def test_a_question_that_changes_nothing_shows_nothing(run):
    """A question of the agent that changes nothing draws no new view."""
    run.desk.ask(lambda store: store.acknowledge(Receipt(1, (), 0)))
    shown = len(run.eyes.views)
    for _ in range(5):
        run.desk.ask(lambda store: store.waiting(10))
    assert len(run.eyes.views) == shown


def test_a_question_raises_where_it_was_asked(run):
    """What goes wrong in a question is raised to the one who asked, and the desk goes on."""
    with pytest.raises(ZeroDivisionError):
        run.desk.ask(lambda _: 1 / 0)
    run.gives(ANNA_COMES)
    run.eyes.see(AccountView)


def test_the_hubs_clock_is_written_down_and_disturbs_nobody(run):
    """A comparison with the hub's clock is an entry and no new view; one of an earlier boot is left."""
    run.gives(ANNA_COMES)
    run.entries()
    views = len(run.eyes.views)
    at = run.read_clock()
    run.gives(HubClockHeard(at.boot, at.up_ms - 50, at.wall_ms + 7, 21), HubClockHeard("f" * 32, 1, at.wall_ms, 1))
    assert run.kinds() == ["started", "hub_time"]
    assert run.entries()[1]["body"] == {"hub_ms": at.wall_ms + 7, "up_ms": at.up_ms - 50, "within_ms": 21}
    assert len(run.eyes.views) == views


def test_devices_and_link_show_in_the_status(run):
    """A device that goes down or comes up is written once and shown, and so is the link."""
    run.gives(DeviceState("card_reader", up=False, reason="no answer"), DeviceState("card_reader", up=False))
    run.eyes.see(IdleView, lambda view: not view.status.reader_up)
    run.gives(DeviceState("card_reader", up=True), DeviceState("scanner", up=False), LinkState(offline=True))
    status = run.eyes.see(IdleView, lambda view: view.status.offline).status
    assert (status.reader_up, status.scanner_up) == (True, False)
    assert run.kinds() == ["started", "device", "device", "device"]


# --- clocks


@pytest.mark.parametrize("jump_ms", [-THREE_DAYS_MS, THREE_DAYS_MS, 2001])
def test_a_clock_that_jumps_is_written(run, jump_ms):
    """A wall clock that is set, forwards or back, is an entry that says by how much; the numbers run on."""
    run.gives(Tick())
    run.entries()
    run.clock.wall_ms += jump_ms
    run.gives(*BORROW_HAMMER)
    run.eyes.see(ConfirmedView)
    wires = run.entries()
    assert [wire["kind"] for wire in wires] == ["started", "clock", "loan"]
    assert wires[1]["body"] == {"by_ms": jump_ms, "synced": True}
    assert [wire["seq"] for wire in wires] == [1, 2, 3]


def test_a_clock_that_goes_is_not_written(run):
    """Time that passes is no jump."""
    for _ in range(3):
        run.clock.advance(3_600_000)
        run.gives(Tick())
    assert run.kinds() == ["started"]


def test_an_unset_clock_shows_until_it_is_set(run):
    """A clock that is not set from the network shows in the status and in the entries, until it is."""
    run.clock.synced = False
    run.gives(Tick())
    run.eyes.see(IdleView, lambda view: not view.status.clock_synced)
    run.gives(*BORROW_HAMMER)
    run.eyes.see(ConfirmedView)
    assert run.entries()[-1]["at"]["synced"] is False
    run.clock.synced = True
    run.gives(Done(), Tick())
    run.eyes.see(IdleView, lambda view: view.status.clock_synced)


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


# --- what goes wrong


def breaks(run):
    run.desk.ask(lambda store: store.db.conn.execute("PRAGMA query_only=ON"))


def mends(run):
    run.desk.ask(lambda store: store.db.conn.execute("PRAGMA query_only=OFF"))


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


def test_a_voice_that_is_down_is_for_the_technician_alone(tmp_path):
    """The staff menu lists it with its reason; the scanner, lending and the journal know nothing of it."""
    run = DeskRun(tmp_path / "station.db", feed=replace(full_feed(), rules=Rules(version=1)))
    run.desk.start()
    run.gives(DeviceState("voice", up=False, reason="not found"), CardShown(STAFF))
    view = run.eyes.see(StaffMenuView)
    assert [(device.name, device.up, device.reason) for device in view.devices] == [("voice", False, "not found")]
    assert (view.status.reader_up, view.status.scanner_up) == (True, True)
    assert "device" not in run.kinds()
    run.desk.stop()


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


# --- what must never be told


def secrets_of(run):
    entry_ids = [wire["id"] for wire in run.store.waiting(10_000)]
    holds = [
        row[0] for row in run.store.db.conn.execute("SELECT hold_id FROM hold UNION SELECT hold_id FROM hold_here")
    ]
    refs = [ANNA, BERIT, BLOCKED, STRANGER, STAFF, CHILD, TRAINED, EXPIRED]
    return [*refs, "sealed", *entry_ids, *holds, *CODES, "hash-of", UNKNOWN_CODE]


CODES = ("730158", "471108")


def full_feed():
    """A feed in which everything may happen: PINs, codes, holds, staff, children, risk."""
    special = {
        "cards": tuple(
            FeedCard(ref, one.standing is Standing.BLOCKED, one.expires, one.category, one.age_from, one.trainings,
                     staff=one.staff)
            for ref, one in CARDS.items()),
        "holds": (
            Hold("hold-of-berit", HAMMER.thing, BERIT, date(2026, 11, 25), HAMMER.code, "hash-of-1"),
            Hold("hold-of-anna", DRILL.thing, ANNA, date(2026, 11, 25), None, "hash-of-2"),
        ),
        "items": (*ITEMS, *RISKY, *MORE),
        "rules": Rules(version=1, phone="1", pin=PinRule.FIRST_TIME_HERE, staff_check=(RiskClass.C,)),
    }  # fmt: skip
    return replace(make_feed(), **special)


many_moments = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 30, 61]),
        st.one_of(
            moments.map(lambda story: story[0][1] if story else Tick()),
            st.sampled_from([CardShown(STAFF), CardShown(CHILD), CardShown(ANNA), PinTyped("4839"), StartCode()]),
            st.sampled_from([PinChecked(right=True), PinChecked(right=False), PinChecked(right=None)]),
            st.sampled_from(
                [AskAboutMe(), PlaceHold(), CancelHold("#0"), RenewLoan("#0"), SwitchCard(), StartDamage()]
            ),
            st.sampled_from([CodeEntered("730158"), DamageGiven(Damage.BROKEN), ConfirmLoan(), RestIsHere()]),
            st.sampled_from([ItemScanned(item.code) for item in (*ITEMS, *RISKY)]),
        ),
    ),
    max_size=40,
)


@some
@given(moments | many_moments)
def test_no_view_tells_who_it_is(tmp_path_factory, story):
    """Whatever happens, no view holds a patron reference, a sealed card, an entry or hold id, a code or a PIN."""
    run = DeskRun(tmp_path_factory.mktemp("desk") / "station.db", feed=full_feed())
    run.desk._begin()
    for seconds, given_input in story:
        run.clock.advance(seconds * 1000)
        run.desk._serve(run.pointed(given_input))
    words = "\n".join(word for view in run.eyes.views for word in words_in(view))
    assert "4839" not in words
    assert [secret for secret in secrets_of(run) if secret in words] == []
    run.store.close()


def test_no_log_tells_who_it_is(tmp_path, caplog):
    """At the most talkative level, through visits and faults, no log line holds a card, a scan or an entry id."""
    caplog.set_level(logging.DEBUG)
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.gives(*BORROW_HAMMER, CardShown(BLOCKED), ItemScanned(TENT.code), CardShown(STRANGER, "sealed-card"))
    run.gives(ItemScanned(UNKNOWN_CODE), ConfirmReturn())
    run.eyes.see(ThanksView)
    secrets = [*secrets_of_entries(run), HAMMER.code, TENT.code]
    breaks(run)
    run.gives(ANNA_COMES, SCAN_DRILL)
    run.eyes.see(OutOfServiceView)
    mends(run)
    run.desk._show = None
    run.gives(ANNA_COMES)
    run.entries()
    run.desk.stop()
    assert "out of service" in caplog.text
    assert "could not serve" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []


def secrets_of_entries(run):
    return [ANNA, BLOCKED, STRANGER, "sealed", UNKNOWN_CODE, *(wire["id"] for wire in run.entries())]
