"""The views of looking around. What is on them is about things and never about who has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.desk.faces import face_of
from kiosk.desk.facts import DeskFacts
from kiosk.desk.search.index import SHORTEST_QUESTION, Hit, only_guesses
from kiosk.desk.views import CategoryTile, ThingFace, View
from kiosk.desk.views_browse import A_PAGE, BrowseView, CanHold, SearchView, Standing, ThingCard, ThingView
from kiosk.store.station_store import StationStore
from lending.availability import Availability, Shelved, Stand, availability
from lending.nouns import Condition
from lending.visit import Browse, LookAt, Search, Step, Visit
from lending.visit.browse import can_hold
from sync.feed_browse import ThingPage

A_WEEK = 7
MOST_FOUND = 2 * A_PAGE
"""Things of an answer that are shown: who has not found it among those writes another letter."""


def browse_view(
    visit: Visit, step: Step, facts: DeskFacts, store: StationStore, common: dict[str, Any]
) -> View | None:
    """Return the view of a step of looking around; None for other steps."""
    match step:
        case Browse():
            return _list_view(step, facts, store, common)
        case Search():
            return _search_view(step, facts, common)
        case LookAt():
            return _thing_view(visit, step, facts, store, common)
        case _:
            return None


def category_tiles(facts: DeskFacts, store: StationStore) -> tuple[CategoryTile, ...]:
    """Return the categories that have any thing, with how many copies of each stand here."""
    here = store.here_by_category()
    listed = {known.category for known in facts.catalogue.listed("")}
    return tuple(
        CategoryTile(c.name, c.drawing, c.tint, here.get(c.category_id, 0), c.category_id, c.icon)
        for c in store.categories()
        if c.category_id in listed
    )


def _list_view(step: Browse, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> BrowseView:
    things = facts.catalogue.listed(step.category)
    pages = max(1, -(-len(things) // A_PAGE))
    page = min(step.page, pages - 1)
    shown = [known.thing for known in things[page * A_PAGE : (page + 1) * A_PAGE]]
    return BrowseView(
        **common,
        categories=category_tiles(facts, store),
        chosen=step.category,
        things=_cards(shown, facts),
        page=page,
        pages=pages,
        first=page * A_PAGE + 1,
        count=len(things),
    )


def _search_view(step: Search, facts: DeskFacts, common: dict[str, Any]) -> SearchView:
    hits = facts.catalogue.find(step.words)
    cards = _cards([hit.thing for hit in hits[: 2 * MOST_FOUND]], facts)
    return SearchView(
        **common,
        words=step.words,
        things=_here_first(hits, cards)[:MOST_FOUND],
        page=step.page,
        asked=len(step.words.strip()) >= SHORTEST_QUESTION,
        alike=bool(hits) and only_guesses(hits),
    )


def _here_first(hits: Sequence[Hit], cards: Sequence[ThingCard]) -> tuple[ThingCard, ...]:
    """Return the cards in the order of their hits; of those that fit about as well, what is here now first."""
    rank = {hit.thing: (hit.fit, -round(hit.score, 1)) for hit in hits}
    return tuple(sorted(cards, key=lambda card: (*rank[card.thing], card.standing.stand is not Stand.HERE)))


def _cards(things: Sequence[str], facts: DeskFacts) -> tuple[ThingCard, ...]:
    cards = []
    for thing in things:
        copies = shelved(thing, facts)
        if copies:
            stands = stands_of(thing, copies, facts)
            cards.append(ThingCard(thing, _face(copies, stands), standing_of(stands, facts)))
    return tuple(cards)


def shelved(thing: str, facts: DeskFacts) -> list[Shelved]:
    """Return all copies of a thing with what the journal says of them."""
    return [Shelved(item, facts.ledger(item.code)) for item in facts.copies_of(thing)]


def stands_of(thing: str, copies: Sequence[Shelved], facts: DeskFacts) -> Availability:
    """Return how a thing stands at this station now."""
    return availability(copies, facts.holds_on(thing), facts.rules, facts.station, facts.today)


def standing_of(stands: Availability, facts: DeskFacts) -> Standing:
    """Return what of it a view shows."""
    names = facts.catalogue.stations() if stands.elsewhere else {}
    place = next((names[station] for station in stands.elsewhere if station in names), "")
    soon = stands.back is not None and (stands.back - facts.today).days < A_WEEK
    return Standing(stands.stand, stands.here, stands.copies, stands.back, soon, place, stands.shelf)


def _face(copies: Sequence[Shelved], stands: Availability) -> ThingFace:
    return face_of(_shown(copies, stands).item)


def _shown(copies: Sequence[Shelved], stands: Availability) -> Shelved:
    """Return the copy that stands for the thing: one that is here if any is."""
    on_shelf = [one for one in copies if one.item.shelf == stands.shelf and not one.ledger.open_loans]
    return (on_shelf or list(copies))[0]


def _thing_view(
    visit: Visit, step: LookAt, facts: DeskFacts, store: StationStore, common: dict[str, Any]
) -> ThingView:
    copies = shelved(step.thing, facts)
    stands = stands_of(step.thing, copies, facts)
    one = _shown(copies, stands)
    item = one.item
    page = store.thing_page(step.thing) or ThingPage(step.thing)
    told = store.copy_facts(item.code)
    return ThingView(
        **common,
        face=_face(copies, stands),
        standing=standing_of(stands, facts),
        hold=_hold(visit, step, stands, facts),
        use=page.use,
        parts=tuple(part.name for part in item.parts),
        how_to=page.how_to,
        needs=page.needs,
        loan_days=item.loan_days,
        renewals=facts.rules.renewals,
        fine=_is_fine(one),
        checked_on=told.checked_on,
        times_lent=max(told.times_lent, one.ledger.times_lent),
        buy_kroner=page.buy_kroner or item.buy_kroner,
        rent_kroner=page.rent_kroner,
        weight_kg=page.weight_kg,
        age=item.min_age,
        training=bool(item.training),
    )


def _is_fine(one: Shelved) -> bool:
    """Return whether the copy is known to be whole."""
    return one.ledger.condition is Condition.OK and not one.ledger.missing


def _hold(visit: Visit, step: LookAt, stands: Availability, facts: DeskFacts) -> CanHold:
    if stands.stand is Stand.HERE:
        return CanHold.NO
    patron = visit.patron
    if patron is None:
        return CanHold.WAITS if step.asked else CanHold.CARD
    if can_hold(visit, step.thing, facts):
        return CanHold.TOUCH
    mine = any(hold.thing == step.thing for hold in facts.holds_of(patron.ref))
    return CanHold.HAVE if mine else CanHold.NOT
