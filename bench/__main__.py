"""`bin/bench NAME [--json FILE]`: runs one benchmark, prints a table, and writes its figures if asked."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench import commit, feed, growth, station, sync, ui
from bench.figures import Figure, table

BENCHMARKS = {
    "commit": commit.run,
    "feed": feed.run_feed,
    "growth": growth.run_growth,
    "station": station.run,
    "sync": sync.run_sync,
    "ui": ui.run_ui,
}


def main() -> int:
    """Run the named benchmark; return 0 whether its goals are met or not: figures gate nothing."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure one thing against a bare baseline.")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--entries", type=int, default=growth.MANY, help="growth: entries of the large hub")
    chosen = parser.parse_args()
    if chosen.name is None:
        sys.stdout.write("Benchmarks: " + ", ".join(sorted(BENCHMARKS)) + "\n")
        return 0
    figures: list[Figure] = (
        growth.run_growth(chosen.entries) if chosen.name == "growth" else BENCHMARKS[chosen.name]()
    )
    sys.stdout.write(table(figures))
    if chosen.json:
        chosen.json.write_text(
            json.dumps([figure.as_dict() for figure in figures], indent=2) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
