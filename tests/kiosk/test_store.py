"""The store: what it has committed is there, in order, and means what the journal says."""

import sqlite3
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library import ANNA, BERIT, BLOCKED, DRILL, HAMMER, HERE, ITEMS, STRANGER, TENT, at, make_feed, make_item
from support.stores import draft
from support.strategies import cards, few, some

from kiosk.store import journal_table
from kiosk.store.owner import Ownership
from kiosk.store.station_store import MAX_TRACE_LINES, StationStore, new_id
from lending.entries import ConditionAnswer, Loan, Refusal, Return, Started
from lending.errors import Damaged, EntryRefused, Refused
from lending.ledger import fold_item, item_of
from lending.nouns import CardFacts, Condition, Rules, Standing
from lending.visit.model import Line, LineState, Trace
from sync.journal import GENESIS, Place, check_envelope, open_entry
from sync.protocol import Receipt, Verdict, VerdictKind

DUE = date(2026, 12, 6)
TRACE = Trace((Line(HAMMER.code, LineState.LENT, "e" * 32, DUE),), DRILL.code)


def loan(item=HAMMER, who=ANNA):
    return draft(Loan(item.code, DUE), who)


def receipt(acknowledged, *verdicts):
    return Receipt(acknowledged, verdicts, 0)


@pytest.fixture
def store(path):
    store = StationStore.open(path, HERE)
    yield store
    store.close()


def reopened(store, path):
    """Close the store and return the file opened again."""
    store.close()
    return StationStore.open(path, HERE)


def tampered(path, sql, *values):
    with sqlite3.connect(path) as db:
        db.execute(sql, values)
    db.close()


# --- commit


def test_a_new_station_has_nothing(store):
    """A new file has an empty journal, no feed, and nothing to say of anything."""
    assert store.place == Place(HERE, 1, 0, GENESIS)
    assert (store.feed_version, store.station_name, store.rules) == (0, HERE, Rules())
    assert store.ledger("x").open_loans == ()
    assert store.card(ANNA) == CardFacts(Standing.UNKNOWN)
    assert store.here_by_category() == {}
    assert store.check() == 0


@pytest.mark.usefixtures("store")
def test_only_its_owner_can_read_a_new_database(path):
    """The file and what SQLite lays beside it can be read by the station's own user alone."""
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.glob(path.name + "*")}
    assert set(modes.values()) == {0o600}


def test_what_was_committed_is_there_after_reopening(store, path):
    """Entries, loans, trace and place are the same after the file was closed and opened."""
    store.commit([loan(), loan(DRILL)], at(1), TRACE)
    place, rows, waiting = store.place, store.derived_rows(), store.waiting(10)
    again = reopened(store, path)
    assert (again.place, again.derived_rows(), again.waiting(10)) == (place, rows, waiting)
    assert again.trace() == TRACE
    assert again.trace_wall_ms() == at(1).wall_ms
    assert [x.item for x in again.loans_of(ANNA)] == [HAMMER.code, DRILL.code]
    again.close()


def test_every_commit_is_flushed(store):
    """The file is in WAL mode, every commit is flushed to the disk, and what is erased is overwritten."""
    pragmas = {
        name: store.db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    assert store.db.conn.execute("PRAGMA secure_delete").fetchone()[0] == 1


def test_nothing_to_commit_writes_nothing(store):
    """A commit without entries and with the same trace leaves the file alone."""
    store.commit([], at(1), TRACE)
    changes = store.db.conn.total_changes
    assert store.commit([], at(2), TRACE) == ()
    assert store.commit([], at(3)) == ()
    assert store.db.conn.total_changes == changes


def test_the_trace_goes_when_the_visit_ends(store, path):
    """An empty trace leaves nothing behind."""
    store.commit([], at(1), TRACE)
    store.commit([], at(2), Trace())
    again = reopened(store, path)
    assert (again.trace(), again.trace_wall_ms()) == (Trace(), None)
    again.close()


def test_a_trace_is_bounded(store, path):
    """Of a visit without end the newest lines are kept."""
    lines = tuple(Line(str(n), LineState.RETURNED) for n in range(MAX_TRACE_LINES + 50))
    store.commit([], at(1), Trace(lines))
    again = reopened(store, path)
    assert again.trace().lines == lines[50:]
    again.close()


def test_an_entry_that_could_not_be_read_back_is_not_written(store):
    """What the codec would refuse tomorrow is refused before it is written today."""
    with pytest.raises(EntryRefused):
        store.commit([loan(), draft(Refusal("x" * 1000))], at(1))
    assert store.place.seq == 0
    assert store.check() == 0


def test_the_same_id_is_not_written_twice(store):
    """An id that is in the journal already is damage, and the journal stays as it was."""
    again = loan()
    store.commit([again], at(1))
    with pytest.raises(Damaged):
        store.commit([again], at(2))
    assert store.check() == 1


def test_the_same_id_is_not_written_twice_after_a_restart(store, path):
    """Nor is one that was written before the file was opened."""
    again = loan()
    store.commit([again, loan(DRILL)], at(1))
    reopened_store = reopened(store, path)
    with pytest.raises(Damaged):
        reopened_store.commit([again], at(2))
    assert reopened_store.check() == 2
    reopened_store.close()


def test_the_same_id_is_not_written_twice_in_one_commit(store):
    """Two entries of one commit with one id are damage too, and neither is written."""
    once = loan()
    store.commit([loan(DRILL)], at(1))
    with pytest.raises(Damaged):
        store.commit([once, loan(TENT), once], at(2))
    assert store.check() == 1


def test_a_store_that_forgets_what_it_has_written_is_caught(store, monkeypatch):
    """Planted defect: nobody looks whether an entry was saved already."""
    monkeypatch.setattr(store, "_refuse_known", lambda _: None)
    again = loan()
    store.commit([again], at(1))
    store.commit([again], at(2))
    assert len({wire["id"] for wire in store.waiting(10)}) < 2


@few
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_numbers_have_no_gap_and_ids_no_repeat(tmp_path_factory, sizes):
    """However entries are grouped into commits and files opened, numbers run on and ids are unique."""
    path = tmp_path_factory.mktemp("store") / "station.db"
    for size in sizes:
        store = StationStore.open(path, HERE, synchronous="OFF")
        store.commit([draft(Started("test", unclean=False)) for _ in range(size)], at(1))
        wires = store.waiting(1000)
        store.close()
    assert [wire["seq"] for wire in wires] == list(range(1, sum(sizes) + 1))
    assert len({wire["id"] for wire in wires}) == len(wires)
    assert all(before["hash"] == after["prev"] for before, after in pairwise(wires))
    for wire in wires:
        check_envelope(wire)


# --- damage


def breaks_read_only(store):
    store.db.conn.execute("PRAGMA query_only=ON")


def breaks_disk_full(store):
    store.db.conn.execute("PRAGMA max_page_count=1")  # no page more than there is


def mends(store):
    store.db.conn.execute("PRAGMA query_only=OFF")
    store.db.conn.execute("PRAGMA max_page_count=1073741823")


@pytest.mark.parametrize("breaks", [breaks_read_only, breaks_disk_full])
def test_a_failed_commit_changes_nothing_and_the_next_one_works(store, path, breaks):
    """A commit the disk refuses is Damaged, leaves place, tables and trace as they were, and can be tried again."""
    store.commit([loan()], at(1), TRACE)
    before = store.place, store.derived_rows(), store.trace()
    breaks(store)
    many = [draft(Loan(f"{n:0200}", DUE), ANNA) for n in range(200)]
    with pytest.raises(Damaged, match="kept"):
        store.commit(many, at(2), Trace())
    assert (store.place, store.derived_rows(), store.trace()) == before
    mends(store)
    store.commit(many, at(3), Trace())
    again = reopened(store, path)
    assert again.check() == 201
    assert again.trace() == Trace()
    again.close()


def test_every_question_to_a_broken_file_is_damage(store):
    """Whatever is asked of a file that cannot be read, the answer is Damaged."""
    store.commit([loan()], at(1))
    store.take_feed(make_feed())
    for table in ("item", "card", "loan", "item_state", "journal", "category", "open_visit"):
        store.db.conn.execute(f"ALTER TABLE {table} RENAME TO lost_{table}")
    for question in (
        lambda: store.item("x"),
        lambda: store.card(ANNA),
        lambda: store.ledger("x"),
        lambda: store.loans_of(ANNA),
        lambda: store.waiting(1),
        lambda: store.check(),
        lambda: store.rebuild(),
        lambda: store.categories(),
        lambda: store.here_by_category(),
        lambda: store.trace(),
        lambda: store.trace_wall_ms(),
    ):
        with pytest.raises(Damaged):
            question()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE seq = 3",
        "UPDATE journal SET covered = replace(covered, 'anything', 'another') WHERE seq = 3",
        "UPDATE journal SET covered = 'no json' WHERE seq = 3",
        "UPDATE journal SET covered = '[1]' WHERE seq = 3",
        "UPDATE personal SET personal = replace(personal, '1:a', '1:b') WHERE seq = 3",
        "UPDATE personal SET personal = 'no json' WHERE seq = 3",
    ],
)
def test_a_tampered_last_entry_is_noticed_at_the_start(store, path, sql):
    """A newest entry that is not what it was is Damaged when the file is opened."""
    store.commit([loan(), loan(DRILL), draft(Loan("anything", DUE), ANNA)], at(1))
    store.close()
    tampered(path, sql)
    with pytest.raises(Damaged):
        StationStore.open(path, HERE)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET covered = replace(covered, 'anything', 'another') WHERE seq = 2",
        "UPDATE journal SET hash = 'f' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "UPDATE personal SET personal = replace(personal, '1:a', '1:b') WHERE seq = 2",
        "UPDATE journal SET covered = 'no json' WHERE seq = 2",
    ],
)
def test_a_tampered_entry_further_back_is_noticed_by_the_check(store, path, sql):
    """The check finds an entry that was changed or taken out anywhere."""
    store.commit([loan(), draft(Loan("anything", DUE), ANNA), loan(DRILL)], at(1))
    store.close()
    tampered(path, sql)
    with StationStoreOpen(path) as again, pytest.raises(Damaged):
        again.check()


class StationStoreOpen:
    """A store for one block."""

    def __init__(self, path, epoch=1):
        self.store = StationStore.open(path, HERE, epoch, synchronous="OFF")

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()


def test_a_file_that_is_no_database_is_damage(path):
    """A file of something else is Damaged, not overwritten."""
    path.write_bytes(b"something else" * 1000)
    with pytest.raises(Damaged):
        StationStore.open(path, HERE)
    assert path.read_bytes().startswith(b"something else")


# --- derived tables

steps = st.tuples(st.sampled_from(["loan", "return", "undo", "condition", "refusal"]), st.sampled_from(ITEMS), cards)


def bodies_of(steps, store):
    for kind, item, who in steps:
        open_loans = store.ledger(item.code).open_loans
        if kind == "loan":
            yield loan(item, who)
        elif kind == "undo" and open_loans:
            yield draft(Return(item.code, open_loans[-1].entry_id, undo=True))
        elif kind == "condition":
            yield draft(ConditionAnswer(item.code, new_id(), Condition.MISSING, ("part-0",)))
        elif kind == "refusal":
            yield draft(Refusal("limit_reached", item.code))
        else:
            yield draft(Return(item.code))


@some
@given(st.lists(steps, max_size=25), st.lists(steps, max_size=10))
def test_the_tables_are_what_the_journal_says(tmp_path_factory, first, second):
    """Over any history of two epochs the live tables are row for row those rebuilt, and the fold of the journal."""
    path = tmp_path_factory.mktemp("store") / "station.db"
    for epoch, history in ((1, first), (2, second)):
        with StationStoreOpen(path, epoch) as store:
            for number, one in enumerate(bodies_of(history, store)):
                store.commit([one], at(number))
    with StationStoreOpen(path, 2) as store:
        live = store.derived_rows()
        entries = [open_entry(wire) for wire in journal_table.read_all(store.db)]
        for item in ITEMS:
            folded = fold_item(item.code, [one for one in entries if item_of(one) == item.code])
            assert store.ledger(item.code) == folded
        assert store.rebuild() == len(first) + len(second)
        assert store.derived_rows() == live


def test_spoilt_tables_are_made_again(store):
    """Tables that were lost are made again from the journal."""
    store.commit([loan(), loan(DRILL, BERIT)], at(1))
    good = store.derived_rows()
    store.db.conn.execute("DELETE FROM loan")
    store.db.conn.execute("UPDATE item_state SET place = 'nowhere'")
    store.rebuild()
    assert store.derived_rows() == good


def test_loans_come_due_soonest_first(store):
    """A patron's loans come in the order in which they are due."""
    store.commit(
        [draft(Loan(code, date(2026, 12, day)), ANNA) for code, day in (("a", 9), ("b", 3), ("c", 6))], at(1)
    )
    assert [x.item for x in store.loans_of(ANNA)] == ["b", "c", "a"]


# --- what the hub holds


def test_what_is_acknowledged_is_not_sent_again(store, path):
    """Entries the hub holds are not waiting any more, now and after a restart; the journal keeps them."""
    store.commit([loan(), loan(DRILL), loan(TENT)], at(1))
    store.acknowledge(receipt(2))
    assert [wire["seq"] for wire in store.waiting(10)] == [3]
    again = reopened(store, path)
    assert (again.acknowledged, again.waiting_count(), again.check()) == (2, 1, 3)
    again.close()


@some
@given(st.lists(st.integers(0, 12), max_size=8))
def test_what_the_hub_holds_only_grows(tmp_path_factory, receipts):
    """Whatever receipts come in whatever order, the mark never goes back nor past the journal."""
    path = tmp_path_factory.mktemp("store") / "station.db"
    with StationStoreOpen(path) as store:
        store.commit([loan() for _ in range(6)], at(1))
        for acknowledged in receipts:
            before = store.acknowledged
            store.acknowledge(receipt(acknowledged))
            assert before <= store.acknowledged <= 6
            assert len(store.waiting(100)) == store.waiting_count() == 6 - store.acknowledged
        assert store.acknowledged == min(6, max(receipts, default=0))


def test_a_verdict_that_is_no_plain_yes_is_kept(store):
    """A verdict of quarantine or conflict is kept with its reason, also when nothing new is acknowledged."""
    store.commit([loan()], at(1))
    store.acknowledge(receipt(1))
    store.acknowledge(receipt(1, Verdict("e" * 32, 1, VerdictKind.CONFLICT, "another one")))
    rows = store.db.conn.execute("SELECT entry_id, seq, verdict, reason FROM verdict").fetchall()
    assert rows == [("e" * 32, 1, "conflict", "another one")]


# --- feed


def test_a_feed_is_there_after_reopening(store, path):
    """Items, cards, categories, rules and the station's name come from the feed, now and after a restart."""
    feed = make_feed(3, rules=Rules(version=3, loan_limit=2, phone="1"))
    store.take_feed(feed)
    again = reopened(store, path)
    for one in (again,):
        assert (one.feed_version, one.station_name, one.rules) == (3, "Tøyen", feed.rules)
        assert [one.item(item.code) for item in feed.items] == list(feed.items)
        standings = [one.card(ref).standing for ref in (ANNA, BLOCKED, STRANGER)]
        assert standings == [Standing.KNOWN, Standing.BLOCKED, Standing.UNKNOWN]
        assert tuple(one.categories()) == feed.categories
    again.close()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_feed_is_ignored(store, version):
    """A feed that is older than, or as old as, the one we have changes nothing."""
    store.take_feed(make_feed(2))
    store.take_feed(make_feed(version, items=()))
    assert store.feed_version == 2
    assert store.item(HAMMER.code) == HAMMER


@pytest.mark.parametrize("fault", ["ABORT", "ROLLBACK"])
@pytest.mark.parametrize("table", ["item", "category", "card", "meta"])
def test_a_feed_replaces_the_old_one_whole_or_not_at_all(store, path, table, fault):
    """A fault anywhere while a feed is written leaves the old one, also for the station that goes on."""
    store.take_feed(make_feed(1))
    new = make_feed(2, items=(make_item("new"),), rules=Rules(version=2, loan_limit=1))
    store.db.conn.execute(
        f"CREATE TEMP TRIGGER plug BEFORE INSERT ON {table} BEGIN SELECT RAISE({fault}, 'the plug was pulled'); END"
    )
    with pytest.raises(Damaged, match="plug"):
        store.take_feed(new)
    assert (store.feed_version, store.rules.loan_limit, store.item("new")) == (1, 5, None)
    again = reopened(store, path)
    assert (again.feed_version, again.rules.loan_limit) == (1, 5)
    assert (again.item(HAMMER.code), again.item("new")) == (HAMMER, None)
    again.take_feed(new)
    assert (again.feed_version, again.item(HAMMER.code)) == (2, None)
    again.close()


def test_what_is_here_is_counted(store):
    """The shelf counts what is at home here and not out, and what was returned here."""
    store.take_feed(make_feed(items=ITEMS))
    assert store.here_by_category() == {"tools": 3}
    store.commit([loan(HAMMER), draft(Return(TENT.code))], at(1))
    assert store.here_by_category() == {"tools": 3}
    assert [item.code for item in store.like(DRILL.code, limit=5)] == ["0301082414"]
    assert store.like("unknown", limit=5) == []


# --- running and owning


def test_an_unclean_end_is_known_at_the_next_start(store, path):
    """A station that did not note its end is known to have ended uncleanly."""
    assert store.mark_running(running=True) is False
    again = reopened(store, path)
    assert again.mark_running(running=True) is True
    again.mark_running(running=False)
    last = reopened(again, path)
    assert last.mark_running(running=True) is False
    last.close()


def test_a_second_owner_is_refused(tmp_path):
    """While one process owns the station a second one is refused in plain words; after it, it may."""
    first = Ownership(tmp_path)
    with pytest.raises(Refused, match="running"):
        Ownership(tmp_path)
    first.release()
    Ownership(tmp_path).release()
