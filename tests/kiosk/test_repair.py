"""A damaged database file: what survives, what is said, and that the station lends again."""

import json
import random
import shutil
import sqlite3
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library import ANNA, BERIT, DRILL, HAMMER, HERE, ITEMS, MORE, TENT, at, make_feed
from support.stores import draft
from support.strategies import few

from kiosk.store import carve, journal_table
from kiosk.store.bookmark import write_bookmark
from kiosk.store.repair import REPORT, open_checked
from kiosk.store.schema import TABLES
from kiosk.store.station_store import StationStore
from lending.entries import ConditionAnswer, Loan, Refusal, Return
from lending.errors import Damaged
from lending.nouns import Condition, PartAnswer, Rules
from sync.journal import Place
from sync.protocol import Receipt

DUE = date(2026, 12, 6)
PAGE = carve.PAGE


def history(store, count=240):
    """Lend and bring back until there are so many entries, some of them too long for one page."""
    codes = [item.code for item in (*ITEMS, *MORE)]
    answers = tuple((f"part {n:0180}", PartAnswer.HERE) for n in range(30))
    out = {}
    for number in range(count):
        code = codes[number % len(codes)]
        if code in out:
            body = Return(code, out.pop(code))
            store.commit([draft(body)], at(number))
        else:
            made = draft(Loan(code, DUE, answers if number % 20 == 0 else ()), (ANNA, BERIT)[number % 2])
            out[code] = made.entry_id
            store.commit([made], at(number))
    return ids_of(store)


def ids_of(store):
    return [row[0] for row in store.db.conn.execute("SELECT entry_id FROM journal ORDER BY epoch, seq")]


@pytest.fixture
def wal(path):
    return path.with_name("station.db-wal")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A station with a feed and 240 entries, all in the file, closed: the file and the ids."""
    path = tmp_path_factory.mktemp("model") / "station.db"
    store = StationStore.open(path, HERE, synchronous="OFF")
    store.take_feed(make_feed(3, rules=Rules(version=3, loan_limit=50)))
    ids = history(store)
    store.close()
    return path, ids


@pytest.fixture
def sound(path, model):
    """A copy of that station; returns the ids."""
    shutil.copyfile(model[0], path)
    return list(model[1])


def lends(store):
    """Whether a loan can be committed and is in an unbroken journal."""
    before = store.place.seq
    store.commit([draft(Loan("fresh", DUE), ANNA)], at(9999))
    store.check()
    return store.place.seq == before + 1 and store.ledger("fresh").open_loans[0].patron_ref == ANNA


def pages_with(path, needle):
    raw = path.read_bytes()
    return [n for n in range(1, len(raw) // PAGE) if needle in raw[n * PAGE : (n + 1) * PAGE]]


def spoil(path, page, filling=None):
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(filling or random.Random(page).randbytes(PAGE))


def test_a_sound_file_is_left_alone(path, sound):
    """A file that is whole is opened as it is, and nothing is written down."""
    store, repair = open_checked(path, HERE)
    assert repair is None
    assert ids_of(store) == sound
    assert not path.with_name(REPORT).exists()
    store.close()


def test_a_zeroed_header_costs_nothing(path, sound):
    """With the first 100 bytes gone every entry, the feed and the tables are there again, and the station lends."""
    with path.open("r+b") as file:
        file.write(bytes(100))
    store, repair = open_checked(path, HERE)
    assert (ids_of(store), repair.kept, repair.lost, repair.feed_whole) == (sound, 240, 0, True)
    assert (store.feed_version, store.rules.loan_limit, store.item(TENT.code)) == (3, 50, TENT)
    assert lends(store)
    store.close()


def test_a_garbage_page_in_the_feed_keeps_every_entry(path, sound):
    """Garbage where items were keeps every entry; what was lost of the feed is fetched again."""
    spoil(path, pages_with(path, b'"consumables"')[-1])
    store, repair = open_checked(path, HERE)
    assert ids_of(store) == sound
    assert repair.feed_whole is False
    assert store.feed_version == 0
    store.take_feed(make_feed(3))
    assert store.item(TENT.code) == TENT
    assert lends(store)
    store.close()


def test_garbage_in_the_middle_of_the_journal_keeps_what_is_before_and_enters_what_is_behind_again(path, sound):
    """When nothing was acknowledged, what stood before the garbage stays; what stood behind it is entered again."""
    middle = pages_with(path, f'"id":"{sound[120]}"'.encode())[0]
    lost = [n for n, one in enumerate(sound) if middle in pages_with(path, f'"id":"{one}"'.encode())]
    spoil(path, middle)
    store, repair = open_checked(path, HERE)
    kept = ids_of(store)
    assert kept[: lost[0]] == sound[: lost[0]]
    assert repair.kept == lost[0]
    assert repair.again == 240 - lost[-1] - 1
    assert len(kept) == repair.kept + repair.again == store.check()
    assert repair.lost == len(lost)
    assert not set(kept[lost[0] :]) & set(sound)
    assert lends(store)
    store.close()


def test_entries_entered_again_point_at_each_other(path):
    """A return that is entered again names its loan by the new id, with the time at which it happened."""
    store = StationStore.open(path, HERE)
    filler = tuple((f"part {n:0180}", PartAnswer.HERE) for n in range(20))
    store.commit([draft(Loan("0", DUE, filler), ANNA)], at(1))
    lost = draft(Refusal("limit_reached"))
    store.commit([lost], at(2))
    lent, back = draft(Loan(HAMMER.code, DUE), BERIT), None
    store.commit([lent], at(3))
    back = draft(Return(HAMMER.code, lent.entry_id))
    store.commit([back], at(4))
    store.commit([draft(ConditionAnswer(HAMMER.code, back.entry_id, Condition.OK))], at(5))
    store.db.conn.execute("DELETE FROM journal WHERE seq = 2")
    store.close()
    store, repair = open_checked(path, HERE)
    wires = store.waiting(10)
    assert [(wire["seq"], wire["kind"]) for wire in wires] == [
        (1, "loan"),
        (2, "loan"),
        (3, "return"),
        (4, "condition"),
    ]
    assert wires[2]["body"]["loan"] == wires[1]["id"] != lent.entry_id
    assert wires[3]["body"]["about"] == wires[2]["id"]
    assert wires[2]["at"]["wall"] == at(4).wall_ms
    assert (repair.lost, repair.again) == (1, 3)
    store.close()


def test_what_the_hub_holds_may_be_missing_here(path, sound):
    """Entries that are gone here but held by the hub leave a known gap: the rest keeps its ids and its numbers."""
    store = StationStore.open(path, HERE)
    store.acknowledge(Receipt(200, (), 1))
    write_bookmark(path.parent, store.held_place())
    store.truncate_wal()
    store.close()
    spoil(path, pages_with(path, f'"id":"{sound[120]}"'.encode())[0])
    store, repair = open_checked(path, HERE)
    kept = ids_of(store)
    assert set(kept) <= set(sound)
    assert kept[-40:] == sound[-40:]
    assert repair.lost_held == 240 - len(kept) > 0
    assert (repair.lost, repair.again) == (0, 0)
    assert (store.acknowledged, store.waiting_count(), store.place.seq) == (200, 40, 240)
    assert lends(store)
    store.close()
    again, repair = open_checked(path, HERE)
    assert repair is None
    assert again.place.seq == 241
    again.close()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_a_truncated_file_keeps_what_is_left_of_it(path, sound, share):
    """Of a file that was cut off, what can be read is kept, in order, and the station lends again."""
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    store, repair = open_checked(path, HERE)
    assert repair is not None
    assert ids_of(store)[: repair.kept] == sound[: repair.kept]
    assert store.place.seq == repair.kept + repair.again
    if store.feed_version == 0:
        store.take_feed(make_feed(3))
    assert store.item(TENT.code) == TENT
    assert lends(store)
    store.close()


def test_a_missing_wal_is_noticed_where_the_hub_knows_more(path, wal, sound):
    """Without its WAL the newest entries are gone; if the hub holds them, the journal goes on behind them."""
    store = StationStore.open(path, HERE)
    store.truncate_wal()
    cut = path.read_bytes()
    store.commit([draft(Loan("a", DUE), ANNA), draft(Return("a"))], at(500))
    store.acknowledge(Receipt(241, (), 1))
    held = store.held_place()
    write_bookmark(path.parent, held)
    store.close()
    wal.unlink(missing_ok=True)
    path.write_bytes(cut)
    store, repair = open_checked(path, HERE)
    assert ids_of(store) == sound
    assert repair.lost_held == 1
    assert store.place == held
    store.commit([draft(Loan("b", DUE), ANNA)], at(600))
    (wire,) = store.waiting(10)
    assert (wire["seq"], wire["prev"]) == (242, held.head)
    assert store.check() == 241
    store.close()


def test_entries_in_the_wal_of_a_spoilt_file_are_kept(path, wal, sound):
    """Entries that only the WAL holds survive a file whose header and middle are gone."""
    store = StationStore.open(path, HERE)
    store.truncate_wal()
    made = [draft(Loan(f"wal {n}", DUE), ANNA) for n in range(5)]
    for number, one in enumerate(made):
        store.commit([one], at(500 + number))
    kept_wal, kept = wal.read_bytes(), path.read_bytes()
    store.close()
    path.write_bytes(bytes(100) + kept[100:])
    wal.write_bytes(kept_wal)
    store, _ = open_checked(path, HERE)
    assert ids_of(store) == [*sound, *(one.entry_id for one in made)]
    store.close()


def test_a_file_of_something_else_gives_an_empty_station(path):
    """A file that holds nothing of ours is set aside; the station begins anew and lends once it has a feed."""
    path.write_bytes(b"something else" * 1000)
    store, repair = open_checked(path, HERE)
    assert (store.place, repair.kept) == (Place(HERE, 1), 0)
    assert lends(store)
    store.close()
    assert path.with_name("station.db.damaged-1").read_bytes().startswith(b"something else")


@pytest.mark.usefixtures("sound")
def test_a_lost_file_goes_on_behind_what_the_hub_holds(path):
    """When the whole file is gone, no number the hub has seen is given out again."""
    store = StationStore.open(path, HERE)
    store.acknowledge(Receipt(200, (), 1))
    held = store.held_place()
    write_bookmark(path.parent, held)
    store.close()
    path.unlink()
    store, repair = open_checked(path, HERE)
    assert (store.place, repair.lost_held) == (held, 200)
    assert lends(store)
    store.close()


@pytest.mark.usefixtures("sound")
def test_what_was_lost_is_said_plainly(path):
    """The damaged file is kept, and a line of plain words says what was kept and what was lost."""
    for round_ in (1, 2):
        with path.open("r+b") as file:
            file.write(bytes(100))
        store, repair = open_checked(path, HERE)
        store.close()
        assert path.with_name(f"station.db.damaged-{round_}").exists()
    lines = path.with_name(REPORT).read_text().splitlines()
    assert len(lines) == 2
    assert "240 entries are kept" in lines[0]
    assert str(repair) in lines[1]
    assert ANNA not in path.with_name(REPORT).read_text()


def test_a_chain_that_is_broken_is_made_again_from_what_holds(path, sound):
    """An entry somebody has altered proves nothing and is not kept; those before it are."""
    with sqlite3.connect(path) as db:
        db.execute("UPDATE journal SET covered = replace(covered, 'tøyen', 'grorud') WHERE seq = 100")
    db.close()
    store, repair = open_checked(path, HERE)
    assert ids_of(store)[:99] == sound[:99]
    assert (repair.kept, repair.lost, repair.again) == (99, 1, 140)
    store.close()


@pytest.mark.parametrize("table", sorted({*TABLES} - {"journal", "personal"}))
def test_tables_that_are_gone_are_made_again(path, sound, table):
    """Whatever table is missing, every entry is kept and the tables say what the journal says."""
    with sqlite3.connect(path) as db:
        db.execute(f"DROP TABLE {table}")
    db.close()
    store, _ = open_checked(path, HERE)
    assert ids_of(store) == sound
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    assert lends(store)
    store.close()


@few
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_whatever_is_spoilt_the_station_lends_again(tmp_path_factory, seed, spoils):
    """Whatever pages are spoilt, no entry is made up, those kept are a prefix of what was, and the station lends."""
    rnd = random.Random(seed)
    path = tmp_path_factory.mktemp("spoilt") / "station.db"
    store = StationStore.open(path, HERE, synchronous="OFF")
    store.take_feed(make_feed(3))
    ids = history(store, 60)
    facts = {wire["id"]: wire["body"] for wire in store.waiting(1000)}
    store.close()
    for _ in range(spoils):
        page = rnd.randrange(path.stat().st_size // PAGE)
        spoil(path, page, rnd.choice([bytes(PAGE), rnd.randbytes(PAGE)]))
    store, repair = open_checked(path, HERE)
    if repair is None:
        assert ids_of(store) == ids
    else:
        assert ids_of(store)[: repair.kept] == ids[: repair.kept]
        bodies = [json.dumps(wire["body"]["item"]) for wire in store.waiting(1000)]
        assert set(bodies) <= {json.dumps(body["item"]) for body in facts.values()}
    assert lends(store)
    store.close()


def test_a_power_cut_amid_a_repair_loses_nothing(path, sound, monkeypatch):
    """A repair that is cut short before the new file is finished, or before it has its place, is done again."""
    with path.open("r+b") as file:
        file.write(bytes(100))
    for name in ("_set_aside", "_finish_swap"):

        def cut(_path, name=name):
            raise OSError(f"the plug was pulled at {name}")

        with monkeypatch.context() as cutting:
            if name == "_finish_swap":
                real = __import__("kiosk.store.repair", fromlist=["x"])._finish_swap
                calls = iter([real, cut])
                cutting.setattr(f"kiosk.store.repair.{name}", lambda p, calls=calls: next(calls)(p))
            else:
                cutting.setattr(f"kiosk.store.repair.{name}", cut)
            with pytest.raises(Damaged):
                open_checked(path, HERE)
    store, _ = open_checked(path, HERE)
    assert ids_of(store) == sound
    store.close()


@pytest.mark.usefixtures("sound")
def test_a_disk_that_is_the_trouble_is_not_repaired(path):
    """A file that is busy is left alone: it is not the content that is the trouble."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Damaged):
        open_checked(path, HERE)
    other.execute("ROLLBACK")
    other.close()
    assert not path.with_name("station.db.damaged-1").exists()
    store, repair = open_checked(path, HERE)
    assert repair is None
    store.close()


def test_carving_reads_every_row_of_a_sound_file(path, sound):
    """Without SQLite, every row of the journal is read from the pages, long ones too."""
    found = {row[2] for row in carve.rows(path, path.with_name("none")) if len(row) == 8 and isinstance(row[6], str)}
    assert set(sound) <= found
    store = StationStore.open(path, HERE)
    long = max(len(json.dumps(wire)) for wire in journal_table.read_all(store.db))
    assert long > PAGE
    assert DRILL.code
    store.close()
