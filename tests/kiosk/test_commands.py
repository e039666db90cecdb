"""The technician's commands for one station: what they do, and what they say."""

import csv
import json
import sqlite3
import stat
from datetime import date

import pytest
from support.journals import make_identity
from support.library import ANNA, BERIT, DRILL, HAMMER, HERE, at, make_feed

from kiosk.store.owner import Ownership
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from nabolan.cli import EXIT_REFUSED, main
from sync.agent.identity import FILE, save
from sync.protocol import Receipt

DUE = date(2026, 12, 6)


@pytest.fixture
def home(tmp_path):
    """A station's folder with two loans, one of them brought back, and its settings beside it."""
    folder = tmp_path / "data"
    identity = make_identity()
    save(folder, identity)
    (tmp_path / "station.toml").write_text(f'[station]\ndata_dir = "{folder}"\n')
    store = StationStore.open(folder / "station.db", HERE)
    store.take_feed(make_feed())
    store.commit([Draft(new_id(), Loan(item.code, DUE), Personal(who)) for item, who in LOANS], at(1))
    store.commit([Draft(new_id(), Return(DRILL.code))], at(2))
    store.close()
    return folder


LOANS = ((DRILL, ANNA), (HAMMER, BERIT))


@pytest.fixture
def station(home, capsys):
    """Run a command; return its status and what it said."""

    def run(*words):
        status = main(["station", *words, "--config", str(home.parent / "station.toml")])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def acknowledge_all(home):
    store = StationStore.open(home / "station.db", HERE)
    store.acknowledge(Receipt(store.place.seq, (), 1))
    store.close()


def test_check_says_that_all_is_well(station):
    """A sound station is told how many entries its chain holds and how many wait."""
    assert station("check") == (
        0,
        "The database is whole, the chain holds over 3 entries, 3 wait for the hub.\n",
    )


def test_check_says_what_is_broken(station, home):
    """A journal somebody has altered is refused with the entry that does not fit."""
    with sqlite3.connect(home / "station.db") as db:
        db.execute("UPDATE journal SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 2")
    db.close()
    status, said = station("check")
    assert status == EXIT_REFUSED
    assert "entry 2" in said


def test_rebuild_gives_the_same_tables(station, home):
    """Tables made again are the same; spoilt ones are not, and good afterwards."""
    assert "same as before" in station("rebuild")[1]
    with sqlite3.connect(home / "station.db") as db:
        db.execute("DELETE FROM loan")
    db.close()
    assert "differ" in station("rebuild")[1]
    assert "same as before" in station("rebuild")[1]


def test_an_export_says_what_happened_but_not_to_whom(station, home, tmp_path):
    """Journal and tables come out as plain files, and nothing in them points to a person."""
    out = tmp_path / "out"
    status, said = station("export", "--out", str(out))
    assert status == 0
    assert "do not say who" in said
    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["loan", "loan", "return"]
    with (out / "loan.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["item"] == HAMMER.code
    raw = b"".join(file.read_bytes() for file in out.iterdir())
    assert ANNA.encode() not in raw
    assert BERIT.encode() not in raw
    assert home.exists()


def test_an_export_with_personal_parts_says_so(station, tmp_path):
    """Asked for, the export also says to whom, and warns; verifiers of PINs never come out."""
    out = tmp_path / "out"
    _, said = station("export", "--out", str(out), "--with-personal")
    assert "keep them safe" in said
    assert BERIT in (out / "loan.csv").read_text()
    assert ANNA in (out / "journal.jsonl").read_text()
    assert not (out / "pin_verifier.csv").exists()


def test_an_export_overwrites_nothing(station, tmp_path):
    """A folder that holds something is refused."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    status, said = station("export", "--out", str(tmp_path / "out"))
    assert (status, "not empty" in said) == (EXIT_REFUSED, True)


def test_a_backup_is_whole_and_private(station, tmp_path):
    """A backup is one file only its owner can read, with every entry; it overwrites nothing."""
    file = tmp_path / "copy.db"
    status, said = station("backup", "--out", str(file))
    assert status == 0
    assert "3 entries" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    store = StationStore.open(file, HERE)
    assert store.check() == 3
    assert [loan.item for loan in store.loans_of(BERIT)] == [HAMMER.code]
    store.close()
    assert station("backup", "--out", str(file))[0] == EXIT_REFUSED


def test_a_backup_of_a_spoilt_journal_is_none(station, home, tmp_path):
    """A copy that does not verify is not left lying about."""
    with sqlite3.connect(home / "station.db") as db:
        db.execute("UPDATE journal SET covered = replace(covered, 'loan', 'laon') WHERE seq = 1")
    db.close()
    assert station("backup", "--out", str(tmp_path / "copy.db"))[0] == EXIT_REFUSED
    assert not (tmp_path / "copy.db").exists()


def test_a_wipe_is_refused_while_entries_wait(station, home):
    """A station whose journal the hub does not have keeps it, unless it is said twice."""
    status, said = station("wipe", "--yes-erase-everything")
    assert status == EXIT_REFUSED
    assert "3 entries wait" in said
    assert (home / FILE).exists()
    assert station("wipe", "--yes-erase-everything", "--even-unsent")[0] == 0
    assert list(home.iterdir()) == []


def test_a_wipe_leaves_nothing(station, home):
    """Keys, database, damaged copies and what lies beside them are gone, and the keys were overwritten first."""
    acknowledge_all(home)
    for name in ("station.db.damaged-1", "station.ballast", "station.repairs.txt", "identity.json.new"):
        (home / name).write_bytes(b"x" * 100)
    twin = home.parent / "twin"
    twin.hardlink_to(home / FILE)
    secret = twin.read_bytes()
    status, said = station("wipe", "--yes-erase-everything")
    assert status == 0
    assert "revoke" in said
    assert list(home.iterdir()) == []
    assert len(twin.read_bytes()) == len(secret)
    assert not set(twin.read_bytes().split(b'"')) & set(secret.split(b'"')) - {b""}


def test_a_wipe_needs_its_word(station):
    """Without its word nothing is erased."""
    with pytest.raises(SystemExit):
        station("wipe")


def test_a_wipe_of_a_file_nobody_can_read_is_refused_too(station, home):
    """If nobody can tell whether entries wait, nothing is erased without being told so."""
    (home / "station.db").write_bytes(b"something else" * 1000)
    status, said = station("wipe", "--yes-erase-everything")
    assert status == EXIT_REFUSED
    assert "--even-unsent" in said
    assert station("wipe", "--yes-erase-everything", "--even-unsent")[0] == 0


COMMANDS = ("check", "rebuild", "export --out x", "backup --out x", "wipe --yes-erase-everything")


@pytest.mark.parametrize("words", [command.split() for command in COMMANDS])
def test_a_running_station_is_left_alone(station, home, words):
    """While the station runs every command says to stop it first."""
    owner = Ownership(home)
    status, said = station(*words)
    assert (status, "running" in said) == (EXIT_REFUSED, True)
    owner.release()
