"""The tour: a story that is told on the real station and counted at the hub."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from nabolan.demo.actor import Album
from nabolan.demo.report import timings, write_report
from nabolan.demo.story import Measured

CARD = re.compile(r"N999\d{6}")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a tour on the 7-inch screen leaves behind."""
    folder = tmp_path_factory.mktemp("tour") / "out"
    nabolan = Path(sys.executable).with_name("nabolan")
    words = [str(nabolan), "demo", "--tour", "--out", str(folder), "--shape", "800x480"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_tour_tells_its_figures(out: Path) -> None:
    """Nothing was lost or doubled, every entry is at the hub once, and each figure the story promises is there."""
    tour = json.loads((out / "tour.json").read_text(encoding="utf-8"))
    assert tour["ok"] is True
    assert (tour["lost"], tour["duplicated"]) == (0, 0)
    assert tour["entries_station"] == tour["entries_hub"] > 0
    assert (tour["loans"], tour["returns"]) == (4, 1)
    assert {"unknown_card", "parts_missing"} <= set(tour["cases"])
    assert set(tour["timings_ms"]) == {"card_to_account_p50", "scan_to_confirmed_p50", "commit_p50"}
    assert all(value > 0 for value in tour["timings_ms"].values())


def test_every_picture_is_there_in_the_size_of_the_screen(out: Path) -> None:
    """Each screen named in tour.json is a picture, those of the kiosk exactly as large as its screen."""
    screens = json.loads((out / "tour.json").read_text(encoding="utf-8"))["screens"]
    sizes = []
    for screen in screens:
        head = (out / screen["file"]).read_bytes()[:24]
        assert head.startswith(PNG)
        sizes.append(struct.unpack(">II", head[16:24]))
        assert screen["title"]
    assert sizes[:18] == [(800, 480)] * 18
    page = (out / "index.html").read_text(encoding="utf-8")
    assert [s["file"] for s in screens if f'src="{s["file"]}"' not in page] == []


def test_no_card_number_is_left_behind(out: Path) -> None:
    """Neither figures, page nor any program's log holds a card number."""
    texts = [file for file in out.rglob("*") if file.suffix in (".json", ".html", ".log")]
    assert len(texts) > 3
    assert [file.name for file in texts if CARD.search(file.read_text(encoding="utf-8", errors="replace"))] == []


def test_the_report_escapes_what_it_shows(tmp_path: Path) -> None:
    """A title with markup in it is shown as text."""
    album = Album(tmp_path)
    album.next("<b>Æsj & so on</b>")
    figures = dict.fromkeys(("loans", "returns", "entries_station", "entries_hub", "lost", "duplicated"), 0)
    write_report(tmp_path, {**figures, "cases": [], "timings_ms": {}, "screens": album.screens})
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Æsj &amp; so on&lt;/b&gt;" in page


def test_the_middle_value_is_reported() -> None:
    """Of several measurements the middle one is told; of none, nothing."""
    assert timings(Measured(card_to_account=[3.0, 1.0, 2.0])) == {"card_to_account_p50": 2.0}
