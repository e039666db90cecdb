"""Stations and hub are killed at any moment while they sync through a line that does the worst a network can do.

`NABOLAN_KILLS=120` kills so often on each database and tries the planted defects; else a few times. `-s` for figures.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from kill.siege import STATIONS, Siege

KILLS = int(os.environ.get("NABOLAN_KILLS", "0"))
SOME = 4
SEED = int(os.environ.get("NABOLAN_SEED", "0")) or time.time_ns() % 10**6


@pytest.mark.timeout(120 + 10 * KILLS)
def test_whoever_is_killed_nothing_is_lost_or_doubled_or_left_over(room: Path, database: str):
    """0 lost, 0 doubled, 0 leftovers, and the ledger is what a full refold gives."""
    began = time.monotonic()
    with Siege(room, database, SEED) as siege:
        siege.rage(KILLS or SOME, pause=0.4 if KILLS else 0.25)
        siege.heal()
        found = siege.look()
        done = {str(fault): times for fault, times in siege.line.done.items()}
        figures = f"seed {SEED}, {dict(siege.kills)}, {done}, {time.monotonic() - began:.0f} s: {found}"
        sys.stderr.write(f"\n{database.partition(':')[0]}: {figures}\n")
        assert found.is_well, figures
        assert all(siege.said(name) for name in STATIONS), figures


LONG = pytest.mark.skipif(not KILLS, reason="NOT TRIED, IT TAKES LONG: set NABOLAN_KILLS=10 as CI does")


@LONG
@pytest.mark.parametrize(("station", "hub"), [("believes", "real"), ("real", "hasty")])
def test_planted_defects_are_caught(room: Path, station: str, hub: str):
    """A station that believes in silence, or a hub that acknowledges before it has committed, is noticed."""
    with Siege(room, f"sqlite:///{room}/hub/hub.sqlite3", SEED, station=station, hub=hub) as siege:
        siege.rage(4, pause=0.2)
        siege.heal()
        found = siege.look()
    assert found.acknowledged_too_early or found.lost, str(found)


@LONG
def test_a_hub_restored_from_an_older_backup_gets_everything_again(room: Path, database: str):
    """Put back under a running hub, a backup lacks what was acknowledged since; the stations send all of it again."""
    with Siege(room, database, SEED) as siege:
        siege.line.heal()
        siege.rage(0)
        time.sleep(0.5)
        siege.command("backup", room / "backup")
        time.sleep(1.5)
        siege.command("restore", room / "backup", "--yes")
        time.sleep(0.5)
        siege.heal()
        found = siege.look()
    assert found.acknowledged_too_early, "nothing was lost that could have come again"
    assert (found.lost, found.doubled, found.leftovers) == ([], [], []), str(found)
