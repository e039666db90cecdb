"""`bin/demo --tour`: plays a whole visit by itself, counts what arrived, and leaves pictures and figures."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hardware.errors import HardwareError
from kiosk.settings import read_settings
from kiosk.station import open_store
from kiosk.store import journal_table
from lending.errors import NabolanError
from nabolan.demo import browser, world
from nabolan.demo.actor import Actor, Album
from nabolan.demo.processes import Processes, run
from nabolan.demo.report import timings, write_report
from nabolan.demo.story import Story
from sync.agent.identity import load
from sync.agent.line import NetworkLine

EXPECTED_CASES = ["unknown_card", "parts_missing"]


def run_tour(out: Path, shape: str) -> int:
    """Play the story, write the report into `out`, and return 0 if nothing was lost, doubled or unexpected."""
    began = time.monotonic()
    out = out.absolute()
    _empty(out)
    work = Path(tempfile.mkdtemp(prefix="nabolan-tour-"))
    try:
        tour = _play(out, work, shape)
    except (NabolanError, HardwareError) as stopped:
        sys.stderr.write(f"The tour stopped: {stopped}\nWhat was seen so far and the programs' logs are in {out}\n")
        return 1
    finally:
        shutil.copytree(work / "logs", out / "logs", dirs_exist_ok=True)
        shutil.rmtree(work, ignore_errors=True)
    tour["seconds"] = round(time.monotonic() - began, 1)
    write_report(out, tour)
    _tell(out, tour)
    return 0 if tour["ok"] else 1


def _empty(out: Path) -> None:
    """Leave `out` without the pictures of an earlier tour; what else lies there stays."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("[0-9][0-9]-*.png"), out / "tour.json", out / "index.html"):
        old.unlink(missing_ok=True)


def _play(out: Path, work: Path, shape: str) -> dict[str, Any]:
    album = Album(out)
    with Processes(work / "logs") as processes:
        _say("A hub, a network line, a card reader and a scanner are starting")
        hub = world.start_hub(work / "hub", processes)
        line = NetworkLine(("127.0.0.1", hub.port))
        devices = world.start_devices(work / "devices", processes)
        config = world.prepare_station(work / "station", work / "devices", hub, line)
        actor = Actor(processes, config, shape, album)
        _say("The station opens")
        actor.enter()
        story = Story(actor, devices, line)
        story.play()
        faults = actor.figures()["faults"]
        actor.leave()
        staff_pages = browser.missing()
        if staff_pages:
            _say(f"The staff pages are not shown; they need {staff_pages}")
        else:
            _say("A librarian looks at the cases")
            browser.visit_staff_pages(hub, album)
        facts = json.loads(run("nabolan.demo.hub_facts", [], hub.environment))
        line.close()
    held = _entries(config)
    confirmed = story.measured
    lost = sorted(set(held) - set(facts["entries"]))
    doubled = [entry for entry, times in Counter(facts["entries"]).items() if times > 1]
    right = (
        not lost
        and not doubled
        and not faults
        and (facts["loans"], facts["returns"]) == (confirmed.loans, confirmed.returns)
        and sorted(facts["cases"]) == sorted(EXPECTED_CASES)
    )
    return {
        "ok": right,
        "loans": facts["loans"],
        "returns": facts["returns"],
        "confirmed_on_screen": {"loans": confirmed.loans, "returns": confirmed.returns},
        "entries_station": len(held),
        "entries_hub": len(facts["entries"]),
        "lost": len(lost),
        "duplicated": len(doubled),
        "cases": facts["cases"],
        "screen_faults": faults,
        "staff_pages": "shown" if not staff_pages else f"not shown: they need {staff_pages}",
        "screens": album.screens,
        "timings_ms": timings(confirmed),
    }


def _entries(config: Path) -> list[str]:
    """Return the ids of all entries in the station's journal, whose chain must hold."""
    settings = read_settings(config)
    store, ownership = open_store(settings, load(settings.data_dir))
    store.check()
    ids = [str(wire["id"]) for wire in journal_table.read_all(store.db)]
    store.close()
    ownership.release()
    return ids


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(out: Path, tour: dict[str, Any]) -> None:
    _say(
        f"{tour['loans']} loans, {tour['returns']} returns; {tour['entries_station']} entries at the station, "
        f"{tour['entries_hub']} at the hub, {tour['lost']} lost, {tour['duplicated']} doubled; "
        f"cases: {', '.join(tour['cases']) or 'none'}"
    )
    _say(f"{len(tour['screens'])} pictures in {tour['seconds']} s. Look at them: {out / 'index.html'}")
    if not tour["ok"]:
        sys.stderr.write("That is not what the story should leave; see tour.json\n")
