"""The hub's commands as functions. Each makes Django ready first; settings come from the environment.

Importing this module touches neither Django nor any file.
"""

# Models can be imported only once Django is ready, hence the imports inside.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lending.nouns import Category, Item
from sync.hub import setup


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


def create_station(station_id: str, name: str) -> str:
    """Return a one-time code (24 hours) with which the station of this id can be enrolled, a known one anew.

    Raises Refused if the id is not made of small letters, digits and hyphens.
    """
    setup()
    from sync.hub import management

    return management.create_station(station_id, name)


def load_catalogue(items: Iterable[Item], categories: Iterable[Category]) -> int:
    """Return how many items and categories were new or changed; categories keep the order given."""
    setup()
    from sync.hub import management

    return management.load_catalogue(items, categories)


def load_cards(rows: Iterable[tuple[str, bool]]) -> int:
    """Return how many cards were new or changed. `rows` are (card_id, blocked), like ("N999000001", False)."""
    setup()
    from sync.hub import management

    return management.load_cards(rows)


def refold() -> int:
    """Return how many items were folded anew: loans, places and cases follow from the journals again."""
    setup()
    from sync.hub import management

    return management.refold()


def revoke(station_id: str) -> None:
    """Shut a station out: its token and its unused code no longer count. Its journal stays, and so do its loans.

    Raises Refused if there is no such station.
    """
    setup()
    from sync.hub import management

    management.revoke(station_id)


def serve(host: str = "127.0.0.1", port: int = 8000, port_file: Path | None = None) -> None:
    """Answer on `host`:`port` until the process is asked to stop. Port 0 takes a free one.

    `port_file` gets the port as digits once connections are taken. Call it from the main thread.
    """
    setup()
    from sync.hub import management, server

    management.let_go_of_the_database()
    server.serve(host, port, port_file)
