"""The feed page by page: what has changed since a station's cursor, or a whole new copy of everything.

`GET /api/feed/changes?cursor=C` answers 304 when nothing is new, else one page:

```text
{"cursor": "…", "more": true, "version": 17, "made_ms": …, "begins": false, "ends": false, "snapshot": false,
 "head": {"station": {"id", "name"}, "rules": {…}} or null,
 "put": {"card": [{…}, …], "item": […]},      "gone": {"hold": ["id", …]}}
```

The station applies a page and its cursor in one transaction and asks on with that cursor while there is `more`. It
never looks into a cursor. A cursor the hub cannot go on from (none yet, another hub, too old) begins a snapshot: its
pages are loaded beside the live tables; the one that `ends` it makes them live. A page says of each key at most once
what it is now, so applying one again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lending.errors import Refused
from lending.nouns import Category, Hold, Item, Rules, Text
from sync.feed import (
    MOST_NUMBER,
    FeedCard,
    card_from_plain,
    category_from_plain,
    hold_from_plain,
    item_from_plain,
    read_day,
    read_flag,
    read_list,
    read_object,
    read_text,
    read_whole,
    read_words,
    rules_from_plain,
)
from sync.feed_browse import (
    CopyFacts,
    NearbyPlace,
    StationFigures,
    ThingPage,
    copy_from_plain,
    figures_from_plain,
    place_from_plain,
)
from sync.feed_browse import page_from_plain as thing_page_from_plain

MAX_CURSOR = 1000
"""Characters of a cursor."""

MAX_PAGE_ROWS = 2000
MAX_PAGE_BYTES = 256 * 1024
"""Bytes of the things of a page before compression; a page of a single thing may be longer."""

_MOST_ROWS_READ = 10 * MAX_PAGE_ROWS


class Kind(StrEnum):
    """What a row of the feed is about."""

    CARD = "card"
    ITEM = "item"
    CATEGORY = "category"
    HOLD = "hold"
    ENDED = "ended"
    MESSAGE = "message"
    THING = "thing"
    COPY = "copy"
    PLACE = "place"
    FIGURES = "figures"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class EndedLoan:
    """A loan lent at this station that ended elsewhere: taken back at another one, or closed by staff.

    `at_ms` is the hub's time (Unix ms) when it knew.
    """

    loan: str
    item: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class StillOpen:
    """A loan lent at this station that is out, told to a unit whose own journal may not have it.

    `loan` is its entry id, `patron_ref` None where nobody knows any more whose it is, `lent_ms` Unix ms.
    """

    loan: str
    item: str
    patron_ref: str | None
    lent_ms: int
    due: date
    provisional: bool = False
    renewals: int = 0


class MessageKind(StrEnum):
    """What a message is: something to know (closed on Friday), something that takes place, or a welcome."""

    NOTICE = "notice"
    EVENT = "event"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Message:
    """A word of the library to whoever stands at the screen, from its first day to its last."""

    message_id: str
    words: Text
    first: date
    last: date
    kind: MessageKind = MessageKind.NOTICE


@dataclass(frozen=True, slots=True)
class PlacedCategory:
    """A shelf with its place in the order of shelves."""

    place: int
    category: Category


@dataclass(frozen=True, slots=True)
class Head:
    """What holds of the whole station."""

    station: str
    station_name: str
    rules: Rules


Thing = (
    FeedCard
    | Item
    | PlacedCategory
    | Hold
    | EndedLoan
    | Message
    | ThingPage
    | CopyFacts
    | NearbyPlace
    | StationFigures
    | StillOpen
)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page. `put` and `gone` name each key of a kind at most once; `head` is None where it has not changed.

    `odd` counts things that could not be understood and are left out: one of them must not hold up all others.
    """

    cursor: str
    more: bool
    version: int
    made_ms: int
    begins: bool
    ends: bool
    snapshot: bool
    head: Head | None
    put: Mapping[Kind, tuple[Thing, ...]]
    gone: Mapping[Kind, tuple[str, ...]]
    odd: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the cursor is new."""
        return self.head is None and not self.put and not self.gone


def placed_category_to_plain(place: int, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a category with its place as plain data; `plain` is that of the category."""
    return {**plain, "place": place}


def _placed_category(data: Mapping[str, Any]) -> PlacedCategory:
    return PlacedCategory(read_whole(data["place"], 0, MOST_NUMBER), category_from_plain(data))


def _ended(data: Mapping[str, Any]) -> EndedLoan:
    return EndedLoan(read_text(data["loan"]), read_text(data["item"]), read_whole(data["at_ms"], 0, MOST_NUMBER))


def still_open_to_plain(loan: StillOpen) -> dict[str, Any]:
    """Return the loan as plain data."""
    plain: dict[str, Any] = {
        "loan": loan.loan,
        "item": loan.item,
        "lent_ms": loan.lent_ms,
        "due": loan.due.isoformat(),
    }
    if loan.patron_ref is not None:
        plain["ref"] = loan.patron_ref
    if loan.provisional:
        plain["provisional"] = True
    if loan.renewals:
        plain["renewals"] = loan.renewals
    return plain


def still_open_from_plain(data: Mapping[str, Any]) -> StillOpen:
    """Return the loan that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    ref = data.get("ref")
    return StillOpen(
        loan=read_text(data["loan"]),
        item=read_text(data["item"]),
        patron_ref=None if ref is None else read_text(ref),
        lent_ms=read_whole(data["lent_ms"], -MOST_NUMBER, MOST_NUMBER),
        due=read_day(data["due"]),
        provisional=read_flag(data.get("provisional", False)),
        renewals=read_whole(data.get("renewals", 0), 0, MOST_NUMBER),
    )


def message_to_plain(message: Message) -> dict[str, Any]:
    """Return the message as plain data; one without a kind of its own as hubs before there were kinds."""
    plain = {
        "id": message.message_id,
        "words": message.words.as_dict(),
        "first": message.first.isoformat(),
        "last": message.last.isoformat(),
    }
    return plain if message.kind is MessageKind.NOTICE else plain | {"kind": message.kind.value}


def message_from_plain(data: Mapping[str, Any]) -> Message:
    """Return the message that `data` describes; a kind of tomorrow is a notice.

    Raises KeyError, TypeError or ValueError if it is none.
    """
    said = read_text(data.get("kind", ""))
    kind = MessageKind(said) if said in set(MessageKind) else MessageKind.NOTICE
    words, first, last = read_words(data["words"]), read_day(data["first"]), read_day(data["last"])
    return Message(read_text(data["id"]), words, first, last, kind)


_READERS: Mapping[Kind, Callable[[Mapping[str, Any]], Thing]] = {
    Kind.CARD: card_from_plain,
    Kind.ITEM: item_from_plain,
    Kind.CATEGORY: _placed_category,
    Kind.HOLD: hold_from_plain,
    Kind.ENDED: _ended,
    Kind.MESSAGE: message_from_plain,
    Kind.THING: thing_page_from_plain,
    Kind.COPY: copy_from_plain,
    Kind.PLACE: place_from_plain,
    Kind.FIGURES: figures_from_plain,
    Kind.OPEN: still_open_from_plain,
}


def page_from_plain(data: object) -> FeedPage:
    """Return the page that `data` describes; kinds of a newer hub and things that cannot be understood are left out.

    Raises Refused if it is none: the station keeps what it has.
    """
    try:
        return _page(read_object(data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"a page of the feed cannot be understood: {error}") from None


def _page(data: Mapping[str, Any]) -> FeedPage:
    put, gone = read_object(data["put"]), read_object(data["gone"])
    cursor = data["cursor"]
    if not isinstance(cursor, str) or not 0 < len(cursor) <= MAX_CURSOR or not cursor.isascii():
        raise ValueError(f"a cursor of at most {MAX_CURSOR} characters is missing")
    head = data.get("head")
    read = {kind: [_thing(kind, one) for one in _rows(put, kind)] for kind in Kind}
    return FeedPage(
        cursor=cursor,
        more=read_flag(data["more"]),
        version=read_whole(data["version"], 0, MOST_NUMBER),
        made_ms=read_whole(data["made_ms"], 0, MOST_NUMBER),
        begins=read_flag(data["begins"]),
        ends=read_flag(data["ends"]),
        snapshot=read_flag(data["snapshot"]),
        head=None if head is None else _head(head),
        put={kind: tuple(one for one in some if one is not None) for kind, some in read.items() if some},
        gone={kind: tuple(read_text(key) for key in _rows(gone, kind)) for kind in Kind if _rows(gone, kind)},
        odd=sum(some.count(None) for some in read.values()),
    )


def _thing(kind: Kind, plain: Any) -> Thing | None:
    try:
        return _READERS[kind](plain)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _rows(kinds: Mapping[str, Any], kind: Kind) -> list[Any]:
    return read_list(kinds.get(kind.value, []), _MOST_ROWS_READ)


def _head(data: Mapping[str, Any]) -> Head:
    station = read_object(data["station"])
    return Head(read_text(station["id"]), read_text(station["name"]), rules_from_plain(read_object(data["rules"])))
