"""A station that is never restarted needs no more memory and no more files than on its first day.

`NABOLAN_LONG_LIFE=all` runs 100,000 entries and prints figures; else 20,000.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ALL = os.environ.get("NABOLAN_LONG_LIFE") == "all"
ENTRIES = 100_000 if ALL else 20_000
SAMPLES = 20
WARM = SAMPLES // 4
"""Samples until caches are full: SQLite's pages, Python's arenas, the list of commit times."""

MOST_GROWTH_KB = 2048
"""Between the end of the warm-up and the last sample, whatever lies between them."""

SCRIPT = Path(__file__).with_name("long_life.py")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")


@pytest.fixture
def folder() -> Iterator[str]:
    """A folder in memory where there is one: this is about the process, not about the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as made:
        yield made


def lived(folder, entries, *defect):
    """Return the samples of a station that has lived so many entries long."""
    root, tests = SCRIPT.parents[2], SCRIPT.parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(tests)])}
    words = [sys.executable, str(SCRIPT), folder, str(entries), str(SAMPLES), *defect]
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def growth(samples):
    """Return by how much memory (kB) and open files have grown since the warm-up."""
    warm, last = samples[WARM - 1], samples[-1]
    return last["rss_kb"] - warm["rss_kb"], last["files"] - warm["files"]


@pytest.mark.timeout(600 if ALL else 120)
def test_memory_and_files_stay_flat(folder, capsys):
    """After the warm-up, memory grows by no more than 2 MB and no file stays open, however many entries follow."""
    samples = lived(folder, ENTRIES)
    assert samples[-1]["entries"] >= ENTRIES * 0.99
    kilobytes, files = growth(samples)
    if ALL:
        with capsys.disabled():
            print(f"\n{ENTRIES} entries: {kilobytes:+} kB, {files:+} files since the warm-up; last {samples[-1]}")  # noqa: T201
    assert files == 0
    assert kilobytes <= MOST_GROWTH_KB, samples


def test_a_planted_leak_is_caught(folder):
    """The check notices a station that keeps every view and leaves files open."""
    kilobytes, files = growth(lived(folder, 6_000, "leak"))
    assert kilobytes > MOST_GROWTH_KB
    assert files > 0
