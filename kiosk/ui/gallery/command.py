"""`nabolan station gallery --out DIR`: every screen in every state, language, window, theme and text size."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.ui.gallery import GROUPS
from kiosk.ui.gallery.findings import as_data, table
from kiosk.ui.gallery.looks import choose
from kiosk.ui.gallery.page import write_page
from kiosk.ui.gallery.workers import Tally, Wish, draw_all
from lending.errors import Refused

EXIT_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what is asked for; return 0, or 1 if a screen could not be drawn or measuring found anything.

    Raises Refused for an unknown wish.
    """
    chosen = _parser().parse_args(arguments)
    looks = choose(chosen.lang, chosen.shape, chosen.theme, chosen.text, chosen.reach)
    groups = _named(chosen.screens, chosen.only)
    names = [name for members in groups.values() for name in members]
    out: Path = chosen.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    _say(f"{len(names)} examples in {len(looks)} looks are {len(names) * len(looks)} pictures; {chosen.jobs} at work")
    wish = Wish(pictures=not chosen.no_pictures, sheets=chosen.sheets, measure=chosen.measure)
    tally = draw_all(out, looks, names, wish, jobs=chosen.jobs, tell=_say)
    for failed in tally.failed:
        _say(f"Not drawn: {failed}")
    pages = tally.drawn + sum(tally.pages.values()) - len(tally.pages)
    size = f"{tally.bytes / 1e6:.1f} MB"
    sys.stdout.write(f"{tally.drawn} pictures with {pages} pages, {size}, in {tally.seconds:.0f} s.\n")
    found = _write_measured(out, tally) if chosen.measure else {}
    if not chosen.no_pictures:
        sys.stdout.write(
            f"Open {write_page(out, looks, groups, found.get('findings', []), tally.pages)} in a browser.\n"
        )
    return EXIT_FAILED if tally.failed or found.get("findings") else 0


def _write_measured(out: Path, tally: Tally) -> dict[str, Any]:
    """Write `measured.json`, print a table of it, and return what it says."""
    found = as_data(tally.examples)
    path = out / "measured.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{table(found)}\nEvery finding stands in {path}.\n")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nabolan station gallery", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder for the page and its pictures")
    parser.add_argument("--lang", default="", help="languages, as nb,en (default: all)")
    parser.add_argument("--shape", default="", help="windows, as 800x480,1280x800 (default: all)")
    parser.add_argument("--theme", default="", help="themes, as light (default: all)")
    parser.add_argument("--text", default="", help="sizes of the letters, as 1.0,2.0 (default: all)")
    parser.add_argument("--reach", choices=("no", "yes", "both"), default="both", help="all in the lower half or not")
    parser.add_argument("--screens", default="", help=f"groups: {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--only", default="", help="only examples with this in their name")
    parser.add_argument("--sheets", action="store_true", help="also one picture per group and look, with all of them")
    parser.add_argument(
        "--measure", action="store_true",
        help="measure every page as it is drawn, write measured.json, print the worst; the exit code is then 1 if "
        "anything was found",
    )  # fmt: skip
    parser.add_argument("--no-pictures", action="store_true", help="write no pictures and no page: sooner done")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    return parser


def _named(screens: str, only: str) -> dict[str, list[str]]:
    """Return the names of the examples by their group. Raises Refused if that leaves none."""
    wanted = [group.strip() for group in screens.split(",") if group.strip()] or list(GROUPS)
    for group in wanted:
        if group not in GROUPS:
            raise Refused(f"--screens {group} is not there; these are: {', '.join(GROUPS)}")
    found = {group: [name for name in GROUPS[group]() if only in name] for group in wanted}
    found = {group: names for group, names in found.items() if names}
    if not found:
        raise Refused(f"no example has {only!r} in its name")
    return found


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
