"""What sharing comes to: the question after a return."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.views import View
from kiosk.desk.views_impact import InsteadView
from kiosk.ui.gallery.common import BACK_DRILL, BACK_TENT, DRILL, KAYAK, LONG, OFFLINE, STATUS, closing
from lending.impact import Instead, Span

_BUY, _RENT, _CO2E = Span(1800, 2900), Span(300, 450), Span(12_200, 36_800)


def impact() -> dict[str, View]:
    """The question after a return, before and after each answer."""
    both = (BACK_TENT, BACK_DRILL)
    asked = InsteadView(STATUS, both, closing(), thing=DRILL, buy=_BUY, rent=_RENT, rent_days=2, uses=48, co2e=_CO2E)
    dear = replace(asked, thing=LONG, status=OFFLINE, buy=Span(29_000, 46_000), rent=Span(3500, 5800), uses=1203)
    answered = {
        f"instead-{answer}": replace(asked, chose=answer, saved=saved)
        for answer, saved in zip(Instead, (_BUY, _RENT, Span(0, 0), Span(0, 0)), strict=True)
    }
    return {
        "instead": asked,
        "instead-dear": dear,
        "instead-plain": replace(asked, thing=KAYAK, uses=0, co2e=None, rent_days=1),
        "instead-dear-bought": replace(dear, chose=Instead.BOUGHT, saved=dear.buy, co2e=Span(1_200_000, 3_400_000)),
        **answered,
    }
