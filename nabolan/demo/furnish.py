"""Furnishes a new hub with the invented library: `python -m nabolan.demo.furnish`.

Prints, as JSON, what only the hub knows: the staff password it made, a one-time code per station, which card is the
staff's, and what the PINs are.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from nabolan.demo import library
from sync.hub import commands

STAFF = "demo"
PINS = "the last four digits of the number, for the first ten cards and the staff card"


def main() -> int:
    """Make the tables, the staff member, the catalogue, the cards, what one can look at, and the stations."""
    today = datetime.now(tz=UTC).date()
    commands.migrate()
    password = commands.create_staff(STAFF)
    commands.load_catalogue(library.items(today), library.categories())
    commands.load_cards(library.cards())
    commands.load_pages(library.pages())
    commands.load_places(library.places())
    for message in library.messages(today):
        commands.set_message(message)
    codes = {station: commands.create_station(station, name) for station, name in library.stations()}
    told = {"staff": STAFF, "password": password, "codes": codes, "staff_card": library.STAFF_CARD, "pins": PINS}
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
