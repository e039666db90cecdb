"""`nabolan hub`, or `python -m sync.hub`: the hub's commands."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lending.errors import NabolanError, Refused
from sync.hub import commands
from sync.hub.catalogue import command as catalogue
from sync.hub.environment import SettingError
from sync.hub.feed import command as feed
from sync.hub.forgetting import command as forgetting
from sync.hub.koha import command as koha
from sync.hub.upkeep import command as upkeep

_YES_NO = ("yes", "no")
_OTHERS = {
    "forget": forgetting.run,
    "koha": koha.run,
    **dict.fromkeys(("message", "withdraw"), feed.run),
    **dict.fromkeys(("things", "places", "figures"), catalogue.run),
    **dict.fromkeys(("move", "backup", "restore"), upkeep.run),
}
_ON_ANY_FORM = ("migrate", "backup", "restore")
"""Commands that also serve a database that is to be migrated yet."""


class _Described(argparse._SubParsersAction):  # type: ignore[type-arg]  # noqa: SLF001 - argparse has no public name
    """Subcommands whose own --help says too what they do."""

    def add_parser(self, name: str, **given: Any) -> Any:
        """Add one, described by its line in the list of all."""
        line = str(given["help"])
        return super().add_parser(name, description=f"{line[:1].upper()}{line[1:]}.", **given)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the hub's command line."""
    top = argparse.ArgumentParser(
        prog="nabolan hub",
        description="The hub of Nabolån. To begin: migrate, staff, station, serve. docs/hub.md tells the rest.",
    )
    under = top.add_subparsers(dest="command", required=True, metavar="COMMAND", action=_Described)
    under.add_parser("migrate", help="bring the database to the form this version needs")
    staff = under.add_parser("staff", help="create a staff member; prints the password once")
    staff.add_argument("name", help="the name to log in with, like kari")
    known = staff.add_mutually_exclusive_group()
    known.add_argument("--new-password", action="store_true", help="give somebody known another random password")
    known.add_argument("--shut-out", action="store_true", help="let somebody in no more, as when they leave")
    station = under.add_parser("station", help="create a station, or let one in anew; prints its one-time code once")
    station.add_argument("id", help="small letters, digits and hyphens, like ls-0001")
    station.add_argument("name", help="as people call it, like Bragernes; renames a known one")
    station.add_argument("--qr", action="store_true", help="print the QR too; a terminal gets it always")
    under.add_parser("fleet", help="how the stations are: one line each, those with alarms first")
    card = under.add_parser("card", help="make or change a card; what is not named stays")
    card.add_argument("id", help="the card's number")
    card.add_argument("--blocked", choices=_YES_NO, help="whether it may borrow nothing")
    card.add_argument("--expires", help="last day it is good, like 2027-01-31, or never")
    card.add_argument("--category", help="category of patrons, as the rules name it")
    card.add_argument("--age-from", help="lower end of the age band in years, or unknown")
    card.add_argument("--trainings", help="marks with blanks between, like 'saws chainsaw'")
    card.add_argument("--staff", choices=_YES_NO, help="whether it opens the staff menu of stations")
    card.add_argument(
        "--pin", action="store_true", help="ask for a new PIN (4 to 12 digits); an empty line takes it away"
    )
    rules = under.add_parser("rules", help="show the rules of lending, or change them")
    rules.add_argument(
        "file", nargs="?", type=Path, help="JSON file with the rules that differ from the built-in ones"
    )
    under.add_parser("refold", help="work out loans, places and cases anew from the journals")
    under.add_parser("work", help="fold what is due; a hub that serves does so by itself")
    fork = under.add_parser("fork", help="show the lines of a forked journal, or say which unit lives on")
    fork.add_argument("id", help="the station, like ls-0001")
    fork.add_argument("--lives", help="the line that lives on, by the first signs of its name")
    fork.add_argument("--others-set-aside", action="store_true", help="what the other units did does not count")
    roll = under.add_parser("roll", help="let a station change its token at its next contact")
    roll.add_argument("id", help="the station, like ls-0001")
    revoke = under.add_parser("revoke", help="shut a station out: its token and its open code are void")
    revoke.add_argument("id", help="the station, like ls-0001")
    feed.add_parsers(under)
    catalogue.add_parsers(under)
    koha.add_parser(under)
    forgetting.add_parser(under)
    upkeep.add_parsers(under)
    serve = under.add_parser("serve", help="answer stations and staff until stopped")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="port, 0 for a free one (default: %(default)s)")
    serve.add_argument("--port-file", type=Path, help="file that gets the port once connections are taken")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 if it was done, 1 if it was refused (the reason is printed)."""
    asked = parser().parse_args(arguments)
    try:
        if asked.command not in _ON_ANY_FORM:
            commands.check_form()
        _run(asked)
    except (NabolanError, SettingError) as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)  # noqa: T201 - a command speaks by printing
        return 1
    return 0


def _run(asked: argparse.Namespace) -> None:
    say = print
    match asked.command:
        case "migrate":
            commands.migrate()
            say("The database has the form this version needs.")
        case "staff" if asked.shut_out:
            commands.shut_out_staff(asked.name)
        case "staff":
            say(commands.reset_password(asked.name) if asked.new_password else commands.create_staff(asked.name))
        case "station" | "fleet" | "fork" | "roll" | "revoke":
            _run_fleet(asked)
        case "card":
            say("changed" if commands.set_card(asked.id, _card_changes(asked)) else "nothing new")
        case "rules" if asked.file is None:
            say(json.dumps(commands.rules(), indent=2, ensure_ascii=False))
        case "rules":
            say("changed" if commands.set_rules(_document(asked.file)) else "nothing new")
        case "refold":
            say(f"{commands.refold()} items")
        case "work":
            say(f"{commands.work()} folded, {commands.due()} still due")
        case command if command in _OTHERS:
            _OTHERS[command](asked, say)
        case "serve":
            commands.serve(asked.host, asked.port, asked.port_file)


def _run_fleet(asked: argparse.Namespace) -> None:
    say = print
    match asked.command:
        case "station":
            code = commands.create_station(asked.id, asked.name)
            say(code)
            if asked.qr or sys.stdout.isatty():
                say(commands.letter(asked.id, code))
        case "fleet":
            for line in commands.fleet():
                say(line)
        case "fork":
            for line in commands.fork(asked.id, asked.lives, count_others=not asked.others_set_aside):
                say(line)
        case "roll":
            commands.roll(asked.id)
            say(f"{asked.id} changes its token at its next contact; the old one counts until then.")
        case "revoke":
            commands.revoke(asked.id)
            say(f"{asked.id} is shut out. `nabolan hub station` gives a new code that lets it in again.")


def _card_changes(asked: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked to change, as fields of CardRow. The PIN is never an argument: others could read it."""
    readers: dict[str, Callable[[str], Any]] = {
        "blocked": "yes".__eq__,
        "expires": lambda text: None if text == "never" else date.fromisoformat(text),
        "category": str,
        "age_from": lambda text: None if text == "unknown" else int(text),
        "trainings": lambda text: frozenset(text.split()),
        "staff": "yes".__eq__,
    }
    given = {name: getattr(asked, name) for name in readers}
    try:
        changes = {name: readers[name](text) for name, text in given.items() if text is not None}
    except ValueError:
        raise Refused("--expires is a day like 2027-01-31, or never; --age-from a number, or unknown") from None
    return changes | ({"pin": _ask_pin()} if asked.pin else {})


def _ask_pin() -> str:
    return getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _document(file: Path) -> object:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else f"this is no JSON ({wrong})"
        raise Refused(f"{file.name} cannot be read: {reason}") from None


if __name__ == "__main__":
    sys.exit(main())
