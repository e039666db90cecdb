"""Writing for Koha from a whole hub: what is in the file, what was recorded, and what a kill in between leaves."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hub.bench import BLOCKED, DRILL, DUE, KNOWN, NOW, OTHER, SAW, STRANGER, TENT, Bench, broken
from hub.conftest import ENVIRONMENT
from hub.simulated_koha import read_koc

from lending.entries import Renewal, Return
from lending.errors import Refused
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.fleet.models import Station
from sync.hub.journal.models import PersonalPart
from sync.hub.koha import export, files
from sync.hub.koha.export import Asked, Export, Report, again
from sync.hub.koha.models import ExportedEntry, ExportRun
from sync.hub.koha.plan import What, Why
from sync.hub.ledger.models import DueKind, LedgerDue, ReviewCase
from sync.hub.patrons.models import LibraryCard
from sync.hub.review import decisions

DAY = date(2026, 11, 22)
MINUTE = 60_000


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the file goes."""
    return tmp_path / "november.koc"


def asked(path: Path, **changed: Any) -> Asked:
    """Return what is asked for: the day of the bench, in Oslo."""
    return Asked(**({"first": DAY, "last": DAY, "path": path, "who": "kari"} | changed))


def write(path: Path, **changed: Any) -> Report:
    """Export a day after the bench's."""
    return Export().run(asked(path, **changed), NOW + 24 * 3_600_000)


def said(path: Path) -> list[str]:
    """Return what a file says, line by line, without the times."""
    return [f"{c.action} {c.card} {c.barcode}".replace("  ", " ") for c in read_koc(path.read_bytes())]


def reasons(report: Report) -> list[str]:
    """Return why entries were left out."""
    return [one.why.value for one in report.left_out]


def lend_and_return(bench: Bench, at: int = NOW) -> None:
    """A drill goes out and comes back, a tent goes out on a blocked card, and is renewed."""
    station = bench[0]
    station.lend(DRILL, KNOWN, wall=at)
    station.take_back(DRILL, wall=at + MINUTE)
    tent = station.lend(TENT, BLOCKED, wall=at + 2 * MINUTE)
    station.add(Renewal(TENT, tent["id"], DUE), BLOCKED, wall=at + 3 * MINUTE)
    bench.take(station)


def test_a_period_is_written_once(bench: Bench, out: Path):
    """Loans, renewals and returns are in the file, readable by its owner alone, and never again in another."""
    lend_and_return(bench)
    report = write(out)
    assert said(out) == [
        f"issue {KNOWN} {DRILL}",
        f"return {DRILL}",
        f"issue {BLOCKED} {TENT}",
        f"issue {BLOCKED} {TENT}",
    ]
    assert read_koc(out.read_bytes())[0].when.isoformat() == "2026-11-22T12:00:00"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(out.parent.iterdir()) == [out]
    run = ExportRun.objects.get()
    assert (run.who, run.path, run.sha256) == ("kari", str(out), hashlib.sha256(out.read_bytes()).hexdigest())
    assert (run.loans, run.returns, run.renewals, run.finished) == (2, 1, 1, True)
    assert report.written == {What.LOAN: 2, What.RETURN: 1, What.RENEWAL: 1}
    station = bench[0]
    station.lend(SAW, OTHER, wall=NOW + 5 * MINUTE)
    bench.take(station)
    second = out.with_name("second.koc")
    write(second)
    assert said(second) == [f"issue {OTHER} {SAW}"]
    nothing = write(out.with_name("third.koc"))
    assert (nothing.run, nothing.path, out.with_name("third.koc").exists()) == (None, None, False)
    assert (ExportRun.objects.count(), ExportedEntry.objects.count()) == (2, 5)


def test_a_run_can_be_had_again_byte_for_byte(bench: Bench, out: Path):
    """The file of an earlier run is made again as it was, whatever came since; once a patron is erased it is not."""
    lend_and_return(bench)
    run = write(out).run
    assert run is not None
    bench[0].lend(SAW, OTHER, wall=NOW + 5 * MINUTE)
    bench.take(bench[0])
    copy = out.with_name("copy.koc")
    assert again(run, copy).pk == run
    assert copy.read_bytes() == out.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert again(run, copy).pk == run, "it is there already"
    LibraryCard.objects.filter(card_id=KNOWN).update(card_id="N999000077")
    with pytest.raises(Refused, match="changed"):
        again(run, out.with_name("other.koc"))
    PersonalPart.objects.all().delete()
    with pytest.raises(Refused, match="erased"):
        again(run, out.with_name("other.koc"))
    with pytest.raises(Refused, match="no run 99"):
        again(99, copy)


def test_what_comes_late_is_held_back_and_shown(bench: Bench, staff: Client, out: Path):
    """An older loan of another station that arrives after a newer one was written is not written any more."""
    bench[1].lend(DRILL, OTHER, wall=NOW + 9 * MINUTE)
    bench.take(bench[1])
    write(out)
    bench[0].lend(DRILL, KNOWN, wall=NOW)
    bench[0].take_back(DRILL, wall=NOW + MINUTE)
    bench[0].lend(TENT, KNOWN, wall=NOW + MINUTE)
    bench.take(bench[0])
    report = write(out.with_name("second.koc"))
    assert said(out.with_name("second.koc")) == [f"issue {KNOWN} {TENT}"]
    assert reasons(report) == ["late", "late"]
    assert ExportRun.objects.latest("pk").left_out == {"late": 2}
    case = ReviewCase.objects.get(kind="koha_refused")
    assert (len(case.entry_ids), case.station, case.state) == (2, "ls-0001", "open")
    page = staff.get(f"/cases/{case.pk}")
    assert "Koha ville ha avsluttet det nyere lånet" in page.text
    decisions.accept([case.pk], "kari", "", NOW)
    assert reasons(write(out.with_name("third.koc"))) == ["late", "late"]
    assert ReviewCase.objects.filter(kind="koha_refused").count() == 1, "shown once"
    commands.refold()
    assert ReviewCase.objects.get(kind="koha_refused").state == "decided"


def test_what_is_left_out_has_its_reason(bench: Bench, out: Path):
    """Unknown cards and items, undone loans and what is in quarantine are counted and not written."""
    station = bench[0]
    station.lend(DRILL, STRANGER, wall=NOW)
    station.take_back(DRILL, wall=NOW + MINUTE)
    station.lend("9999", KNOWN, wall=NOW + MINUTE)
    undone = station.lend(SAW, KNOWN, wall=NOW + MINUTE)
    station.add(Return(SAW, undone["id"], undo=True), wall=NOW + MINUTE)
    good = station.lend(TENT, KNOWN, wall=NOW + MINUTE)
    bad = broken({**good, "seq": good["seq"] + 1, "id": "e" * 32, "prev": good["hash"]}, body={"item": 7})
    bench.take(station, [*station.journal, bad])
    report = write(out)
    assert said(out) == [f"issue {KNOWN} {TENT}"]
    assert report.counts == {
        Why.LOAN_NOT_IN_KOHA: 1,
        Why.NOT_IN_FORCE: 1,
        Why.UNDONE: 2,
        Why.UNKNOWN_CARD: 1,
        Why.UNKNOWN_ITEM: 1,
    }
    commands.load_cards([(STRANGER, False)])
    write(out.with_name("second.koc"))
    assert said(out.with_name("second.koc")) == [f"issue {STRANGER} {DRILL}", f"return {DRILL}"]


def test_a_thing_lent_twice_is_written_once_staff_have_answered(bench: Bench, out: Path):
    """It waits for the case; then the file has a return before the second loan."""
    bench[0].lend(DRILL, KNOWN, wall=NOW)
    bench[1].lend(DRILL, OTHER, wall=NOW + MINUTE)
    for station in (bench[0], bench[1]):
        bench.take(station)
    assert reasons(write(out)) == ["waits_for_staff"]
    decisions.accept([ReviewCase.objects.get(kind="lent_twice").pk], "kari", "", NOW)
    second = out.with_name("second.koc")
    report = write(second)
    assert said(second) == [f"return {DRILL}", f"issue {OTHER} {DRILL}"]
    assert reasons(report) == []


def test_a_loan_that_staff_ended_is_named_as_long_as_koha_has_it(bench: Bench, out: Path):
    """What staff ended here they must end in Koha too, until the file says it."""
    bench[0].lend(DRILL, KNOWN, wall=NOW)
    bench.take(bench[0])
    write(out)
    bench[1].lend(DRILL, STRANGER, wall=NOW + MINUTE)
    bench.take(bench[1])
    decisions.accept([ReviewCase.objects.get(kind="lent_twice").pk], "kari", "", NOW)
    assert sorted(reasons(write(out.with_name("x.koc")))) == ["ended_by_staff", "unknown_card"]


def test_what_is_not_counted_yet_waits(bench: Bench, out: Path):
    """A thing that the hub has yet to fold may be lent twice without a case yet: it is not written."""
    bench[0].lend(DRILL, KNOWN, wall=NOW)
    bench[0].lend(TENT, KNOWN, wall=NOW)
    bench.take(bench[0])
    mark = LedgerDue.objects.create(kind=DueKind.ITEM, name=DRILL)
    assert reasons(write(out)) == ["not_counted_yet"]
    assert said(out) == [f"issue {KNOWN} {TENT}"]
    mark.delete()
    write(out.with_name("second.koc"))
    assert said(out.with_name("second.koc")) == [f"issue {KNOWN} {DRILL}"]


def test_one_library_at_a_time(bench: Bench, out: Path):
    """A file has the stations of its library; a thing that went from one to the other waits for the first file."""
    export.set_library("ls-0001", "WEST")
    export.set_library("ls-0002", "EAST")
    bench[0].lend(DRILL, KNOWN, wall=NOW)
    bench[1].take_back(DRILL, wall=NOW + MINUTE)
    bench[1].lend(TENT, KNOWN, wall=NOW + MINUTE)
    for station in (bench[0], bench[1]):
        bench.take(station)
    east = write(out, library="EAST")
    assert (said(out), set(reasons(east))) == ([f"issue {KNOWN} {TENT}"], {"waits_for_library"})
    west = write(out.with_name("west.koc"), library="WEST")
    assert (said(out.with_name("west.koc")), west.left_out) != ([], [])
    write(out.with_name("east.koc"), library="EAST")
    assert said(out.with_name("east.koc")) == [f"return {DRILL}"]
    with pytest.raises(Refused, match="no station belongs"):
        write(out.with_name("n.koc"), library="NORTH")
    with pytest.raises(Refused, match="no station ls-9"):
        export.set_library("ls-9", "WEST")
    with pytest.raises(Refused, match="at most"):
        export.set_library("ls-0001", "x" * 11)


def test_days_are_local(bench: Bench, out: Path):
    """A loan at 00:30 in Oslo belongs to that day, though it is the day before in UTC."""
    bench[0].lend(DRILL, KNOWN, wall=NOW - 11 * 60 * MINUTE - 30 * MINUTE)
    bench.take(bench[0])
    write(out)
    assert read_koc(out.read_bytes())[0].when.isoformat() == "2026-11-22T00:30:00"


def test_stations_that_were_not_heard_from_are_named(sqlite_bench: Bench, out: Path):
    """What a silent station holds may come too late for the order of an item: it is named."""
    Station.objects.filter(pk="ls-0001").update(last_contact_ms=NOW + 24 * 3_600_000)
    Station.objects.filter(pk="ls-0003").update(revoked=True)
    assert write(out).silent == ["ls-0002"]
    assert sqlite_bench.stations


def test_nothing_is_written_over(sqlite_bench: Bench, out: Path):
    """A file that is there stays as it is, a folder that is not there is not made, and a period must not run back."""
    lend_and_return(sqlite_bench)
    out.write_text("not yet uploaded")
    for path, match in ((out, "already"), (out.parent / "no" / "x.koc", "folder"), (Path("x.koc"), "absolute")):
        with pytest.raises(Refused, match=match):
            write(path)
    with pytest.raises(Refused, match="before it begins"):
        write(out.with_name("x.koc"), first=date(2026, 11, 23))
    assert out.read_text() == "not yet uploaded"
    assert not ExportedEntry.objects.exists()


def test_a_disk_that_takes_no_file_records_nothing(sqlite_bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch):
    """If the file cannot be written, nothing counts as written."""
    lend_and_return(sqlite_bench)
    monkeypatch.setattr(files, "check_free", lambda _path: None)
    with pytest.raises(Refused, match="cannot be written"):
        write(out.parent / "gone" / "x.koc")
    assert not ExportedEntry.objects.exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import date
from sync.hub import setup
setup()
from sync.hub.koha import export, files
where, out, now = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
holder, name = {"before the commit": (export.Export, "record"), "after the commit": (export.Export, "finish"),
                "before the note": (export, "_note_finished")}[where]
setattr(holder, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
export.Export().run(export.Asked(date(2026, 11, 22), date(2026, 11, 22), out, "kari"), now)
"""


PLACES = ["before the commit", "after the commit", "before the note"]


class Killed(BaseException):
    """The end of a process, as far as it can be played within one."""


def _die(*_: object) -> None:
    raise Killed


@pytest.mark.parametrize("where", PLACES)
def test_an_end_at_any_step_writes_nothing_twice(
    bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch, where: str
):
    """Ended at each step: afterwards every entry stands in exactly one recorded file, and nothing lies about."""
    lend_and_return(bench)
    steps = dict(zip(PLACES, [(Export, "record"), (Export, "finish"), (export, "_note_finished")], strict=True))
    monkeypatch.setattr(*steps[where], _die)
    with pytest.raises(Killed):
        write(out)
    monkeypatch.undo()
    check_after_the_end(out, where)


@pytest.mark.parametrize("where", PLACES if os.environ.get("NABOLAN_POWER_CUTS") == "all" else PLACES[1:2])
def test_a_kill_writes_nothing_twice_and_loses_nothing(sqlite_bench: Bench, sqlite_url: str, out: Path, where: str):
    """SIGKILL in earnest: the same holds."""
    lend_and_return(sqlite_bench)
    connection.close()
    environment = os.environ | ENVIRONMENT | {"HUB_DATABASE_URL": sqlite_url}
    command = [sys.executable, "-c", _KILLED, where, str(out), str(NOW + 24 * 3_600_000)]
    assert subprocess.run(command, env=environment, check=False, timeout=60).returncode == -9
    check_after_the_end(out, where)


def check_after_the_end(out: Path, where: str) -> None:
    """Go on as the next export would; in the end each entry stands in one file, and nothing else is there."""
    if where == "before the commit":
        write(out)
    elif where == "after the commit":
        with pytest.raises(Refused, match="--again 1 --out"):
            write(out.with_name("second.koc"))
        again(1, out)
        assert write(out.with_name("second.koc")).run is None
    else:
        assert write(out.with_name("second.koc")).run is None
    assert len(said(out)) == 4
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert ExportRun.objects.filter(finished=True).count() == 1
    assert ExportedEntry.objects.count() == 4


def test_a_name_taken_in_the_last_moment_is_said(sqlite_bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch):
    """If the name is taken after the record was made, the record stands, and it is said how to get the file."""
    lend_and_return(sqlite_bench)
    monkeypatch.setattr(files, "check_free", lambda _path: None)
    out.write_text("another's")
    with pytest.raises(export.RecordedOnly, match="--again 1"):
        write(out)
    monkeypatch.undo()
    again(1, out.with_name("mine.koc"))
    assert len(said(out.with_name("mine.koc"))) == 4
    assert out.read_text() == "another's"
    assert sorted(path.name for path in out.parent.iterdir()) == ["mine.koc", out.name]


def test_two_at_once_write_each_entry_once(bench: Bench, out: Path):
    """Exports at the same moment: one writes, the others find nothing new or are told that one is under way."""
    lend_and_return(bench)
    runs: list[int | None] = []

    def one(name: str) -> None:
        try:
            runs.append(write(out.with_name(name)).run)
        except Refused:
            runs.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(f"{n}.koc",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run is not None for run in runs) == [False, False, True]
    assert ExportedEntry.objects.count() == 4


def test_an_export_that_forgets_what_it_wrote_is_caught(
    sqlite_bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: a run that records no entries is noticed, since the next one writes them again."""
    monkeypatch.setattr(Export, "entries", lambda *_: [])
    with pytest.raises(AssertionError, match=r"=0301"):
        test_a_period_is_written_once(sqlite_bench, out)


def run_command(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return what a command of the hub ended with, and what it said."""
    code = main(["koha", *arguments])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def test_staff_see_the_runs_and_get_their_files(sqlite_bench: Bench, staff: Client, out: Path):
    """The page has each run with its counts and no card; the file comes as it was, to staff alone, or a plain no."""
    assert "Ingen filer" in staff.get("/koha").text
    lend_and_return(sqlite_bench)
    sqlite_bench[0].lend("9999", KNOWN, wall=NOW + 5 * MINUTE)
    sqlite_bench.take(sqlite_bench[0])
    run = write(out).run
    page = staff.get("/koha")
    assert all(words in page.text for words in ("2 lånt ut, 1 levert, 1 fornyet", "1 ble utelatt", "kari"))
    assert not any(card in page.text for card in (KNOWN, BLOCKED))
    ExportRun.objects.update(finished=False)
    assert "Avbrutt" in staff.get("/koha").text
    answer = staff.post(f"/koha/{run}/file")
    assert ExportRun.objects.get().finished
    assert (answer.content, answer["Cache-Control"]) == (out.read_bytes(), "no-store")
    assert f'filename="nabolan-{run}.koc"' in answer["Content-Disposition"]
    assert (Client().post(f"/koha/{run}/file").status_code, staff.get(f"/koha/{run}/file").status_code) == (302, 405)
    assert staff.post("/koha/99/file").status_code == 404
    PersonalPart.objects.all().delete()
    assert staff.post(f"/koha/{run}/file").status_code == 409


def test_a_restored_hub_asks_before_it_writes_again(sqlite_bench: Bench, out: Path):
    """A hub that went back has forgotten what Koha got since: it writes only when somebody says that they looked."""
    saved = out.with_name("saved")
    commands.backup(saved)
    lend_and_return(sqlite_bench)
    write(out)
    commands.restore(saved, overwrite=True)
    sqlite_bench.take(sqlite_bench[0])
    with pytest.raises(Refused, match="--after-restore"):
        write(out.with_name("second.koc"))
    assert write(out.with_name("second.koc"), after_restore=True).run == 1
    sqlite_bench[0].lend(SAW, OTHER, wall=NOW + 5 * MINUTE)
    sqlite_bench.take(sqlite_bench[0])
    assert write(out.with_name("third.koc")).run == 2


def test_the_command_says_what_it_did(
    sqlite_bench: Bench, out: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    """It names run, counts, file and reasons, and no card number; so do the list of runs and the log."""
    long_ago = NOW - 1000 * 24 * 3_600_000
    lend_and_return(sqlite_bench, long_ago)
    sqlite_bench[0].lend("9999", KNOWN, wall=long_ago)
    sqlite_bench.take(sqlite_bench[0])
    code, text = run_command(["export", "--from", "2024-02-26", "--to", "2024-02-26", "--out", str(out)], capsys)
    assert code == 0
    for words in ("Run 1: 2 loans, 1 returns, 1 renewals", str(out), "no item of the catalogue has this code"):
        assert words in text
    code, runs = run_command(["runs"], capsys)
    assert "2 loans, 1 returns, 1 renewals" in runs
    copy = out.with_name("copy.koc")
    code, more = run_command(["export", "--again", "1", "--out", str(copy)], capsys)
    assert (code, copy.read_bytes()) == (0, out.read_bytes())
    for card in (KNOWN, BLOCKED):
        assert card not in text + runs + more + caplog.text
    assert run_command(["library", "ls-0001", "WEST"], capsys) == (0, "")
    wrong = [["--from", "2026-11-22"], ["--again", "1", "--from", "2026-11-22"], ["--again", "7"]]
    for arguments in wrong:
        code, text = run_command(["export", *arguments, "--out", str(out.with_name("z.koc"))], capsys)
        assert (code, "Nothing was changed" in text) == (1, True)


def test_what_is_no_day_is_said_plainly(capsys: pytest.CaptureFixture[str]):
    """A month that is none is refused with how a day is written, not with Python's words."""
    with pytest.raises(SystemExit):
        main(["koha", "export", "--from", "2026-13-01", "--to", "2026-11-30", "--out", "x.koc"])
    said = capsys.readouterr().err
    assert "write it like 2026-11-01" in said
    assert "fromisoformat" not in said
