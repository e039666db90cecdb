"""`nabolan hub backup` and `restore`: a copy made while the hub is served, and put back with everything it had."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from hub.bench import NOW, OTHER, TENT, Bench, everything, use_database
from hub.test_hub_door import push

from lending.errors import Refused
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.feed.stamps import point
from sync.hub.upkeep import postgres_tools
from sync.hub.upkeep.backup import SENT_UNKNOWN
from sync.hub.upkeep.models import Mark


def test_a_restored_hub_is_what_it_was(bench: Bench, tmp_path: Path):
    """A backup brings everything back as it was, is readable by its owner alone, and overwrites only when told to."""
    bench[0].lend()
    bench[1].lend(card=OTHER, wall=NOW + 1)
    bench.take(bench[0])
    bench.take(bench[1])
    before, file = everything(), tmp_path / "backup"
    assert commands.backup(file) == file.stat().st_size > 10_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="is there already"):
        commands.backup(file)
    bench[0].lend(TENT, wall=NOW + 2)
    bench.take(bench[0])
    after = everything()
    with pytest.raises(Refused, match="--yes"):
        commands.restore(file)
    assert everything() == after
    source = point().source
    assert commands.restore(file, overwrite=True) is False
    assert everything() == before
    assert point().source != source
    assert not Mark.objects.exclude(name=SENT_UNKNOWN).exists()
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    assert bench.take(bench[0], bench[0].journal[1:]).acknowledged == 2
    assert [row[0] for row in everything()["entries"]] == [row[0] for row in after["entries"]]


def test_an_older_backup_is_ready_once_it_is_migrated(bench: Bench, tmp_path: Path):
    """A backup of an older version is put back, closed until `migrate` has been run, and then as good as any."""
    bench[0].lend()
    bench.take(bench[0])
    before, source = everything(), point().source
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'auth' AND name LIKE '0012%'")
    commands.backup(tmp_path / "older")
    assert commands.restore(tmp_path / "older", overwrite=True) is True
    assert "not migrated" in push(bench).json()["problem"]
    commands.migrate()
    assert everything() == before
    assert point().source != source
    assert push(bench).status_code == 200


def test_a_backup_is_made_while_stations_send(bench: Bench, tmp_path: Path):
    """Stations notice nothing of a backup, and what it holds is a hub at one moment."""
    over, statuses = threading.Event(), list[int]()

    def keep_sending() -> None:
        while not over.is_set():
            bench[0].lend()
            statuses.append(push(bench).status_code)
        connection.close()

    sending = threading.Thread(target=keep_sending)
    sending.start()
    for n in range(3):
        commands.backup(tmp_path / f"{n}")
    over.set()
    sending.join()
    assert set(statuses) == {200}
    assert commands.restore(tmp_path / "2", overwrite=True) is False
    before = everything()
    assert len(before["entries"]) == before["journals"][0][2] <= len(statuses)
    commands.refold()
    assert everything() == before


def test_what_is_no_whole_backup_is_refused(bench: Bench, tmp_path: Path):
    """A torn, damaged, foreign or missing file is refused with its reason, and the hub stays as it is."""
    for _ in range(30):
        bench[0].lend()
    bench.take(bench[0])
    before, good = everything(), tmp_path / "good"
    commands.backup(good)
    whole = good.read_bytes()
    sqlite = connection.vendor == "sqlite"
    other = b"PGDMP and more" if sqlite else b"SQLite format 3\0 and more"
    middle = len(whole) // 2
    at = 4096 if sqlite else middle - 6000  # the first tables: pages in the middle of a file may be free ones
    broken = whole[:at] + b"\xff" * 12000 + whole[at + 12000 :]
    for content in (whole[:middle], broken, b"hello", b"", other):
        bad = tmp_path / "bad"
        bad.write_bytes(content)
        with pytest.raises(Refused):
            commands.restore(bad, overwrite=True)
        assert everything() == before
    with pytest.raises(Refused, match="cannot be read"):
        commands.restore(tmp_path / "none", overwrite=True)
    with pytest.raises(Refused, match="cannot be written"):
        commands.backup(tmp_path / "no" / "folder")
    assert Client().get("/api/health").status_code == 200


def test_a_backup_of_a_newer_version_is_refused(bench: Bench, tmp_path: Path):
    """What an older version does not understand is not put in its place."""
    bench[0].lend()
    bench.take(bench[0])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('fleet', '9999', '2027-01-01')")
        commands.backup(tmp_path / "newer")
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999'")
    before = everything()
    with pytest.raises(Refused, match="newer version"):
        commands.restore(tmp_path / "newer", overwrite=True)
    assert everything() == before


def test_the_commands_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """From the command line: a new hub, its backup, and a restore into a folder where nothing is."""

    def hub(folder: str, *arguments: str) -> str:
        url = f"sqlite:///{tmp_path}/{folder}/db"
        monkeypatch.setenv("HUB_DATABASE_URL", url)
        use_database(url)
        main(arguments)
        return "".join(capsys.readouterr())

    hub("one", "migrate")
    assert "keys are not in it" in hub("one", "backup", str(tmp_path / "file"))
    assert "send again what is missing" in hub("two", "restore", str(tmp_path / "file"))
    assert "say --yes" in hub("two", "restore", str(tmp_path / "file"))
    use_database(f"sqlite:///{tmp_path}/one/db")


@pytest.mark.postgres
def test_without_the_programs_of_postgresql_a_backup_says_what_to_install(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where pg_dump is not installed the command names the package."""
    use_database(postgres_url)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres_tools, "_USUAL_PLACE", tmp_path)
    with pytest.raises(Refused, match="pg_dump is not installed here; install postgresql-client"):
        commands.backup(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
