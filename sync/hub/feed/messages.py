"""Messages of the library for the stations' screens."""

from __future__ import annotations

import json
from datetime import date

from lending.errors import Refused
from sync.feed_page import Kind, message_from_plain, message_to_plain
from sync.feed_page import Message as TheMessage
from sync.hub.database import writing
from sync.hub.feed.models import Lane, Message
from sync.hub.feed.publish import Told, publish
from sync.hub.fleet.models import Station
from sync.hub.journal.batch import holds_nul

_LONGEST_ID = 64


def set_message(message: TheMessage, station: str, now_ms: int) -> bool:
    """Return whether this changed what stations are told: all of them show the message, or the one that is named.

    Raises Refused for a message no station could take, or a station there is none of.
    """
    _check(message, station)
    values = {
        "station": station,
        "words": message.words.as_dict(),
        "first": message.first,
        "last": message.last,
        "kind": message.kind.value,
    }
    with writing():
        Message.objects.update_or_create(message_id=message.message_id, defaults=values)
        return publish(Kind.MESSAGE, [_told(message.message_id, message, station)], now_ms) > 0


def _check(message: TheMessage, station: str) -> None:
    plain = message_to_plain(message)
    if not 0 < len(message.message_id) <= _LONGEST_ID or not message.message_id.isprintable():
        raise Refused(f"message: its id is not 1 to {_LONGEST_ID} printable characters")
    if not message.words.as_dict() or message.last < message.first:
        raise Refused("message: has no words, or ends before it begins")
    try:
        message_from_plain(plain)
    except (KeyError, TypeError, ValueError) as wrong:
        raise Refused(f"message: {wrong}") from None
    if holds_nul(json.dumps(plain)):
        raise Refused("message: holds a character that cannot be kept")
    if station and not Station.objects.filter(pk=station).exists():
        raise Refused(f"message: there is no station {station!r}")


def remove_message(message_id: str, now_ms: int) -> bool:
    """Return whether there was such a message; no station shows it any more."""
    with writing():
        row = Message.objects.filter(pk=message_id).first()
        if row is None:
            return False
        row.delete()
        publish(Kind.MESSAGE, [_told(message_id, None, row.station)], now_ms)
    return True


def messages(today: date) -> list[Message]:
    """Return the messages that are not over on this day, by their first day."""
    return list(Message.objects.filter(last__gte=today).order_by("first", "message_id"))


def _told(message_id: str, message: TheMessage | None, station: str) -> Told:
    plain = None if message is None else message_to_plain(message)
    return Told(message_id, plain, Lane.HERE if station else Lane.SMALL, station)
