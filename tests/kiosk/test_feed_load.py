"""A feed that is loaded while people lend: whole or not at all, and nobody waits for it."""

import random
import sqlite3
import time
from datetime import date

import pytest
from support.desks import DeskRun
from support.library import ANNA, HAMMER, HERE, ITEMS, NOON, STRANGER, at, make_feed, make_item

from kiosk.desk.facts import BUILT, DeskFacts
from kiosk.desk.views import AccountView, IdleView
from kiosk.store import snapshot
from kiosk.store.feed_load import ROWS, FeedLoad
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, HoldCancelled, HoldPlaced, Loan, Personal
from lending.errors import Damaged
from lending.holds import code_hash
from lending.nouns import CardFacts, Hold, Rules, Standing
from lending.visit import CardShown, ConfirmLoan, Done, ItemScanned
from sync.feed import Feed, FeedCard

SECRET = b"s" * 32
CARDS = tuple(FeedCard(f"1:{n:032x}") for n in range(2500))
DUE = date(2026, 12, 6)


def large_feed(version=2, cards=CARDS):
    feed = make_feed(version, items=(make_item("new"), *ITEMS))
    return Feed(**{name: getattr(feed, name) for name in feed.__slots__} | {"cards": (*feed.cards, *cards)})


def test_every_step_but_the_last_leaves_the_old_feed(store):
    """Until the last step everything is as the old feed said, and after it everything as the new one says."""
    steps = 0
    for step in FeedLoad(large_feed()).steps():
        assert (store.feed_version, store.item("new"), store.card(CARDS[0].patron_ref).standing) == (
            1,
            None,
            Standing.UNKNOWN,
        )
        assert store.item(HAMMER.code) == HAMMER
        step(store)
        steps += 1
    assert steps > 2500 / ROWS
    assert (store.feed_version, store.item("new").code) == (2, "new")
    assert store.card(CARDS[-1].patron_ref).standing is Standing.KNOWN


def test_no_step_is_longer_than_so_many_rows(store):
    """No transaction of a load changes more than a thousand rows of each table, so nobody waits long for it."""
    FeedLoad(large_feed()).all_at(store)
    for step in FeedLoad(large_feed(3)).steps():
        before = store.db.conn.total_changes
        step(store)
        assert store.db.conn.total_changes - before <= 2 * ROWS


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_a_load_that_is_broken_off_changes_nothing(store, tmp_path, steps):
    """A load that ends in the middle leaves the old feed, now and after a restart, and the next one is whole."""
    going = FeedLoad(large_feed()).steps()
    for _ in range(steps):
        next(going)(store)
    assert store.feed_version == 1
    store.db.close()
    again = StationStore.open(tmp_path / "station.db", HERE)
    assert (again.feed_version, again.item("new"), again.item(HAMMER.code)) == (1, None, HAMMER)
    again.take_feed(large_feed(3, cards=CARDS[:1]))
    assert again.feed_version == 3
    assert again.card(CARDS[1].patron_ref) == CardFacts(Standing.UNKNOWN)
    (cards,) = again.db.conn.execute("SELECT count(*) FROM card WHERE slot = ?", (again._slot,)).fetchone()
    assert cards == 4
    again.close()


def test_two_loads_at_a_time_do_no_harm(store):
    """Of two loads that get in each other's way the later goes on and the earlier ends without effect."""
    first, second = FeedLoad(large_feed(2)).steps(), FeedLoad(large_feed(3)).steps()
    for _ in range(3):
        next(first)(store)
    for step in second:
        step(store)
    for step in first:
        step(store)
    assert store.feed_version == 3


def test_what_the_old_feed_said_is_erased(store, tmp_path):
    """A card that is no longer in the feed is gone from the file after the feed after next."""
    store.take_feed(large_feed(2))
    for version in (3, 4):
        store.take_feed(large_feed(version, cards=()))
    store.truncate_wal()
    assert CARDS[7].patron_ref.encode() not in (tmp_path / "station.db").read_bytes()


def test_people_lend_while_a_feed_is_loaded(tmp_path):
    """Between any two steps somebody is served, and what they borrow is in the journal."""
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.eyes.see(IdleView)
    for number, step in enumerate(FeedLoad(large_feed()).steps()):
        run.desk.ask(step)
        run.gives(CardShown(ANNA), ItemScanned(ITEMS[1].code) if number % 2 == 0 else Done())
        run.gives(ConfirmLoan(), Done(), ItemScanned(ITEMS[1].code), Done())
    assert run.kinds().count("loan") >= 2
    run.gives(CardShown(CARDS[0].patron_ref))
    run.eyes.see(AccountView, lambda view: view.has_card)
    run.desk.stop()


def test_a_step_flushes_nothing_and_a_loan_flushes_all(store):
    """Rows beside the live feed need no flush of their own; the commits of visits are flushed as ever."""
    (before,) = store.db.conn.execute("PRAGMA synchronous").fetchone()
    with store._unhurried():
        (within,) = store.db.conn.execute("PRAGMA synchronous").fetchone()
    (after,) = store.db.conn.execute("PRAGMA synchronous").fetchone()
    assert (before, within, after) == (2, 1, 2)
    with pytest.raises(Damaged):
        store.load_rows("card", [(1, 2)])
    assert store.db.conn.execute("PRAGMA synchronous").fetchone() == (2,)


SPECIAL = {
    "blocked": True,
    "expires": DUE,
    "category": "child",
    "age_from": 0,
    "trainings": frozenset({"saws", "welding"}),
    "staff": True,
}
MIXED = tuple(FeedCard(f"1:{n:032x}", **{name: value}) for n, (name, value) in enumerate(SPECIAL.items(), 1))


def facts_of(card):
    standing = Standing.BLOCKED if card.blocked else Standing.KNOWN
    return CardFacts(standing, card.category, card.age_from, card.expires, card.trainings, staff=card.staff)


def test_cards_come_back_as_they_were_told(store):
    """Cards about which one thing is special are kept beside those about which nothing is, in any mixture."""
    plain = [FeedCard(f"1:{n:032x}") for n in range(100, 100 + len(MIXED))]
    mixed = [card for pair in zip(MIXED, plain, strict=True) for card in pair]
    store.take_feed(large_feed(cards=(*mixed, FeedCard("1:" + "f" * 32, **SPECIAL))))
    for card in (*mixed, FeedCard("1:" + "f" * 32, **SPECIAL)):
        assert store.card(card.patron_ref) == facts_of(card)


def test_cards_are_loaded_in_the_order_of_their_keys():
    """Whatever order the hub tells cards in, they are written in the order they lie in on the disk."""
    refs = ["10:ff", "2:00", "1:ab", "", "1:aa", "1:a", "1:b", "é", "10:0", *(card_ref(n) for n in range(300))]
    rows = dict(snapshot.all_rows(large_feed(cards=tuple(FeedCard(ref) for ref in refs)), 1))["card"]
    loaded = [row[1] for row in rows]
    assert loaded == sorted([*refs, *(card.patron_ref for card in make_feed(1).cards)])


def card_ref(number):
    """Return a key as random as a keyed hash."""
    return f"1:{random.Random(number).getrandbits(128):032x}"


# --- holds


def hold(number, **special):
    return Hold(**{"hold_id": f"h{number}", "thing": "drill", "patron_ref": ANNA, "until": DUE} | special)


def with_holds(store, version, *holds):
    feed = make_feed(version)
    store.take_feed(Feed(**{name: getattr(feed, name) for name in feed.__slots__} | {"holds": holds}))


def test_holds_of_feed_and_journal_are_one_list(store):
    """Holds of the feed that ended here are gone, those placed here stay, and the feed wins where both know one."""
    with_holds(store, 2, hold(1), hold(2, item="x"))
    placed = [Draft(new_id(), HoldPlaced(one, "drill", DUE), Personal(STRANGER)) for one in ("h3", "h4")]
    store.commit([*placed, Draft(new_id(), HoldCancelled("h1"))], at(1))
    assert [one.hold_id for one in store.holds_on("drill")] == ["h2", "h3", "h4"]
    assert [one.hold_id for one in store.holds_of(STRANGER)] == ["h3", "h4"]
    with_holds(store, 3, hold(1), hold(3, patron_ref=STRANGER, item="y"))
    assert [(one.hold_id, one.item) for one in store.holds_on("drill")] == [("h3", "y"), ("h4", None)]
    store.commit([Draft(new_id(), HoldCancelled("h4"))], at(2))
    assert [one.hold_id for one in store.holds_on("drill")] == ["h3"]


def test_a_pickup_code_finds_its_hold_and_no_other(store):
    """A code opens the hold it was made for until its last day; the code itself is nowhere in the file."""
    hashes = {n: code_hash(SECRET, f"h{n}", code) for n, code in ((1, "471108"), (2, "000042"))}
    with_holds(store, 2, hold(1, code_hash=hashes[1]), hold(2, code_hash=hashes[2]), hold(3))

    def found(code, today=DUE):
        one = store.hold_with_code(code, today, lambda hold_id, typed: code_hash(SECRET, hold_id, typed))
        return one and one.hold_id

    assert [found(code) for code in ("471108", "000042", "471109", "47110", "", "47110٨")] == [
        "h1", "h2", None, None, None, None]  # fmt: skip
    assert found("471108", date(2026, 12, 7)) is None
    assert (store.has_codes(DUE), store.has_codes(date(2026, 12, 7))) == (True, False)
    assert "471108" not in "".join(store.db.conn.iterdump())


# --- how old the data is


@pytest.mark.parametrize(
    ("hours", "seen", "age"),
    [(0, 0, 0), (5, 0, 5), (-5, 0, 0), (-5, 7, 7), (5, 7, 7), (-24 * 3650, 2, 2)],
)
def test_the_feed_is_at_least_as_old_as_the_latest_time_ever_seen(store, hours, seen, age):
    """The age counts from the latest time ever seen here, so a clock that went back makes nothing young."""
    store.commit([Draft(new_id(), Loan("x", DUE), Personal(ANNA))], at(seen * 3600))
    facts = DeskFacts(store, at(hours * 3600))
    assert facts.data_age_hours == pytest.approx(age)


def test_the_latest_time_survives_a_restart(store, tmp_path):
    """A restart with the clock back does not forget the latest time."""
    store.commit([Draft(new_id(), Loan("x", DUE), Personal(ANNA))], at(9 * 3600))
    store.close()
    again = StationStore.open(tmp_path / "station.db", HERE)
    assert DeskFacts(again, at(0)).data_age_hours == pytest.approx(9)
    again.db.close()


def test_a_clock_that_was_far_ahead_once_does_not_stop_the_station_for_ever(store):
    """The hub's time of a new feed is believed over a clock that was wrong once."""
    store.commit([Draft(new_id(), Loan("x", DUE), Personal(ANNA))], at(24 * 3600 * 4000))
    assert DeskFacts(store, at(60)).data_age_hours > 90_000
    store.take_feed(make_feed(2))
    assert DeskFacts(store, at(3600)).data_age_hours == pytest.approx(1)


def test_a_feed_the_hub_has_nothing_newer_for_stays_young(store):
    """When the hub says that nothing is new, what the station knows is as young as that answer."""
    assert DeskFacts(store, at(100 * 3600)).data_age_hours == pytest.approx(100)
    store.confirm_feed(NOON + 99 * 3_600_000)
    assert DeskFacts(store, at(100 * 3600)).data_age_hours == pytest.approx(1)
    store.confirm_feed(NOON)
    assert DeskFacts(store, at(100 * 3600)).data_age_hours == pytest.approx(1)


def test_a_station_without_feed_has_no_age(tmp_path):
    """Before the first feed nothing is old."""
    store = StationStore.open(tmp_path / "new.db", HERE)
    assert DeskFacts(store, at(0)).data_age_hours == 0
    store.close()


@pytest.mark.parametrize(
    ("hours", "synced", "doubtful"), [(0, True, False), (0, False, True), (-24 * 3, True, True), (-11, True, False)]
)
def test_a_clock_is_doubted_unless_it_is_set_and_possible(store, hours, synced, doubtful):
    """A clock is doubtful while nobody has set it, and when it says a time before this software was built."""
    assert date(2026, 11, 22) == BUILT
    assert DeskFacts(store, at(hours * 3600, synced=synced)).clock_doubtful is doubtful


def test_a_large_feed_is_fast_enough(tmp_path):
    """Loading beside the live feed is not many times slower than one bare transaction of the same rows."""
    cards = tuple(FeedCard(f"1:{n:032x}") for n in range(20_000))
    store = StationStore.open(tmp_path / "station.db", HERE)
    began = time.perf_counter()
    store.take_feed(large_feed(2, cards))
    ours = time.perf_counter() - began
    store.close()
    bare = sqlite3.connect(tmp_path / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("CREATE TABLE card (patron_ref TEXT PRIMARY KEY, blocked INT, a, b, c, d)")
    began = time.perf_counter()
    bare.execute("BEGIN")
    bare.executemany("INSERT INTO card VALUES (?, ?, 0, 0, 0, 0)", [(c.patron_ref, 0) for c in cards])
    bare.execute("COMMIT")
    base = time.perf_counter() - began
    bare.close()
    assert ours < 6 * base + 1.0


def test_rules_come_back_as_they_were(store, tmp_path):
    """Every rule of the feed is there after a restart."""
    rules = Rules(version=9, closed_weekdays=(6,), closed_days=(DUE,), kind_limits=(("tools", 2),))
    store.take_feed(make_feed(9, rules=rules))
    store.db.close()
    again = StationStore.open(tmp_path / "station.db", HERE)
    assert again.rules == rules
    again.db.close()
