"""`nabolan hub`, or `python -m sync.hub`: the hub's commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lending.errors import NabolanError
from sync.hub import commands
from sync.hub.environment import SettingError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the hub's command line."""
    top = argparse.ArgumentParser(prog="nabolan hub", description="The hub of Nabolån.")
    under = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    under.add_parser("migrate", help="bring the database to the form this version needs")
    staff = under.add_parser("staff", help="create a staff member; prints the password once")
    staff.add_argument("name")
    station = under.add_parser("station", help="create a station, or let one in anew; prints its one-time code once")
    station.add_argument("id", help="small letters, digits and hyphens, like ls-0001")
    station.add_argument("name", help="as people call it, like Bragernes")
    under.add_parser("refold", help="work out loans, places and cases anew from the journals")
    revoke = under.add_parser("revoke", help="shut a station out: its token and its open code are void")
    revoke.add_argument("id")
    serve = under.add_parser("serve", help="answer stations and staff until stopped")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="port, 0 for a free one (default: %(default)s)")
    serve.add_argument("--port-file", type=Path, help="file that gets the port once connections are taken")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 if it was done, 1 if it was refused (the reason is printed)."""
    asked = parser().parse_args(arguments)
    try:
        if asked.command != "migrate":
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
        case "staff":
            say(commands.create_staff(asked.name))
        case "station":
            say(commands.create_station(asked.id, asked.name))
        case "refold":
            say(f"{commands.refold()} items")
        case "revoke":
            commands.revoke(asked.id)
        case "serve":
            commands.serve(asked.host, asked.port, asked.port_file)


if __name__ == "__main__":
    sys.exit(main())
