"""From facts to the views of what sharing comes to."""

from __future__ import annotations

from typing import Any

from kiosk.desk.facts import DeskFacts
from kiosk.desk.reckoning import cost_of
from kiosk.desk.views import ThingFace
from kiosk.desk.views_impact import ImpactView, InsteadView
from kiosk.store.station_store import StationStore
from lending.impact import Figures, ThingCost
from lending.nouns import Item
from lending.visit import AskInstead
from sync.feed_browse import Basis


def instead_view(
    step: AskInstead, face: ThingFace, facts: DeskFacts, store: StationStore, common: dict[str, Any]
) -> InsteadView:
    """Return the question, or what the answer comes to."""
    item = facts.item(step.item)
    cost = cost_of(item, store) if item is not None else ThingCost(None, 1)
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
        co2e_source="" if item is None else _published(item, store),
    )


def _published(item: Item, store: StationStore) -> str:
    """Return who has published the CO2e of a thing; "" for an estimate of our own."""
    page = store.thing_page(item.thing)
    made = None if page is None else page.co2e
    return made.source if made is not None and made.basis is Basis.PUBLISHED else ""


def impact_view(figures: Figures, store: StationStore, common: dict[str, Any]) -> ImpactView:
    """Return the figures of this station."""
    told = store.figures()
    return ImpactView(**common, figures=figures, neighbours=None if told is None else told.neighbours)
