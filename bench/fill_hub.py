"""`python -m bench.fill_hub STATIONS ENTRIES_PER_STATION END_MS`: fills the hub of this environment.

Prints as JSON how many entries and cases it holds, the hashes with which the journals of its first stations end, and
the password of its staff member "anna".
"""

from __future__ import annotations

import json
import sys

from sync.hub import commands

_HEADS = 100


def main() -> None:
    """Migrate and fill the hub."""
    commands.migrate()
    from bench.fill import fill  # noqa: PLC0415 - models can be imported only once Django is ready
    from sync.hub.journal.models import Journal  # noqa: PLC0415

    filled = fill(*map(int, sys.argv[1:]))
    heads = list(Journal.objects.order_by("station_id").values_list("head", flat=True)[:_HEADS])
    sys.stdout.write(json.dumps(filled | {"heads": heads, "password": commands.create_staff("anna")}))


if __name__ == "__main__":
    main()
