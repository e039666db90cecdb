"""From facts to the views of what sharing comes to."""

from __future__ import annotations

from typing import Any

from kiosk.desk.facts import DeskFacts
from kiosk.desk.views import ThingFace
from kiosk.desk.views_impact import ImpactView, InsteadView
from kiosk.store.station_store import StationStore
from lending.impact import ThingCost, figures
from lending.nouns import Item
from lending.visit import AskInstead


def cost_of(item: Item) -> ThingCost:
    """Return what the feed says a thing costs."""
    return ThingCost(item.buy_kroner, item.loan_days)


def instead_view(step: AskInstead, face: ThingFace, facts: DeskFacts, common: dict[str, Any]) -> InsteadView:
    """Return the question, or what the answer comes to."""
    item = facts.item(step.item)
    cost = cost_of(item) if item is not None else ThingCost(None, 1)
    chose = step.chose
    return InsteadView(
        **common,
        thing=face,
        buy=cost.to_buy(),
        rent=cost.to_rent(),
        rent_days=cost.rent_days,
        uses=facts.ledger(step.item).times_lent,
        chose=chose,
        saved=None if chose is None else cost.kroner(chose),
        co2e=cost.co2e,
    )


def impact_view(store: StationStore, common: dict[str, Any]) -> ImpactView:
    """Return the figures of this station."""

    def cost(thing: str) -> ThingCost | None:
        item = store.item_of_thing(thing)
        return None if item is None else cost_of(item)

    return ImpactView(**common, figures=figures(store.lent(), store.told(), cost))
