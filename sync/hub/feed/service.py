"""Making the feed. Its version goes up by one with every change, in the transaction of the change."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F

from lending.nouns import Rules
from sync.feed import Feed, FeedCard, category_from_plain, feed_to_plain, item_from_plain, rules_from_plain
from sync.hub.catalogue.models import CatalogueCategory, CatalogueItem
from sync.hub.database import writing
from sync.hub.feed.models import FeedState
from sync.hub.fleet.models import Station
from sync.hub.patrons.models import LibraryCard

_THE_ONE = 1


def feed_changed() -> None:
    """Count one more version. The row is locked until the transaction ends, so versions are given out in order."""
    FeedState.objects.get_or_create(pk=_THE_ONE)
    FeedState.objects.filter(pk=_THE_ONE).update(version=F("version") + 1)


def feed_version() -> int:
    """Return the version a station gets if it asks now."""
    state = FeedState.objects.filter(pk=_THE_ONE).first()
    return state.version if state else 1


def make_feed(station: Station, now_ms: int) -> dict[str, Any]:
    """Return the feed of this station as plain data: all items and cards of the library, so that it can take
    back what another station lent.
    """
    state = FeedState.objects.filter(pk=_THE_ONE).first() or FeedState(pk=_THE_ONE)
    feed = Feed(
        version=state.version,
        made_ms=now_ms,
        station=station.station_id,
        station_name=station.name,
        rules=_rules(state),
        categories=tuple(category_from_plain(row.plain) for row in CatalogueCategory.objects.order_by("position")),
        items=tuple(item_from_plain(row.plain) for row in CatalogueItem.objects.order_by("code")),
        cards=_cards(),
    )
    return feed_to_plain(feed)


def _rules(state: FeedState) -> Rules:
    return rules_from_plain({"phone": settings.LIBRARY_PHONE} | state.rules | {"version": state.version})


def _cards() -> tuple[FeedCard, ...]:
    rows = LibraryCard.objects.order_by("patron_ref").values_list("patron_ref", "blocked_since_ms")
    return tuple(FeedCard(ref, since is not None) for ref, since in rows)


def note_feed_sent(station: Station, version: int, now_ms: int) -> None:
    """Remember which version the station was given last, and that it was heard."""
    with writing():
        Station.objects.filter(pk=station.pk).update(feed_version=version, last_contact_ms=now_ms)
