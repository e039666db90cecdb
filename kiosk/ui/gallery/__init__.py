"""An example of every screen in every state, to look at and to measure: `nabolan station gallery --out DIR`.

The examples stand in one module per group; a new group is a function of its own and a line in `GROUPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.desk.views import View
from kiosk.ui.gallery.account import account, cards, pads
from kiosk.ui.gallery.borrow import borrow, cannot
from kiosk.ui.gallery.browse import browse, search, thing
from kiosk.ui.gallery.common import DRILL, LONG, NOW, SKIS, TENT, UP_MS, parts, text
from kiosk.ui.gallery.idle import idle
from kiosk.ui.gallery.impact import impact
from kiosk.ui.gallery.pages import pages
from kiosk.ui.gallery.pauses import pauses
from kiosk.ui.gallery.returns import returns
from kiosk.ui.gallery.staff import staff
from kiosk.ui.gallery.staff_work import staff_work

__all__ = ["DRILL", "GROUPS", "LONG", "NOW", "SKIS", "TENT", "UP_MS", "parts", "text", "views"]

GROUPS: Mapping[str, Callable[[], Mapping[str, View]]] = {
    "idle": idle,
    "account": account,
    "cards": cards,
    "pads": pads,
    "borrow": borrow,
    "cannot": cannot,
    "browse": browse,
    "search": search,
    "thing": thing,
    "returns": returns,
    "impact": impact,
    "pages": pages,
    "pauses": pauses,
    "staff": staff,
    "staff_work": staff_work,
}


def views() -> Mapping[str, View]:
    """Return every example by its name. Raises ValueError if two groups have the same name."""
    found: dict[str, View] = {}
    for group, make in GROUPS.items():
        for name, view in make().items():
            if name in found:
                raise ValueError(f"two examples are named {name}; one is in {group}")
            found[name] = view
    return found
