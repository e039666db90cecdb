"""Holds that ended long enough ago to forget for whom they were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from sync.feed_page import Kind
from sync.hub.database import lock_holds, lock_items
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.forgetting.needed import set_aside_in_doubt
from sync.hub.forgetting.times import Times
from sync.hub.holds.models import Hold, HoldEvent, HoldState
from sync.hub.journal.models import PersonalPart


def holds_over(hold_ids: Collection[str], times: Times) -> dict[str, bool]:
    """Return of each of these holds the hub knows whether it was over, for the hub, long enough ago."""
    holds = list(Hold.objects.filter(pk__in=hold_ids))
    ended = dict[str, int]()
    events = HoldEvent.objects.filter(hold__in=[hold.pk for hold in holds])
    for hold_id, at_ms in events.values_list("hold_id", "at_ms"):
        ended[hold_id] = max(ended.get(hold_id, 0), at_ms)
    doubtful = set_aside_in_doubt({hold.item for hold in holds if hold.item}, times)
    return {
        hold.pk: _ended(hold, times)
        and ended.get(hold.pk, hold.placed_ms) <= times.over_ms
        and hold.item not in doubtful
        for hold in holds
    }


def _ended(hold: Hold, times: Times) -> bool:
    return hold.state != HoldState.OPEN or hold.until < times.last_day


def some_over(after: str, times: Times, limit: int) -> list[Hold]:
    """Return the next holds behind this id that say for whom they were and may be over."""
    ended = ~Q(state=HoldState.OPEN) | Q(until__lt=times.last_day)
    return list(Hold.objects.filter(ended, pk__gt=after).exclude(patron_ref="").order_by("pk")[:limit])


def forgettable(holds: Sequence[Hold], times: Times) -> list[str]:
    """Return which of these may be forgotten: over for good, and no entry says any more for whom they were.

    Locks them. Runs inside a transaction.
    """
    lock_items({hold.item for hold in holds if hold.item})
    lock_holds([hold.pk for hold in holds])
    over = holds_over([hold.pk for hold in holds], times)
    told = PersonalPart.objects.filter(entry__hold__in=list(over)).values_list("entry__hold", flat=True)
    said = set(told)
    return sorted(hold for hold, is_over in over.items() if is_over and hold not in said)


def forget(hold_ids: Collection[str], now_ms: int) -> int:
    """Erase for whom these holds were, in what the stations are told too; return how many there were."""
    places = dict(Hold.objects.filter(pk__in=hold_ids, state=HoldState.OPEN).values_list("hold_id", "station"))
    publish(Kind.HOLD, [Told(hold, None, Lane.HERE, station) for hold, station in places.items()], now_ms)
    return Hold.objects.filter(pk__in=hold_ids).update(patron_ref="", forgotten_ms=now_ms)
