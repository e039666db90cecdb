"""The desk: one input at a time, committed before it is shown."""

import sqlite3
from dataclasses import replace

import pytest
from support.desks import ANNA_COMES, BORROW_HAMMER, SCAN_DRILL, SCAN_HAMMER, DeskRun
from support.library import (
    BERIT,
    BLOCKED,
    DRILL,
    MORE,
    SAW,
    STAFF,
    STRANGER,
    UNKNOWN_CODE,
    full_feed,
    make_feed,
    make_item,
)

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
    ReturnedView,
    StaffMenuView,
    StartingView,
    ThanksView,
    UnknownCardView,
    WhichMissingView,
)
from kiosk.desk.views_impact import InsteadView
from lending.impact import Instead, Lent, Span, Told
from lending.nouns import Condition, Damage, PartAnswer, Rules
from lending.rules import WayOn
from lending.visit import (
    AskAboutMe,
    CancelHold,
    CardShown,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    Done,
    GoOn,
    InsteadGiven,
    ItemScanned,
    LineState,
    OddScan,
    OddScanned,
    PartAnswered,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    StartDamage,
    SwitchCard,
    Tick,
    UndoNewest,
)
from sync.protocol import Receipt

THREE_DAYS_MS = 3 * 24 * 3600 * 1000


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
