"""The whole feed in one piece, for stations of the first form, and the rules."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lending.errors import Refused
from lending.nouns import Hold, Rules
from sync.feed import (
    Feed,
    FeedCard,
    category_from_plain,
    feed_to_plain,
    item_from_plain,
    rules_from_plain,
    rules_to_plain,
)
from sync.hub.catalogue.models import CatalogueCategory, CatalogueItem
from sync.hub.clock import moment, now_ms
from sync.hub.database import writing
from sync.hub.feed.models import FeedState
from sync.hub.feed.pages import newest_stamp, rules_of
from sync.hub.feed.stamps import point, state
from sync.hub.fleet.models import Station
from sync.hub.holds.models import Hold as HeldHere
from sync.hub.holds.models import HoldState
from sync.hub.journal.batch import holds_nul
from sync.hub.ledger.rules_then import note_rules
from sync.hub.patrons.models import LibraryCard

_THE_ONE = 1


def feed_version(station: Station) -> int:
    """Return the version this station gets if it asks now for the whole feed. Ask before the feed is made."""
    there = point()
    return there.version + newest_stamp(station, there.horizon)


def make_feed(station: Station, now_ms: int) -> dict[str, Any]:
    """Return the whole feed of this station as plain data, for stations that do not ask page by page: all items and
    cards of the library, so that it can take back what another station lent.
    """
    version = feed_version(station)
    feed = Feed(
        version=version,
        made_ms=now_ms,
        station=station.station_id,
        station_name=station.name,
        rules=rules_now(),
        categories=tuple(category_from_plain(row.plain) for row in CatalogueCategory.objects.order_by("position")),
        items=tuple(item_from_plain(row.plain) for row in CatalogueItem.objects.order_by("code")),
        cards=_cards(),
        holds=_holds(station, moment(now_ms).date() - timedelta(days=1)),
    )
    return feed_to_plain(feed)


def rules_now() -> Rules:
    """Return the rules that stations get if they ask now."""
    there = point()
    return rules_of(there.rules, there.version)


def set_rules(document: object) -> bool:
    """Return whether this changed the rules: what `document` names holds from now on, the rest is as built in.

    Raises Refused if it is no JSON object, names what is no rule, or says what no visit could be decided with.
    """
    rules = _checked(document)
    with writing():
        state()
        kept = FeedState.objects.select_for_update().get(pk=_THE_ONE)
        if kept.rules == rules:
            return False
        note_rules(kept.rules, rules, now_ms())
        kept.rules, kept.version = rules, kept.version + 1
        kept.save(update_fields=["rules", "version"])
    return True


def _checked(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise Refused("rules: is no JSON object")
    unknown = sorted(document.keys() - {f.name for f in fields(Rules)} | document.keys() & {"version"})
    if unknown:
        raise Refused(f"rules: there is no rule called {unknown[0]!r}")
    try:
        rules = rules_from_plain(document)
        ZoneInfo(rules.time_zone)
        kept = rules_to_plain(rules)
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as wrong:
        raise Refused(f"rules: {wrong}") from None
    if holds_nul(json.dumps(kept)):
        raise Refused("rules: hold a character that cannot be kept")
    return {name: kept[name] for name in document}


def _cards() -> tuple[FeedCard, ...]:
    columns = ("patron_ref", "blocked_since_ms", "expires", "category", "age_from", "trainings", "staff")
    return tuple(
        FeedCard(ref, since is not None, expires, category, age_from, frozenset(trainings), staff)
        for ref, since, expires, category, age_from, trainings, staff in LibraryCard.objects.order_by(
            "patron_ref"
        ).values_list(*columns)
    )


def _holds(station: Station, since: date) -> tuple[Hold, ...]:
    """Return the open holds at this station whose last day is not before `since`; the station knows its own day."""
    rows = HeldHere.objects.filter(station=station.station_id, state=HoldState.OPEN, until__gte=since)
    return tuple(
        Hold(row.hold_id, row.thing, row.patron_ref, row.until, row.item or None, row.code_hash)
        for row in rows.order_by("hold_id")
    )
