"""`python -m bench.furnish ITEMS CARDS STATIONS`: makes a hub ready and prints a one-time code per station.

A process of its own, since the hub reads its settings once.
"""

from __future__ import annotations

import json
import sys

from bench import library
from sync.hub import commands


def main() -> None:
    """Migrate the database, fill the registers, and let stations enrol."""
    items, cards, stations = map(int, sys.argv[1:])
    commands.migrate()
    commands.load_catalogue(library.items(items), library.categories())
    commands.load_cards(library.cards(cards))
    codes = {
        name: commands.create_station(name, f"Station {number}")
        for number, name in enumerate(map(library.station_of, range(1, stations + 1)), 1)
    }
    sys.stdout.write(json.dumps(codes))


if __name__ == "__main__":
    main()
