"""The feed page by page at the station: whole or as it was, wherever it is cut off, while people lend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desks import DeskRun
from support.library import ANNA, BERIT, DRILL, HAMMER, HERE, ITEMS, MORE, NOON, SAW, TENT, at, make_feed

from kiosk.desk.views import IdleView
from kiosk.store import ended_loans
from kiosk.store.page_load import PageLoad
from kiosk.store.remembered import Remembered
from kiosk.store.snapshot import TABLES
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Renewal, Return
from lending.nouns import CardFacts, Hold, Rules, Shelf, Standing, Text
from lending.visit import CardShown, ConfirmLoan, Done, ItemScanned
from sync.feed import FeedCard
from sync.feed_page import EndedLoan, FeedPage, Head, Kind, Message, PlacedCategory
from sync.journal import Place
from sync.protocol import Receipt

DUE = date(2026, 12, 6)
DAY_MS = 86_400_000
CARDS = tuple(FeedCard(f"1:{n:032x}") for n in range(6))
HEAD = Head(HERE, "Bragernes", Rules(loan_limit=7))


def page(cursor, *, put=None, gone=None, **said):
    """Return a page of changes with everything else as usual."""
    usual = {"more": False, "version": 10, "made_ms": NOON, "begins": False, "ends": False, "snapshot": False}
    return FeedPage(**(usual | {"cursor": cursor, "head": None, "put": put or {}, "gone": gone or {}} | said))


def snapshot_pages(prefix="s", version=10):
    """Return a whole new copy in five pages: cards one to six, all things, a message."""
    feed = make_feed()
    shelves = tuple(PlacedCategory(place, one) for place, one in enumerate(feed.categories))
    said = {"snapshot": True, "more": True, "version": version}
    return [
        page(f"{prefix}1", put={Kind.CARD: (FeedCard(BERIT, blocked=True),)}, begins=True, **said),
        page(f"{prefix}2", put={Kind.CATEGORY: shelves, Kind.MESSAGE: (message("m1"),)}, **said),
        page(f"{prefix}3", put={Kind.ITEM: (*ITEMS, *MORE)}, **said),
        page(f"{prefix}4", put={Kind.CARD: CARDS[:3]}, **said),
        page(f"{prefix}5", put={Kind.CARD: (*CARDS[3:], FeedCard(ANNA))}, head=HEAD, ends=True, **said),
    ]


def message(number, first=DUE, last=DUE):
    return Message(number, Text.of({"nb": "Stengt", "en": "Closed"}), first, last)


@pytest.fixture
def paged(store):
    """A station with a copy that came page by page."""
    for one in snapshot_pages():
        store.take_page(store.feed_cursor, one)
    return store


def live(store):
    """Return all rows of the live feed."""
    found = {}
    for table in TABLES:
        rows = store.db.conn.execute(f"SELECT * FROM {table} WHERE slot = ?", (store._slot,))  # noqa: S608
        found[table] = sorted(row[1:] for row in rows)
    return found


# --- a whole copy


def test_a_copy_is_live_when_its_last_page_is_in(store):
    """Until the last page everything is as before; then everything is as the new copy says."""
    for one in snapshot_pages():
        assert (store.feed_version, store.card(CARDS[0].patron_ref).standing) == (1, Standing.UNKNOWN)
        assert store.rules.loan_limit == Rules().loan_limit
        store.take_page(store.feed_cursor, one)
    assert (store.feed_version, store.feed_cursor, store.station_name) == (10, "s5", "Bragernes")
    assert store.card(CARDS[0].patron_ref).standing is Standing.KNOWN
    assert store.card(BERIT).standing is Standing.BLOCKED
    assert store.rules.loan_limit == 7
    assert store.item(DRILL.code) == DRILL
    assert [category.category_id for category in store.categories()] == [
        category.category_id for category in make_feed().categories
    ]


def test_nothing_of_the_copy_before_is_kept(paged):
    """The tables a copy leaves are erased behind it: a card that has gone is not kept in a corner."""
    for table in TABLES:
        sql = f"SELECT count(*) FROM {table} WHERE slot != ?"  # noqa: S608 - fixed words only
        assert paged.db.conn.execute(sql, (paged._slot,)).fetchone() == (0,)


def test_a_card_about_which_nothing_is_special_any_more_is_a_plain_one(paged):
    """What a page says of a card takes the place of all that was known of it before."""
    special = FeedCard(ANNA, blocked=True, expires=DUE, category="child", age_from=6, trainings=frozenset({"saws"}))
    for cursor, card, plain in (("c1", special, False), ("c2", FeedCard(ANNA), True)):
        paged.take_page(paged.feed_cursor, page(cursor, put={Kind.CARD: (FeedCard(BERIT), card, CARDS[0])}))
        assert (paged.card(ANNA) == CardFacts(Standing.KNOWN)) is plain
    assert paged.card(CARDS[0].patron_ref) == paged.card(BERIT) == CardFacts(Standing.KNOWN)


def test_a_blocked_card_counts_before_the_copy_is_whole(store):
    """A block that comes with the first page of a copy stops that card at once."""
    assert store.card(BERIT).standing is Standing.KNOWN
    store.take_page("", snapshot_pages()[0])
    assert store.card(BERIT).standing is Standing.BLOCKED
    assert store.card(ANNA).standing is Standing.KNOWN


def every_step(pages):
    """Return how many steps taking in these pages has."""
    return 3 * len(pages) + 10


def take_until(store, pages, steps):
    """Take in pages as an agent does, and stop dead after so many steps; return whether all was done."""
    while (cursor := store.feed_cursor) != pages[-1].cursor:
        known = [one.cursor for one in pages]
        following = pages[known.index(cursor) + 1] if cursor in known else pages[0]
        for step in PageLoad(cursor, following).steps():
            if steps == 0:
                return False
            steps -= 1
            step(store)
    return True


def test_a_copy_that_is_cut_at_any_step_goes_on(tmp_path):
    """Wherever a load ends, a restart goes on from the last page that was whole, and the copy is the same."""
    pages = snapshot_pages()
    whole = None
    for steps in [10**6, *range(every_step(pages))]:
        path = tmp_path / f"{steps}.db"
        store = StationStore.open(path, HERE)
        store.take_feed(make_feed(1))
        done = take_until(store, pages, steps)
        if not done:
            told = (store.feed_version, store.card(CARDS[0].patron_ref).standing)
            assert told in ((1, Standing.UNKNOWN), (10, Standing.KNOWN))
        store.db.close()
        again = StationStore.open(path, HERE)
        asked = again.feed_cursor
        assert take_until(again, pages, 10**6)
        whole = whole or live(again)
        assert live(again) == whole
        again.close()
        if steps == 6:
            assert asked == "s2"  # pages one and two were in


def test_pages_that_forget_their_cursor_are_caught(tmp_path, monkeypatch):
    """Planted defect: a store that does not keep the place in a copy begins anew after a restart."""
    honest = StationStore.load_page
    monkeypatch.setattr(StationStore, "load_page", lambda store, rows, _cursor: honest(store, rows, None))
    store = StationStore.open(tmp_path / "a.db", HERE)
    store.take_page("", snapshot_pages()[0])
    store.close()
    again = StationStore.open(tmp_path / "a.db", HERE)
    assert again.feed_cursor == ""
    again.close()


def test_a_page_that_follows_another_cursor_has_no_effect(paged):
    """A page for a place the station has left, or that comes twice, changes nothing."""
    before = live(paged)
    paged.take_page("s4", page("x", gone={Kind.CARD: (ANNA,)}))
    assert (live(paged), paged.feed_cursor) == (before, "s5")


def test_a_new_copy_may_begin_amid_another(store):
    """When the hub begins anew amid a copy, nothing of the first is in the second."""
    for one in snapshot_pages("a")[:4]:
        store.take_page(store.feed_cursor, one)
    assert store.feed_cursor == "a4"
    others = snapshot_pages("b", 20)
    others[3] = replace(others[3], put={})
    for one in others:
        store.take_page(store.feed_cursor, one)
    assert (store.feed_version, store.feed_cursor) == (20, "b5")
    assert store.card(CARDS[0].patron_ref) == CardFacts(Standing.UNKNOWN)
    assert store.card(CARDS[5].patron_ref).standing is Standing.KNOWN


def test_a_whole_feed_of_an_older_hub_takes_the_place_of_pages(paged):
    """A hub that went back to whole feeds is followed, also from amid a copy."""
    paged.take_page("s5", snapshot_pages("b")[0])
    assert paged.feed_cursor == "b1"
    paged.leave_pages()
    paged.take_feed(make_feed(3))
    assert (paged.feed_cursor, paged.feed_version) == ("", 3)
    assert paged.card(CARDS[0].patron_ref) == CardFacts(Standing.UNKNOWN)


def test_people_lend_between_any_two_steps(tmp_path):
    """Whoever stands at the desk is served while a copy is loaded and while changes come."""
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.eyes.see(IdleView)
    for one in [*snapshot_pages(), page("c1", put={Kind.CARD: CARDS}), page("c2", gone={Kind.CARD: (BERIT,)})]:
        asked = run.desk.ask(lambda store: store.feed_cursor)
        for step in PageLoad(asked, one).steps():
            run.desk.ask(step)
            run.gives(CardShown(ANNA), ItemScanned(ITEMS[1].code), ConfirmLoan(), Done())
            run.gives(ItemScanned(ITEMS[1].code), Done())
    assert run.kinds().count("loan") > 10
    run.desk.stop()


# --- changes


def test_a_change_is_there_at_once(paged, tmp_path):
    """What is new, changed and gone is so right after its page, and after a restart."""
    put = {
        Kind.CARD: (FeedCard(ANNA, blocked=True),),
        Kind.HOLD: (Hold("h1", "drill", ANNA, DUE),),
        Kind.ITEM: (replace(TENT, shelf="Z"),),
    }
    paged.take_page("s5", page("c1", put=put, gone={Kind.ITEM: (SAW.code,), Kind.MESSAGE: ("m1",)}, version=12))

    def told(store):
        holds = [one.hold_id for one in store.holds_on("drill")]
        facts = (store.feed_cursor, store.feed_version, store.messages(DUE), store.rules.loan_limit)
        return store.card(ANNA).standing, store.item(SAW.code), store.item(TENT.code).shelf, holds, facts

    now = told(paged)
    assert now == (Standing.BLOCKED, None, "Z", ["h1"], ("c1", 12, [], 7))
    again = StationStore.open(tmp_path / "station.db", HERE)
    assert told(again) == now
    again.close()


def remembered_are_told(store):
    """Return whether an answer given before a change is another one after it."""
    before = store.card(ANNA).standing, store.item(SAW.code), store.holds_of(ANNA)
    hold = Hold("h1", "drill", ANNA, DUE)
    change = {Kind.CARD: (FeedCard(ANNA, blocked=True),), Kind.HOLD: (hold,)}
    store.take_page(store.feed_cursor, page("c1", put=change, gone={Kind.ITEM: (SAW.code,)}))
    after = store.card(ANNA).standing, store.item(SAW.code), store.holds_of(ANNA)
    return all(one != other for one, other in zip(before, after, strict=True))


def test_what_is_remembered_is_forgotten(paged):
    """An answer that was remembered before a change is asked anew after it."""
    assert remembered_are_told(paged)


def test_a_store_that_goes_on_remembering_is_caught(paged, monkeypatch):
    """Planted defect: answers kept over a change are the old ones."""
    monkeypatch.setattr(Remembered, "forget", lambda _: None)
    assert not remembered_are_told(paged)


def test_rules_and_name_change_without_anything_else(paged):
    """A page that only says what holds of the whole station is taken in too."""
    paged.take_page("s5", page("c1", head=Head(HERE, "Strømsø", Rules(loan_limit=2))))
    assert (paged.rules.loan_limit, paged.station_name) == (2, "Strømsø")


def test_the_data_is_as_young_as_the_last_page(paged):
    """Only when there is no more is what the station knows as young as the page says."""
    paged.take_page("s5", page("c1", more=True, made_ms=NOON + 5000))
    assert paged.feed_made_ms == NOON
    paged.take_page("c1", page("c2", made_ms=NOON + 6000))
    assert paged.feed_made_ms == NOON + 6000


changes = st.lists(
    st.tuples(st.sampled_from(["put", "block", "gone", "restart"]), st.lists(st.sampled_from(range(6)), max_size=4)),
    max_size=12,
)


@given(some=changes)
@settings(max_examples=12, deadline=None)
def test_any_changes_leave_what_a_whole_copy_would(tmp_path_factory, some):
    """Whatever pages come and wherever it restarts, the live tables say the same as a plain dictionary."""
    path = tmp_path_factory.mktemp("any") / "station.db"
    store = StationStore.open(path, HERE)
    expected = {}
    for number, (what, which) in enumerate(some):
        cards = [CARDS[n] for n in set(which)]
        match what:
            case "restart":
                store.close()
                store = StationStore.open(path, HERE)
                continue
            case "gone":
                said = page(f"c{number}", gone={Kind.CARD: tuple(card.patron_ref for card in cards)})
                expected = {ref: card for ref, card in expected.items() if ref not in {c.patron_ref for c in cards}}
            case _:
                told = tuple(replace(card, blocked=what == "block") for card in cards)
                said = page(f"c{number}", put={Kind.CARD: told})
                expected |= {card.patron_ref: card for card in told}
        store.take_page(store.feed_cursor, said)
    assert {row[0]: bool(row[1]) for row in live(store)["card"]} == {r: card.blocked for r, card in expected.items()}
    store.close()


# --- loans that ended elsewhere


def lend(store, item, ref=ANNA, seconds=0):
    """Return the id of a loan that the hub holds."""
    (entry,) = store.commit([Draft(new_id(), Loan(item.code, DUE), Personal(ref))], at(seconds))
    store.acknowledge(Receipt(store.place.seq, (), NOON + seconds * 1000))
    return entry.entry_id


def ended(store, *loans, at_ms=NOON, gone=()):
    """Let the feed say that these loans ended elsewhere."""
    told = tuple(EndedLoan(loan, "x", at_ms) for loan in loans)
    store.take_page(store.feed_cursor, page(f"e{loans}{gone}"[:900], put={Kind.ENDED: told}, gone={Kind.ENDED: gone}))


def test_a_loan_that_ended_elsewhere_counts_no_more(paged):
    """It is not among the patron's loans nor the item's; another loan of the same patron stays."""
    loan, other = lend(paged, HAMMER), lend(paged, TENT, seconds=1)
    assert len(paged.loans_of(ANNA)) == 2
    ended(paged, loan)
    assert [one.entry_id for one in paged.loans_of(ANNA)] == [other]
    ledger = paged.ledger(HAMMER.code)
    assert (ledger.open_loans, ledger.shelf, ledger.place) == ((), Shelf.FREE, None)
    assert paged.ledger(TENT.code).shelf is Shelf.OUT
    assert paged.known_of(ANNA, NOON).open_loans == 1
    assert paged.known_of(ANNA, NOON).returned_loans == 1
    assert HAMMER.code not in {item.code for item in paged.like(DRILL.code, limit=99)}


def test_it_is_lent_again_and_comes_back(paged):
    """The item comes back here, is lent to somebody else and returned; the old loan stays over through all of it."""
    loan = lend(paged, HAMMER)
    ended(paged, loan)
    again = lend(paged, HAMMER, BERIT, 2)
    assert [one.entry_id for one in paged.ledger(HAMMER.code).open_loans] == [again]
    assert paged.loans_of(ANNA) == ()
    paged.commit([Draft(new_id(), Return(HAMMER.code, again))], at(3))
    assert paged.ledger(HAMMER.code).open_loans == ()
    assert paged.loans_of(BERIT) == ()


def test_a_rebuild_changes_nothing_of_it(paged):
    """The tables derived from the journal are the same after a rebuild, whatever ended elsewhere."""
    loan = lend(paged, HAMMER)
    ended(paged, loan)
    lend(paged, HAMMER, BERIT, 2)
    before, asked = paged.derived_rows(), (paged.loans_of(ANNA), paged.loans_of(BERIT))
    paged.rebuild()
    assert (paged.derived_rows(), (paged.loans_of(ANNA), paged.loans_of(BERIT))) == (before, asked)


def test_a_loan_that_had_not_ended_is_open_again(paged):
    """When the hub takes it back the loan is open as before."""
    loan = lend(paged, HAMMER)
    before = paged.loans_of(ANNA)
    ended(paged, loan)
    ended(paged, gone=(loan,))
    assert paged.loans_of(ANNA) == before
    assert paged.ledger(HAMMER.code).shelf is Shelf.OUT


def test_its_patron_is_forgotten_after_the_retention_time(paged, tmp_path):
    """After the days of retention, and not before, nothing in the file says whose loan it was; others stay."""
    loan, other = lend(paged, HAMMER), lend(paged, TENT, BERIT, 1)
    (renewal,) = paged.commit([Draft(new_id(), Renewal(HAMMER.code, loan, DUE), Personal(ANNA))], at(2))
    assert renewal.personal is not None
    keep = paged.rules.retention_days * DAY_MS
    ended(paged, loan, at_ms=NOON + DAY_MS)
    known = paged.known_of(ANNA, NOON)
    assert known.forgotten_by is not None
    assert paged.forget(NOON + keep + DAY_MS - 1) == 0
    assert paged.forget(NOON + keep + DAY_MS) == 1  # the renewal has not reached the hub: it keeps its personal part
    assert len(paged.waiting(9)) == 1
    assert paged.waiting(9)[0]["personal"] is not None
    paged.acknowledge(Receipt(paged.place.seq, (), NOON + 9000))
    assert paged.forget(NOON + keep + DAY_MS) == 1
    before = paged.derived_rows()
    paged.rebuild()
    assert paged.derived_rows() == before
    assert paged.check() == 3
    assert [one.entry_id for one in paged.loans_of(BERIT)] == [other]
    paged.take_page(paged.feed_cursor, page("z", gone={Kind.CARD: (ANNA,)}))
    paged.truncate_wal()
    assert ANNA.encode() not in (tmp_path / "station.db").read_bytes()


def test_a_store_that_counts_what_ended_elsewhere_is_caught(paged, monkeypatch):
    """Planted defect: a store that does not ask the feed counts the loan for ever."""
    loan = lend(paged, HAMMER)
    monkeypatch.setattr(ended_loans, "ended_at", lambda *_: {})
    ended(paged, loan)
    assert len(paged.loans_of(ANNA)) == 1


# --- messages


def test_messages_are_those_of_the_day(paged):
    """A message is there from its first day to its last, the older one first."""
    days = [date(2026, 12, day) for day in (1, 3, 5)]
    paged.take_page(
        "s5", page("c1", put={Kind.MESSAGE: (message("b", days[0], days[1]), message("a", days[1], days[2]))})
    )
    shown = [[one.message_id for one in paged.messages(day)] for day in days]
    assert shown == [["b"], ["b", "a"], ["a"]]


def test_the_journal_goes_on_from_its_place(paged):
    """Pages touch no entry: the journal is where it was."""
    lend(paged, HAMMER)
    place = paged.place
    ended(paged, "no such loan")
    assert paged.place == place == Place(HERE, 1, 1, place.head)
