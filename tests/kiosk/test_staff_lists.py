"""What staff choose from and count against at a station with a large library: read as far as it is shown."""

from __future__ import annotations

from dataclasses import replace

from support.desks import DeskRun
from support.library import STAFF, UNKNOWN_CODE, make_feed, make_item

from kiosk.desk.views_staff import RegisterView
from kiosk.store.station_store import new_id
from lending.entries import Draft, ItemMoved
from lending.visit import CardShown, Done, ItemScanned, ListThings, OpenStaffPage, StaffPage, StartBrowse
from sync.feed import FeedCard


def run_with(folder, count):
    """Return a desk at a station with so many things, and a staff card."""
    items = tuple(make_item(f"06{n:08d}", f"ting {n:03d}", f"thing {n:03d}") for n in range(count))
    cards = (FeedCard(STAFF, blocked=False, staff=True),)
    return DeskRun(folder / "station.db", feed=replace(make_feed(), items=items, cards=cards))


def test_a_new_tag_is_chosen_for_without_reading_all_things(tmp_path):
    """Of many things the desk reads those of the page and beside it, not the whole library; so with a search."""
    run = run_with(tmp_path, 400)
    run.desk.start()
    run.gives(StartBrowse(), Done(), CardShown(STAFF), OpenStaffPage(StaffPage.REGISTER))
    run.eyes.see(RegisterView)
    read = []
    run.desk.ask(lambda store: store.db.conn.set_trace_callback(read.append))
    run.gives(ItemScanned(UNKNOWN_CODE))
    view = run.eyes.see(RegisterView, lambda view: view.things)
    assert (view.begins, view.at, view.count) == (0, 0, 400)
    run.gives(ListThings(200))
    view = run.eyes.see(RegisterView, lambda view: view.at == 200)
    assert [offer.thing for offer in view.things] == [f"thing {n:03d}" for n in range(160, 280)]
    run.gives(ListThings(words="ting 123"))
    assert run.eyes.see(RegisterView, lambda view: view.words).things[0].face.name.get("nb") == "ting 123"
    asked = [sql for sql in read if "content" in sql]
    assert 100 < len(asked) < 300
    assert all("code =" in sql for sql in asked)
    run.gives(ListThings(10_000))
    last = run.eyes.see(RegisterView, lambda view: view.at == 399)
    assert len(last.things) == 41
    run.desk.stop()


def test_the_shelf_is_read_once_while_nothing_changes(tmp_path):
    """Counting asks at each scan what should stand here; it is read anew only after an entry or a feed."""
    run = run_with(tmp_path, 30)
    run.desk._begin()
    for given in (CardShown(STAFF), OpenStaffPage(StaffPage.COUNT), ItemScanned("0600000000")):
        run.desk._serve(given)
    read = []
    run.store.db.conn.set_trace_callback(read.append)
    for n in range(1, 9):
        run.desk._serve(ItemScanned(f"06{n:08d}"))
    assert run.eyes.now.expected == 30
    assert len(run.eyes.now.found) == 9
    assert [sql for sql in read if "home = " in sql or "CROSS JOIN" in sql] == []
    run.store.db.conn.set_trace_callback(None)
    moved = Draft(new_id(), ItemMoved("0600000029", here=False))
    run.store.commit([moved], run.read_clock())
    run.desk._serve(ItemScanned("0600000010"))
    assert run.eyes.now.expected == 29
    run.store.close()
