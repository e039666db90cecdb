"""The demo's programs: how they are waited for, and how the demo says no before it starts any."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.store.owner import Ownership
from lending.errors import Refused, TryLater
from nabolan.demo import processes
from nabolan.demo.actor import Album
from nabolan.demo.play import Programs, run_demo, size
from nabolan.demo.processes import Processes, end, run, wait_for_file


def started(words: str) -> subprocess.Popen[bytes]:
    """Start a small program of our own."""
    return subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_program_is_ready_once_its_file_says_something(tmp_path: Path) -> None:
    """An empty file is not ready yet; its first content is returned without the line's end."""
    file = tmp_path / "port"
    file.touch()
    program = started(f"import time; time.sleep(0.2); open({str(file)!r}, 'w').write('8000\\n'); input()")
    try:
        assert wait_for_file(file, program) == "8000"
    finally:
        end(program)


def test_a_program_that_ends_first_is_not_waited_for(tmp_path: Path) -> None:
    """If the program ends before it is ready, that is told at once with its exit status."""
    program = started("raise SystemExit(3)")
    began = time.monotonic()
    with pytest.raises(TryLater, match="exit 3"):
        wait_for_file(tmp_path / "port", program)
    assert time.monotonic() - began < 10
    end(program)


def test_a_program_is_waited_for_no_longer_than_the_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that never gets ready is given up."""
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.2)
    program = started("input()")
    try:
        with pytest.raises(TryLater, match="not ready after"):
            wait_for_file(tmp_path / "port", program)
    finally:
        end(program)


def test_no_program_outlives_the_block(tmp_path: Path) -> None:
    """Leaving the block ends what was started in it, however it is left."""
    programs = Processes(tmp_path / "logs")
    program = programs.start("devices", "hardware.simulate", ["--dir", str(tmp_path / "devices")])
    wait_for_file(tmp_path / "devices" / "control", program)
    with pytest.raises(Refused, match="stops here"), programs:
        raise Refused("the story stops here")
    assert program.poll() is not None


def test_the_first_program_to_end_ends_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If a program stops by itself, the demo says which and where its log is; if a window is closed, all is well."""
    with Programs(tmp_path / "logs") as programs:
        program = programs.start("devices", "hardware.simulate", ["--dir", str(tmp_path / "devices")])
        program.kill()
        assert programs.wait() == 1
    assert "devices stopped by itself (exit -9)" in capsys.readouterr().err
    with Programs(tmp_path / "logs") as programs:
        programs.start("panel", "platform", [])
        assert programs.wait() == 0


def test_a_command_that_does_not_work_tells_its_last_words() -> None:
    """A program run to its end hands its complaint on."""
    with pytest.raises(TryLater, match="unrecognized arguments: --moon"):
        run("hardware.simulate", ["--dir", "x", "--moon"])


def test_pictures_are_named_for_their_place_and_title(tmp_path: Path) -> None:
    """Names are numbered in the story's order, short, and made of letters every file system knows."""
    album = Album(tmp_path)
    assert album.next("Nobody is here. One sentence!").name == "01-nobody-is-here-one-sentence.png"
    assert album.next("Æ " * 80).name.startswith("02")
    assert len(album.next("long " * 40).name) <= len("03-.png") + 48
    assert [screen["file"][:3] for screen in album.screens] == ["01-", "02-", "03-"]


@pytest.mark.parametrize("shape", ["", "800", "800x", "x480", "0x480", "800x-480", "800x480x2", "²x480"])
def test_an_odd_shape_is_refused(shape: str) -> None:
    """A window is so many pixels wide and high, and nothing else."""
    with pytest.raises(Refused, match="like 800x480"):
        size(shape)


def test_two_demos_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one demo runs in a folder, a second one is refused and touches nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":0")
    (tmp_path / ".demo").mkdir()
    running = Ownership(tmp_path / ".demo")
    with pytest.raises(Refused, match="already"):
        run_demo("800x480")
    running.release()
    assert [file.name for file in (tmp_path / ".demo").iterdir()] == ["station.lock"]
