"""Since when the catalogue keeps an item back: noted as the catalogue is loaded, so that a loan is judged by its day.

What the catalogue said before this was noted is not known, and raises no case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from lending.rules import Reason
from sync.hub.ledger.models import KeptBack
from sync.hub.patrons.standing import expired_since_ms

Plain = Mapping[str, Any]
"""An item as `sync.feed.item_to_plain` gives it."""

_STATES = {
    "broken": Reason.ITEM_BROKEN,
    "in_inspection": Reason.ITEM_IN_INSPECTION,
    "not_for_loan": Reason.NOT_FOR_LOAN,
}
_SAYS_WHETHER = ("state", "inspect_by", "stays_home", "home", "risk_class")

_Mark = tuple[str, str, int | None]
"""Why, the one station where it could be lent, and from when (Unix ms), None for "from when it was noted"."""


def matters(before: Plain | None, now: Plain) -> bool:
    """Return whether the catalogue says something else of when and where the item may be lent."""
    return before is None or any(before.get(name) != now.get(name) for name in _SAYS_WHETHER)


def note_kept_back(items: Iterable[Plain | str], now_ms: int) -> None:
    """Note what the catalogue says from `now_ms` on of these items; of those it no longer holds, their codes.

    Runs inside a transaction.
    """
    wanted = {item if isinstance(item, str) else str(item["code"]): item for item in items}
    open_now = defaultdict(list)
    for row in KeptBack.objects.filter(item__in=list(wanted), until_ms=None):
        open_now[row.item].append(row)
    new = list[KeptBack]()
    for code, item in sorted(wanted.items()):
        new += _change(code, open_now[code], [] if isinstance(item, str) else _marks(item), now_ms)
    KeptBack.objects.bulk_create(new, batch_size=500)


def _change(code: str, rows: Sequence[KeptBack], marks: Sequence[_Mark], now_ms: int) -> list[KeptBack]:
    """End the rows that do not hold any more, and return those that begin."""
    still = set[_Mark]()
    for row in rows:
        same = next((mark for mark in marks if _is_of(row, mark)), None)
        if same is not None:
            still.add(same)
        elif row.from_ms >= now_ms:
            row.delete()
        else:
            row.until_ms = now_ms
            row.save(update_fields=["until_ms"])
    return [
        KeptBack(item=code, why=why, home=home, from_ms=now_ms if since is None else since)
        for why, home, since in marks
        if (why, home, since) not in still
    ]


def _is_of(row: KeptBack, mark: _Mark) -> bool:
    why, home, since = mark
    return (row.why, row.home) == (why, home) and since in {None, row.from_ms}


def _marks(item: Plain) -> list[_Mark]:
    marks: list[_Mark] = []
    state = _STATES.get(str(item.get("state")))
    if state is not None:
        marks.append((state, "", None))
    if item.get("inspect_by"):
        marks.append((Reason.INSPECTION_OVERDUE, "", _day_after(str(item["inspect_by"]))))
    if item.get("stays_home"):
        marks.append((Reason.AT_OTHER_STATION, str(item["home"]), None))
    return marks


def _day_after(inspect_by: str) -> int:
    since = expired_since_ms(min(date.fromisoformat(inspect_by), date.max - timedelta(days=2)))
    return since or 0
