"""What staff told at a station: counts, new tags and notes, and what a colleague at the hub can do about them.

Taking a tag into the catalogue can be undone, and both stay written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lending.entries import Entry, ItemRegistered, StaffNote, StockCount
from lending.errors import Refused
from lending.nouns import Item
from sync.feed import item_from_plain
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.catalogue.service import load_catalogue, withdraw_items
from sync.hub.database import lock_items, writing
from sync.hub.journal.kinds import TOLD, among
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.history import held, opened
from sync.hub.review.decisions import UNDO_MS
from sync.hub.review.models import TagEvent
from sync.hub.review.things import Things
from sync.hub.review.when import ago, day_and_time
from sync.hub.review.words import say

SHOWN = 20
"""So many of the newest are shown."""
TAKEN_IN, TAKEN_OUT = "taken_in", "taken_out"
_NAMED = 30
_ICONS = {StockCount.kind: "list-checks", ItemRegistered.kind: "plus", StaffNote.kind: "pencil"}


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One thing staff told at a station. `names` are things a count did not find; `waits` is the code of a new tag
    that is not in the catalogue yet, `taken` one that can be taken out again; `trail` is what was done with it.
    """

    icon: str
    title: str
    when: str
    text: str = ""
    names: tuple[str, ...] = ()
    waits: str = ""
    taken: str = ""
    trail: tuple[str, ...] = ()


def told_at(station: str, now_ms: int, language: str) -> list[ToldLine]:
    """Return what staff told at the station, newest first, at most `SHOWN`."""
    told = RawEntry.objects.filter(among(TOLD), journal__station_id=station, in_force=True)
    newest = list(told.order_by("-journal__epoch", "-seq").values_list("pk", flat=True)[:SHOWN])
    waiting, trails = waiting_tags(station), _trails(station)
    return [
        _with_trail(
            _line(opened(one), ago(one.order_ms or 0, now_ms, language), waiting, language),
            trails.get(one.item, ()),
            now_ms,
            language,
        )
        for one in reversed(held(pk__in=newest))
    ]


def _with_trail(line: ToldLine, trail: Sequence[TagEvent], now_ms: int, language: str) -> ToldLine:
    said = tuple(
        f"{say(language, f'told.{event.what}')} · {event.who} · {day_and_time(event.at_ms, now_ms, language)}"
        for event in trail
    )
    return replace(line, trail=said, taken=_can_take_out(trail, now_ms)) if said else line


def waiting_tags(station: str) -> dict[str, str]:
    """Return code and thing of the tags registered at this station, not taken back, and in no catalogue yet."""
    bodies = (opened(one).body for one in held(among(TOLD), journal__station_id=station, kind=ItemRegistered.kind))
    newest = {body.item: body for body in bodies if isinstance(body, ItemRegistered)}
    known = set(CatalogueItem.objects.filter(code__in=newest).values_list("code", flat=True))
    return {code: body.thing for code, body in newest.items() if not body.undo and code not in known}


def take_in(station: str, code: str, who: str, now_ms: int) -> Item:
    """Put a tag that waits into the catalogue as one more copy of its thing, and tell the stations. Twice is as good
    as once. Raises Refused if it does not wait, or no copy of the thing is known to make it after.
    """
    with writing():
        lock_items([code])
        thing = waiting_tags(station).get(code)
        row = CatalogueItem.objects.filter(thing=thing).order_by("code").first() if thing is not None else None
        if row is None:
            raise Refused("the tag does not wait, or nothing is known of its thing")
        item = replace(item_from_plain(row.plain), code=code, home=station)
        load_catalogue([item], [], now_ms)
        TagEvent.objects.create(code=code, station=station, at_ms=now_ms, what=TAKEN_IN, who=who)
    return item


def take_out(station: str, code: str, who: str, now_ms: int) -> None:
    """Take a tag out of the catalogue again and tell the stations; it waits as before. The trail keeps both.

    What is lent of it stays lent until it comes back. Raises Refused if it was not taken in here, or too long ago.
    """
    with writing():
        lock_items([code])
        if _can_take_out(_trails(station).get(code, ()), now_ms) != code or not withdraw_items([code], now_ms):
            raise Refused("the tag was not taken in here, or too long ago")
        TagEvent.objects.create(code=code, station=station, at_ms=now_ms, what=TAKEN_OUT, who=who)


def _trails(station: str) -> dict[str, list[TagEvent]]:
    """Return what was done with the tags of a station, the first first."""
    trails: dict[str, list[TagEvent]] = {}
    for event in TagEvent.objects.filter(station=station).order_by("pk"):
        trails.setdefault(event.code, []).append(event)
    return trails


def _can_take_out(trail: Sequence[TagEvent], now_ms: int) -> str:
    """Return the code of the tag if it is in the catalogue through staff's answer of the last days, else ""."""
    last = trail[-1] if trail else None
    return last.code if last and last.what == TAKEN_IN and now_ms - last.at_ms <= UNDO_MS else ""


def _line(entry: Entry, when: str, waiting: dict[str, str], language: str) -> ToldLine:
    body = entry.body
    title = say(language, f"entry.{body.kind}")
    if isinstance(body, StockCount):
        text = say(language, "detail.counted", found=len(body.found), missing=len(body.missing))
        return ToldLine(_ICONS[body.kind], title, when, text, _names(body.missing, language))
    if isinstance(body, ItemRegistered):
        name = _thing_name(body.thing, language)
        undone = f" · {say(language, 'detail.taken_back')}" if body.undo else ""
        waits = body.item if body.item in waiting and not body.undo else ""
        return ToldLine(_ICONS[body.kind], title, when, f"{name} · {body.item}{undone}", waits=waits)
    words = body.words if isinstance(body, StaffNote) else ""
    return ToldLine(_ICONS[body.kind], title, when, words)


def _names(codes: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the names of items with their codes; how many more there are at the end."""
    things = Things(codes[:_NAMED], language)
    named = tuple(f"{things[code].name} ({code})" for code in codes[:_NAMED])
    more = len(codes) - len(named)
    return (*named, say(language, "told.more", n=more)) if more else named


def _thing_name(thing: str, language: str) -> str:
    row = CatalogueItem.objects.filter(thing=thing).order_by("code").first()
    return thing if row is None else item_from_plain(row.plain).name.get(language) or thing
