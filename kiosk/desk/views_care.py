"""Views that have nothing to do with a visit: the station itself stumbles or takes its time."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.views import View


@dataclass(frozen=True, slots=True)
class SorryView(View):
    """Something went wrong inside. What was confirmed is saved; the visit is over. It leaves by itself."""


@dataclass(frozen=True, slots=True)
class MomentView(View):
    """The desk has not answered for some seconds. It leaves as soon as it does."""
