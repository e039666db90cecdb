"""A thing that comes back."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.views import AskReturnView, ReturnedView, ThanksView, View, WhichMissingView
from kiosk.ui.gallery.common import (
    BACK_DRILL,
    BACK_TENT,
    DRILL,
    KAYAK,
    LONG,
    MISSING,
    STATUS,
    TENT,
    closing,
    parts,
    text,
    time_left,
)
from lending.nouns import Condition
from lending.visit import AskWhy


def returns() -> dict[str, View]:
    """A thing that comes back, whole or not."""
    both = (BACK_TENT, BACK_DRILL)
    two = parts(None, MISSING, None, None, MISSING, None)
    eleven = parts(MISSING, *[None] * 10)
    t = time_left()
    return {
        "ask-return-unknown": AskReturnView(STATUS, countdown=t, why=AskWhy.ITEM_UNKNOWN),
        "ask-return-on-shelf": AskReturnView(STATUS, countdown=t, thing=DRILL, why=AskWhy.ON_SHELF),
        "returned": ReturnedView(STATUS, both, t, thing=DRILL),
        "returned-long": ReturnedView(STATUS, (replace(BACK_DRILL, thing=LONG),), t, thing=LONG),
        "returned-no-shelf": ReturnedView(STATUS, (replace(BACK_DRILL, thing=KAYAK),), t, thing=KAYAK),
        "which-missing": WhichMissingView(STATUS, both, t, thing=DRILL, parts=parts(*[None] * 8)),
        "which-missing-two": WhichMissingView(STATUS, both, t, thing=DRILL, parts=two),
        "which-missing-eleven": WhichMissingView(STATUS, (BACK_DRILL,), t, thing=LONG, parts=eleven),
        "thanks": ThanksView(STATUS, both, closing(), thing=DRILL, answer=Condition.OK),
        "thanks-missing": ThanksView(
            STATUS, (BACK_DRILL,), closing(), thing=DRILL, answer=Condition.MISSING,
            missing=(text("Batteri 2", "Battery 2"), text("Dybdestopp", "Depth stop"), text("Lader", "Charger")),
        ),
        "thanks-damaged": ThanksView(STATUS, (BACK_DRILL,), closing(), thing=KAYAK, answer=Condition.DAMAGED),
        "thanks-swap": ThanksView(
            STATUS, (BACK_DRILL,), closing(), thing=DRILL, answer=Condition.DAMAGED, swap=DRILL, has_card=True
        ),
        "thanks-swap-no-card": ThanksView(
            STATUS, (BACK_DRILL,), closing(), thing=KAYAK, answer=Condition.DAMAGED, swap=replace(TENT, shelf="")
        ),
        "thanks-unknown": ThanksView(STATUS, countdown=closing()),
    }  # fmt: skip
