"""`nabolan hub koha`: writing for Koha from the command line. Importing this touches neither Django nor any file."""

# Models can be imported only once Django is ready, hence the imports inside.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lending.errors import Refused
from sync.hub import setup

if TYPE_CHECKING:
    from sync.hub.koha.export import Report
    from sync.hub.koha.models import ExportRun

_MOST_NAMED = 20


def a_day(text: str) -> date:
    """Return the day written as 2026-11-01; raises ArgumentTypeError with what a day looks like."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-01") from None


def add_parser(under: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and what it can do."""
    top = under.add_parser("koha", help="write loans and returns as a file that Koha's offline circulation takes")
    what = top.add_subparsers(dest="what", required=True, metavar="WHAT")
    export = what.add_parser("export", help="write what happened in a period and was not written before")
    export.add_argument("--from", dest="first", type=a_day, help="first day, like 2026-11-01")
    export.add_argument("--to", dest="last", type=a_day, help="last day, like 2026-11-30")
    export.add_argument("--library", default="", help="only what stations of this library did, by its code in Koha")
    export.add_argument(
        "--again", type=int, metavar="RUN", help="make the file of an earlier run again, byte for byte"
    )
    export.add_argument(
        "--after-restore", action="store_true", help="the hub was restored; Koha has nothing of this yet"
    )
    export.add_argument("--out", type=Path, required=True, help="the file to make, like november.koc")
    what.add_parser("runs", help="show what was written when")
    library = what.add_parser("library", help="say which library in Koha a station belongs to")
    library.add_argument("station")
    library.add_argument("code", nargs="?", default="", help="the library's code in Koha; none takes it away")


def run(asked: argparse.Namespace, say: Callable[[str], object]) -> None:
    """Do what was asked. Raises Refused, and then nothing was changed."""
    setup()
    from sync.hub.koha import export
    from sync.hub.koha.models import ExportRun

    match asked.what:
        case "export" if asked.again is not None:
            if asked.first or asked.last or asked.library:
                raise Refused("--again takes the period of its run; leave out --from, --to and --library")
            said = _said_again(export.again(asked.again, asked.out.absolute()), asked.out.absolute())
        case "export":
            said = _said(_exported(asked))
        case "runs":
            said = map(_line, ExportRun.objects.order_by("pk"))
            said = said if ExportRun.objects.exists() else iter(("Nothing has been written for Koha yet.",))
        case _:
            export.set_library(asked.station, asked.code)
            said = iter(())
    for line in said:
        say(line)


def _exported(asked: argparse.Namespace) -> Report:
    """Return what was written. Ends the process with the reason if the file has not got its name."""
    from sync.hub.clock import now_ms
    from sync.hub.koha.export import Asked, Export, RecordedOnly

    if asked.first is None or asked.last is None:
        raise Refused("say --from and --to, or --again")
    wanted = Asked(
        asked.first, asked.last, asked.out.absolute(), getpass.getuser(), asked.library, asked.after_restore
    )
    try:
        return Export().run(wanted, now_ms())
    except RecordedOnly as error:
        sys.exit(f"Recorded, but not finished: {error}.")


def _said(report: Report) -> Iterator[str]:
    from sync.hub.koha.plan import BY_HAND, EXPLAINED, WAITING, What, Why

    if report.run is None:
        yield "Nothing new in this period: no file was written."
    else:
        counts = ", ".join(f"{report.written.get(what, 0)} {what.value}s" for what in What)
        yield f"Run {report.run}: {counts}, in {report.path}"
        yield f"SHA-256 {report.sha256}"
        yield "The file holds card numbers and is readable by you alone: erase it once Koha has it."
    for why, count in report.counts.items():
        yield f"Left out, {'for now' if Why(why) in WAITING else why}: {count}. Reason: {EXPLAINED[Why(why)]}."
        named = [one for one in report.left_out if one.why == why and one.why in BY_HAND]
        for one in named[:_MOST_NAMED]:
            yield f"  {one.fact.what.value} of item {one.item}, {one.fact.station} entry {one.fact.seq}"
        if len(named) > _MOST_NAMED:
            yield f"  and {len(named) - _MOST_NAMED} more"
    if report.silent:
        yield f"Not heard from since the period ended: {', '.join(report.silent)}. What they hold may come late."


def _said_again(done: ExportRun, path: Path) -> Iterator[str]:
    yield f"{path} is the file of run {done.pk}, byte for byte."
    yield f"SHA-256 {done.sha256}; do not upload it to Koha a second time: a loan sent twice is a renewal."


def _line(row: ExportRun) -> str:
    from sync.hub.clock import moment

    counts = f"{row.loans} loans, {row.returns} returns, {row.renewals} renewals"
    place = f" {row.library}" if row.library else ""
    state = "" if row.finished else " INTERRUPTED: get its file with --again"
    when = moment(row.at_ms).isoformat(timespec="seconds")
    return f"{row.pk}  {when}  {row.who}  {row.first_day} to {row.last_day}{place}: {counts}  {row.path}{state}"
