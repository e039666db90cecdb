"""Views that have nothing to do with a visit: the station itself stumbles or takes its time."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.views import IdleView, View


@dataclass(frozen=True, slots=True)
class SorryView(View):
    """Something went wrong inside. What was confirmed is saved; the visit is over. It leaves by itself."""


@dataclass(frozen=True, slots=True)
class MomentView(View):
    """The desk has not answered for some seconds. It leaves as soon as it does."""


@dataclass(frozen=True, slots=True)
class LoadingView(IdleView):
    """Nobody is here, and the first list from the library has not come yet or is on its way: so many `things` and
    `cards` so far. Returns are taken already.
    """

    things: int = 0
    cards: int = 0
