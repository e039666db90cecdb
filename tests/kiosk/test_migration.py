"""Stations of earlier versions: a recorded database of every schema becomes today's, and nothing is lost."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from support.library import ANNA, BERIT, BLOCKED, HAMMER, HERE, ITEMS, MORE, SAW, STRANGER, TENT, at

from kiosk.store.repair import open_checked
from kiosk.store.schema import TABLES, migrations
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.errors import Damaged
from lending.nouns import Shelf, Standing
from lending.visit import LineState

SAMPLES = Path(__file__).parent / "samples"


def names():
    """Return the names of all migrations, oldest first."""
    return [migration.name for migration in migrations._migrations]


@pytest.fixture(params=sorted(SAMPLES.glob("*.sql")), ids=lambda sample: sample.stem)
def old(request, tmp_path):
    """A database as a station of an earlier version left it, amid a visit."""
    path = tmp_path / "station.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(request.param.read_text(encoding="utf-8"))
    db.close()
    return path


def journal_of(path):
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT epoch, seq, entry_id, hash, covered FROM journal ORDER BY epoch, seq").fetchall()
        rows += db.execute("SELECT epoch, seq, personal, salt FROM personal ORDER BY epoch, seq").fetchall()
    db.close()
    return rows


def test_every_earlier_schema_has_been_recorded():
    """There is a recorded database of every schema before today's."""
    assert {sample.stem for sample in SAMPLES.glob("*.sql")} == {name[:4] for name in names()[:-1]}


def test_the_journal_is_as_it_was(old):
    """Every entry, its personal part and what the hub has acknowledged are the same after the migration."""
    before = journal_of(old)
    store, repair = open_checked(old, HERE)
    assert repair is None
    assert (store.check(), store.acknowledged, store.waiting_count()) == (13, 5, 8)
    assert [wire["seq"] for wire in store.waiting(100)] == list(range(6, 14))
    store.close()
    assert journal_of(old) == before


def test_the_tables_say_what_the_journal_says(old):
    """Loans, shelves and the open visit are there, and the tables are those a rebuild makes."""
    store = StationStore.open(old, HERE)
    live = store.derived_rows()
    assert store.rebuild() == 13
    assert store.derived_rows() == live
    assert [loan.item for loan in store.loans_of(BERIT)] == [HAMMER.code]
    assert store.ledger(HAMMER.code).shelf is Shelf.OUT
    assert store.ledger(MORE[1].code).shelf is Shelf.FREE
    assert store.loans_of(STRANGER)[0].provisional
    (line,) = store.trace().lines
    assert (line.item, line.state, store.trace().pending) == (SAW.code, LineState.LENT, MORE[0].code)
    store.close()


def test_the_feed_is_there(old):
    """Items, cards and rules of the old feed still lend, until the next feed comes."""
    store = StationStore.open(old, HERE)
    assert store.feed_version == 7
    assert {item.code: store.item(item.code).name for item in ITEMS} == {item.code: item.name for item in ITEMS}
    assert store.item_of_thing(TENT.thing) is not None
    standings = [store.card(ref).standing for ref in (ANNA, BLOCKED, STRANGER)]
    assert standings == [Standing.KNOWN, Standing.BLOCKED, Standing.UNKNOWN]
    assert store.rules.phone == "23 43 29 00"
    assert store.highest_wall_ms == at(91).wall_ms
    store.close()


def test_an_old_station_lends_and_forgets(old):
    """The station goes on where it was: it lends, takes back what was lent before, and forgets what was returned."""
    store = StationStore.open(old, HERE)
    (loan,) = store.loans_of(BERIT)
    store.commit([Draft(new_id(), Return(HAMMER.code, loan.entry_id))], at(200))
    store.commit([Draft(new_id(), Loan(HAMMER.code, loan.due), Personal(ANNA))], at(201))
    assert store.loans_of(BERIT) == ()
    assert store.check() == 15
    assert store.known_of(ANNA, at(202).wall_ms).returned_loans == 1
    assert store.forget(at(202).wall_ms + 400 * 86_400_000) == 1
    assert store.check() == 15
    store.close()


@pytest.mark.parametrize("steps", [50, 200, 700, 1500, 2500, 3500, 5000, 7000, 12_000, 20_000, 10**7])
def test_a_migration_that_is_cut_short_loses_nothing(old, steps, monkeypatch):
    """A migration that ends anywhere in the middle leaves the old database; the next start does it whole."""
    before = journal_of(old)
    real = sqlite3.connect

    def connect(*given, **named):
        connection = real(*given, **named)
        left = [steps]

        def cut():
            left[0] -= 10
            return left[0] <= 0

        connection.set_progress_handler(cut, 10)
        return connection

    with monkeypatch.context() as cutting:
        cutting.setattr("kiosk.store.station_store.sqlite3.connect", connect)
        try:
            StationStore.open(old, HERE).close()
        except Damaged:
            assert steps < 10**7
    assert journal_of(old) == before
    store, repair = open_checked(old, HERE)
    assert repair is None
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    assert store.feed_version == 7
    store.close()


def test_a_killed_migration_is_done_again(old, tmp_path):
    """The files as they lie on the disk in the middle of a migration become a whole station."""
    copies = []
    connection = sqlite3.connect(old, isolation_level=None)
    connection.execute("PRAGMA cache_size=1")  # so that changes reach the WAL before the end
    for sql in ("BEGIN", "DROP TABLE loan", "ALTER TABLE card RENAME TO card_before", "DELETE FROM card_before"):
        connection.execute(sql)
        folder = tmp_path / f"cut-{len(copies)}"
        shutil.copytree(tmp_path, folder, ignore=lambda *_: [p.name for p in tmp_path.glob("cut-*")])
        copies.append(folder / "station.db")
    connection.execute("ROLLBACK")
    connection.close()
    for copy in copies:
        store, repair = open_checked(copy, HERE)
        assert repair is None
        assert store.check() == 13
        assert store.card(ANNA).standing is Standing.KNOWN
        store.close()


def test_one_bad_line_loses_nothing_else(old):
    """A journal with one line that cannot be read keeps every other, over the migration and the repair."""
    with sqlite3.connect(old) as db:
        db.execute("UPDATE journal SET covered = 'no json' WHERE seq = 3")
    db.close()
    store, repair = open_checked(old, HERE)
    assert store.feed_version == 7
    assert repair.lost_held + repair.lost == 1
    assert store.check() == 12
    store.close()


def test_all_tables_are_named(old):
    """The check at the start knows every table there is."""
    store = StationStore.open(old, HERE)
    assert set(store.db.table_names()) - {"_sqlite_migrations"} == set(TABLES)
    store.close()
