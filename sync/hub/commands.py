"""The hub's commands as functions. Each makes Django ready first; settings come from the environment.

Importing this module touches neither Django nor any file.
"""

# Models can be imported only once Django is ready, hence the imports inside.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from lending.nouns import Category, Item
from sync.feed_browse import NearbyPlace, ThingPage
from sync.feed_page import Message
from sync.hub import setup
from sync.hub.patrons.rows import CardRow

__all__ = [
    "CardRow",
    "backup",
    "create_staff",
    "create_station",
    "due",
    "fleet",
    "forget",
    "fork",
    "letter",
    "load_cards",
    "load_catalogue",
    "load_pages",
    "load_places",
    "migrate",
    "move",
    "refold",
    "reset_password",
    "restore",
    "roll",
    "rules",
    "serve",
    "set_card",
    "set_message",
    "set_rules",
    "shut_out_staff",
    "work",
]


def migrate() -> None:
    """Bring the database to the form this version needs. Nothing stored is lost; more calls do nothing."""
    setup()
    from sync.hub import management

    management.migrate()


def check_form() -> None:
    """Do nothing if the database has the form this version needs; raises Refused, naming what to do."""
    setup()
    from sync.hub import management

    management.check_form()


def create_staff(name: str) -> str:
    """Return a random password for the new staff member `name`; it is shown this once.

    Raises Refused if there is somebody of that name.
    """
    setup()
    from sync.hub import management

    return management.create_staff(name)


def reset_password(name: str) -> str:
    """Return another random password for the staff member `name`; it is shown this once, and their logins end.

    Raises Refused if there is nobody of that name.
    """
    setup()
    from sync.hub import management

    return management.reset_password(name)


def shut_out_staff(name: str) -> None:
    """Let the staff member `name` in no more; their logins end. Raises Refused if there is nobody of that name."""
    setup()
    from sync.hub import management

    management.shut_out_staff(name)


def create_station(station_id: str, name: str) -> str:
    """Return a one-time code (24 hours) with which the station of this id can be enrolled, a known one anew.

    Raises Refused if the id is not made of small letters, digits and hyphens.
    """
    setup()
    from sync.hub import management

    return management.create_station(station_id, name)


def fleet() -> list[str]:
    """Return one line for each station, those with alarms first, the longest silent before the others."""
    setup()
    from sync.hub import management

    return management.fleet()


def fork(station_id: str, lives: str | None = None, *, count_others: bool = True) -> list[str]:
    """Return the lines of the station's forked journal, a line of text each.

    With `lives`, the first signs of the name of one, its unit lives on; the others' entries count if `count_others`.

    Raises Refused if the journal does not fork, or no one line is named so.
    """
    setup()
    from sync.hub import management

    return management.fork(station_id, lives, count_others=count_others)


def letter(station_id: str, code: str) -> str:
    """Return the QR with this code for a terminal, and under it the same as a line that can be typed.

    Raises Refused or SettingError if the hub's address or certificate is not set right.
    """
    setup()
    from sync.hub import management

    return management.letter(station_id, code)


def load_catalogue(items: Iterable[Item], categories: Iterable[Category]) -> int:
    """Return how many items and categories were new or changed; categories keep the order given."""
    setup()
    from sync.hub import management

    return management.load_catalogue(items, categories)


def load_pages(pages: Iterable[ThingPage]) -> int:
    """Return how many pages of things were new or changed; others stay. Raises Refused."""
    setup()
    from sync.hub import management

    return management.load_pages(pages)


def load_places(places: Iterable[NearbyPlace]) -> int:
    """Return how many places nearby were new or changed; others stay. Raises Refused."""
    setup()
    from sync.hub import management

    return management.load_places(places)


def set_message(message: Message, station: str = "") -> bool:
    """Return whether this changed what is shown at all stations, or at the one that is named. Raises Refused."""
    setup()
    from sync.hub import management

    return management.set_message(message, station)


def load_cards(rows: Iterable[CardRow | tuple[str, bool]]) -> int:
    """Return how many cards were new or changed. `rows` are CardRow, with all that holds of a card, or pairs
    (card_id, blocked) like ("N999000001", False), which leave everything else as it is.

    Raises Refused for a row that cannot be stored, and then stores none.
    """
    setup()
    from sync.hub import management

    return management.load_cards(rows)


def set_card(card_id: str, changes: Mapping[str, Any]) -> bool:
    """Return whether the card is new or changed; `changes` are fields of CardRow, what is not named stays.

    Raises Refused.
    """
    setup()
    from sync.hub import management

    return management.set_card(card_id, changes)


def set_rules(document: object) -> bool:
    """Return whether the rules changed: what the JSON object names holds from now on, the rest is as built in.

    Raises Refused, naming what is wrong, and then changes nothing.
    """
    setup()
    from sync.hub import management

    return management.set_rules(document)


def rules() -> dict[str, Any]:
    """Return the rules that hold now, as `set_rules` takes them."""
    setup()
    from sync.hub import management

    return management.rules()


def refold() -> int:
    """Return how many items were folded anew: loans, places, holds and cases follow from the journals again.

    Entries in quarantine that this version can read count from now on.
    """
    setup()
    from sync.hub import management

    return management.refold()


def work() -> int:
    """Return how much of what was due has been folded; a hub that serves does so by itself."""
    setup()
    from sync.hub import management

    return management.work()


def due() -> int:
    """Return how many marks say that an item or a hold is to be folded."""
    setup()
    from sync.hub import management

    return management.due()


def forget(*, dry: bool = False) -> list[str]:
    """Return in lines of text whom the hub forgot, or with `dry` would: who borrowed what ended long enough ago."""
    setup()
    from sync.hub import management

    return management.forget(dry=dry)


def roll(station_id: str) -> None:
    """Ask a station to change its token at its next contact; the old one counts until the new one is used.

    Raises Refused if there is no such station.
    """
    setup()
    from sync.hub import management

    management.roll(station_id)


def revoke(station_id: str) -> None:
    """Shut a station out: its token and its unused code no longer count. Its journal stays, and so do its loans.

    Raises Refused if there is no such station.
    """
    setup()
    from sync.hub import management

    management.revoke(station_id)


def move(url: str, tell: Callable[[str], None]) -> dict[str, str]:
    """Return rows and digest of each table that was copied from SQLite to the PostgreSQL database at `url`; empty if
    all had been before. The SQLite file is shut from then on. `tell` hears how far it is.

    Raises Refused; then nothing was changed.
    """
    setup()
    from sync.hub.upkeep.move import move as move_all

    return {table: str(digest) for table, digest in move_all(url, tell).digests.items()}


def backup(file: Path) -> int:
    """Return the bytes of the backup that `file` now is, made while the hub is served. Raises Refused."""
    setup()
    from sync.hub.upkeep import backup as upkeep

    return upkeep.backup(file)


def restore(file: Path, *, overwrite: bool = False) -> bool:
    """Return whether `migrate` must be run, now that the database is what it was when the backup was made.

    Raises Refused, and then nothing was changed, also if there is a hub in the database and `overwrite` is not said.
    """
    setup()
    from sync.hub.upkeep import backup as upkeep

    return upkeep.restore(file, overwrite=overwrite)


def serve(host: str = "127.0.0.1", port: int = 8000, port_file: Path | None = None) -> None:
    """Answer on `host`:`port` until the process is asked to stop. Port 0 takes a free one.

    `port_file` gets the port as digits once connections are taken. Call it from the main thread.
    """
    setup()
    from sync.hub import management, server

    management.let_go_of_the_database()
    server.serve(host, port, port_file)
