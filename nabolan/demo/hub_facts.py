"""What the hub holds, read from its own database: `python -m nabolan.demo.hub_facts` prints it as JSON.

The tour compares it with what the station confirmed, without asking the station.
"""

from __future__ import annotations

import json
import sys

from sync.hub import setup


def main() -> int:
    """Print entry ids, loans, returns and the kinds of the open cases."""
    setup()
    from sync.hub.journal.models import RawEntry  # noqa: PLC0415 - models need Django to be ready
    from sync.hub.ledger.models import CaseState, OpenLoan, ReviewCase  # noqa: PLC0415

    kinds = list(RawEntry.objects.order_by("journal", "seq").values_list("entry_id", "kind"))
    facts = {
        "entries": [entry_id for entry_id, _ in kinds],
        "loans": sum(kind == "loan" for _, kind in kinds),
        "returns": sum(kind == "return" for _, kind in kinds),
        "open_loans": OpenLoan.objects.count(),
        "cases": list(
            ReviewCase.objects.filter(state=CaseState.OPEN).order_by("risk", "at_ms").values_list("kind", flat=True)
        ),
    }
    json.dump(facts, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
