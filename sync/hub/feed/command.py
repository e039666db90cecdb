"""`nabolan hub message` and `withdraw`: what staff tell all stations, and what stations are to know no more."""

# Models can be imported only once Django is ready, hence the imports inside.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from lending.errors import Refused
from lending.nouns import Text
from sync.feed_page import Message, MessageKind
from sync.hub import setup


def add_parsers(under: Any) -> None:
    """Add the commands to those of the hub."""
    message = under.add_parser("message", help="show the messages for the stations' screens, or set or remove one")
    message.add_argument("id", nargs="?", help="a name of its own, like closed-friday; the same one changes it")
    message.add_argument("--nb", help="the words in bokmål")
    message.add_argument("--en", help="the words in English")
    message.add_argument("--from", dest="first", help="first day, like 2026-12-01 (default: today)")
    message.add_argument("--until", dest="last", help="last day")
    message.add_argument("--station", default="", help="the one station it is for (default: all)")
    message.add_argument("--kind", choices=[kind.value for kind in MessageKind], default="notice", help="what it is")
    message.add_argument("--remove", action="store_true", help="take it back")
    withdraw = under.add_parser("withdraw", help="take cards or items out, from every station too; loans stay")
    withdraw.add_argument("kind", choices=("card", "item"))
    withdraw.add_argument("ids", nargs="+", help="numbers of cards, or barcodes of items")


def run(asked: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do what was asked. Raises Refused."""
    setup()
    if asked.command == "withdraw":
        say(f"{_withdraw(asked)} taken out")
    elif asked.id is None:
        for line in _lines():
            say(line)
    elif asked.remove:
        from sync.hub.clock import now_ms
        from sync.hub.feed.messages import remove_message

        say("removed" if remove_message(asked.id, now_ms()) else "there is no such message")
    else:
        _set(asked, say)


def _withdraw(asked: argparse.Namespace) -> int:
    from sync.hub.catalogue.service import withdraw_items
    from sync.hub.clock import now_ms
    from sync.hub.patrons.service import remove_cards

    return (remove_cards if asked.kind == "card" else withdraw_items)(asked.ids, now_ms())


def _lines() -> list[str]:
    from sync.hub.clock import moment, now_ms
    from sync.hub.feed.messages import messages

    return [
        f"{row.message_id}  {row.kind}  {row.first} to {row.last}  {row.station or 'all'}  {row.words.get('nb', '')}"
        for row in messages(moment(now_ms()).date())
    ]


def _set(asked: argparse.Namespace, say: Callable[[str], None]) -> None:
    from sync.hub.clock import moment, now_ms
    from sync.hub.feed.messages import set_message

    words = {language: text for language, text in (("nb", asked.nb), ("en", asked.en)) if text}
    now = now_ms()
    try:
        first = date.fromisoformat(asked.first) if asked.first else moment(now).date()
        last = date.fromisoformat(asked.last or "")
    except ValueError:
        raise Refused("message: --until, and --from where it is named, are days like 2026-12-01") from None
    message = Message(asked.id, Text.of(words), first, last, MessageKind(asked.kind))
    changed = set_message(message, asked.station, now)
    say("changed" if changed else "nothing new")
