"""The `nabolan` command: `station …`, `hub …`, `demo`.

A station has no Django and a hub neither Kivy nor a reader, so each subcommand imports what it needs itself.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.settings import DEFAULT_FILE, Settings, read_settings
from lending.errors import Damaged, NabolanError, NotAllowed, Refused, TryLater

if TYPE_CHECKING:
    from kiosk.store.station_store import StationStore
    from sync.agent.identity import Identity

EXIT_REFUSED = 2
EXIT_LATER = 75
"""EX_TEMPFAIL of sysexits.h: try again later."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status: 0 done, 2 refused, 75 try later."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["hub"]:
        return _hub(given[1:])
    if given[:2] == ["station", "gallery"]:
        return _gallery(given[2:])
    chosen = _parser().parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return int(chosen.run(chosen))
    except TryLater as later:
        return _say(f"Not now: {later}. Nothing is lost; see network and address, and try again.", EXIT_LATER)
    except NabolanError as no:
        return _say(f"Refused: {no}", EXIT_REFUSED)
    except KeyboardInterrupt:
        return _say("Stopped.", 130)


def _say(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status


def _out(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nabolan", description="Unstaffed lending stations for libraries.")
    parser.add_argument("--version", action="version", version=f"nabolan {version('nabolan')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_station(commands.add_parser("station", help="run and look after one station"))
    commands.add_parser("hub", help="run and look after the hub (see `nabolan hub --help`)", add_help=False)
    _add_demo(commands.add_parser("demo", help="try everything on this machine, with simulated devices"))
    return parser


def _add_station(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
        command.add_argument("--config", type=Path, default=DEFAULT_FILE, help="station.toml (default: %(default)s)")
        command.set_defaults(run=run)
        return command

    add("run", _station_run, "serve residents until stopped")
    enrol = add("enrol", _station_enrol, "trade a one-time code from the hub for an identity")
    enrol.add_argument("--code", required=True, help="the one-time code the hub shows, or the whole line of its QR")
    enrol.add_argument("--anew", action="store_true", help="also if this station is enrolled: new key, new epoch")
    add("check", _station_check, "check the database and the journal's chain; changes nothing")
    add("rebuild", _station_rebuild, "make the derived tables again from feed and journal")
    export = add("export", _station_export, "write the journal as JSON lines and the tables as CSV")
    export.add_argument("--out", type=Path, required=True, help="a new or empty folder")
    export.add_argument("--with-personal", action="store_true", help="also whom loans and entries are about")
    backup = add("backup", _station_backup, "copy the database to one file, and check the copy")
    backup.add_argument("--out", type=Path, required=True, help="a new file")
    wipe = add("wipe", _station_wipe, "erase keys, journal and everything else this station holds")
    wipe.add_argument("--yes-erase-everything", action="store_true", required=True, help="you mean it")
    commands.add_parser(
        "gallery", help="draw every screen on one page (see `nabolan station gallery --help`)", add_help=False
    )
    wipe.add_argument("--even-unsent", action="store_true", help="also if entries wait that the hub does not have")


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tour", action="store_true", help="play a whole visit without a display and look at it")
    parser.add_argument("--out", type=Path, default=Path("tour-out"), help="where the tour leaves its pictures")
    parser.add_argument("--shape", default="1280x800", help="width x height of the screen (default: %(default)s)")
    parser.set_defaults(run=_demo)


def _station_run(chosen: argparse.Namespace) -> int:
    from kiosk.run import run  # noqa: PLC0415 - Kivy opens a window at import

    return run(read_settings(chosen.config))


def _station_enrol(chosen: argparse.Namespace) -> int:
    from kiosk.enrolment import enrol_with, is_of_another  # noqa: PLC0415
    from kiosk.station import own  # noqa: PLC0415
    from sync import invitation  # noqa: PLC0415

    settings = read_settings(chosen.config)
    if _is_enrolled(settings) and not chosen.anew:
        raise NotAllowed(
            "this station is enrolled already; its journal and keys are kept as they are. "
            "To let it in anew with a new code, add --anew; the journal stays then too"
        )
    own(settings).release()  # Refused while it runs: it would go on with the old key
    code = chosen.code.strip()
    if code.upper().startswith("NB") and "*" in code:
        letter = invitation.read(code)
        if is_of_another(settings, letter.station):
            raise Refused(f"this unit holds the journal of another station than {letter.station}; wipe it first")
        identity = enrol_with(settings, letter)
    else:
        identity = _enrol_with_code(chosen, settings, code)
    return _out(f"Enrolled as {identity.station}. Start the station now.")


def _enrol_with_code(chosen: argparse.Namespace, settings: Settings, code: str) -> Identity:
    from kiosk.enrolment import software  # noqa: PLC0415
    from kiosk.store.upkeep import whose_journal  # noqa: PLC0415
    from sync.agent.identity import enrol  # noqa: PLC0415
    from sync.agent.link import HubLink  # noqa: PLC0415

    if not settings.hub_url:
        raise Refused(f"{chosen.config}: [hub] url is empty; write the address of the hub there")
    link = HubLink(settings.hub_url, ca_file=settings.ca_file, client=software())
    return enrol(link, code, settings.data_dir, station=whose_journal(settings.database))


def _is_enrolled(settings: Settings) -> bool:
    """Return whether there is an identity that counts; a damaged one does not, or nothing could replace it."""
    from sync.agent.identity import load  # noqa: PLC0415

    try:
        load(settings.data_dir)
    except (NotAllowed, Refused):
        return False
    return True


def _station_check(chosen: argparse.Namespace) -> int:
    with _store(chosen) as store:
        count, waiting = store.check(), store.waiting_count()
    return _out(f"The database is whole, the chain holds over {count} entries, {waiting} wait for the hub.")


def _station_rebuild(chosen: argparse.Namespace) -> int:
    with _store(chosen) as store:
        before = store.derived_rows()
        count = store.rebuild()
        same = (
            "They are the same as before." if store.derived_rows() == before else "They differ from what was there."
        )
    return _out(f"Made the tables again from {count} entries. {same}")


def _station_export(chosen: argparse.Namespace) -> int:
    from kiosk.store.upkeep import export  # noqa: PLC0415

    with _store(chosen) as store:
        files = export(store, chosen.out, with_personal=chosen.with_personal)
    whom = "They say who borrowed what: keep them safe." if chosen.with_personal else "They do not say who."
    return _out(f"Wrote {len(files)} files to {chosen.out}. {whom}")


def _station_backup(chosen: argparse.Namespace) -> int:
    from kiosk.store.upkeep import backup  # noqa: PLC0415

    with _store(chosen) as store:
        count = backup(store, chosen.out)
    return _out(
        f"Copied {count} entries to {chosen.out} and checked the copy. It holds personal data: keep it safe. "
        "To go back to it, enrol the station anew first, so that no number is given out twice."
    )


def _station_wipe(chosen: argparse.Namespace) -> int:
    from kiosk.station import own  # noqa: PLC0415
    from kiosk.store.upkeep import wipe  # noqa: PLC0415

    settings = read_settings(chosen.config)
    if not chosen.even_unsent:
        _nothing_waits(chosen)
    ownership = own(settings)
    try:
        gone = wipe(settings.data_dir)
    finally:
        ownership.release()
    return _out(f"Erased {gone} files. Nothing of this station is left here; revoke it at the hub too.")


def _nothing_waits(chosen: argparse.Namespace) -> None:
    """Raise Refused if entries wait for the hub, or if nobody can tell."""
    try:
        with _store(chosen) as store:
            waiting = store.waiting_count()
    except NotAllowed:  # never enrolled: there is nothing to send
        return
    except Damaged as damage:
        raise Refused(f"nobody can tell whether entries wait: {damage} Add --even-unsent to erase them.") from None
    if waiting:
        raise Refused(f"{waiting} entries wait for the hub. Let the station send them, or add --even-unsent.")


@contextmanager
def _store(chosen: argparse.Namespace) -> Iterator[StationStore]:
    """Hold the store of a station that does not run."""
    from kiosk.station import open_store  # noqa: PLC0415
    from sync.agent.identity import load  # noqa: PLC0415

    settings = read_settings(chosen.config)
    store, ownership = open_store(settings, load(settings.data_dir))
    try:
        yield store
    finally:
        store.close()
        ownership.release()


def _demo(chosen: argparse.Namespace) -> int:
    if not re.fullmatch(r"[1-9][0-9]{2,3}x[1-9][0-9]{2,3}", chosen.shape):
        raise Refused(f"--shape is width x height in pixels, like 1280x800; {chosen.shape!r} is not")
    with _extra("dev"):
        if chosen.tour:
            from nabolan.demo.tour import run_tour  # noqa: PLC0415

            return run_tour(chosen.out, chosen.shape)
        from nabolan.demo.play import run_demo  # noqa: PLC0415

        return run_demo(chosen.shape)


def _hub(arguments: list[str]) -> int:
    try:
        with _extra("hub"):
            from sync.hub.__main__ import main as hub_main  # noqa: PLC0415

            return int(hub_main(arguments) or 0)
    except Refused as no:
        return _say(f"Refused: {no}", EXIT_REFUSED)


def _gallery(arguments: list[str]) -> int:
    try:
        with _extra("dev"):
            import PIL  # noqa: F401, PLC0415 - it writes the pictures; a station has none

            from kiosk.ui.gallery.command import main as gallery_main  # noqa: PLC0415

            return gallery_main(arguments)
    except Refused as no:
        return _say(f"Refused: {no}", EXIT_REFUSED)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Say which part of Nabolån is not installed, instead of which module is missing."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise Refused(f"{missing.name} is not installed here; install nabolan[{name}] for this command") from missing


if __name__ == "__main__":
    sys.exit(main())
