"""Filling a hub with the journals of many stations, in exactly the form in which it would have stored them.

One station is taken in by the hub's own code; the others are copies of its rows in their own words (`bench.copies`).
tests/hub/test_hub_growth_fill.py lets the hub itself take in what a copy holds and compares every row.

Needs Django ready (`sync.hub.setup`) on an empty, migrated hub.
"""

# ruff: noqa: SLF001 - Django's _meta is how one asks a model for its columns

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import models

from bench import prototype
from bench.bulk import Writer, bulk, columns_of, rows_of
from bench.copies import Copied, Link, Words, special_words
from bench.throwaway import say
from sync.hub import environment
from sync.hub.journal.models import PersonalPart, RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.journal import GENESIS

APPS = ("fleet", "journal", "ledger", "holds")
"""Whose tables speak of stations and grow with them."""

BLOCK = 100
"""So many entries of one station lie next to each other in the tables, then come those of the next station: stations
send in batches, and no station's rows lie in one place.
"""

Moved = Callable[[int, int], int]


def tables() -> list[type[models.Model]]:
    """Return the tables that are copied."""
    return [model for name in APPS for model in apps.get_app_config(name).get_models()]


def fill(stations: int, entries: int, end_ms: int) -> dict[str, int]:
    """Fill an empty, migrated hub; return how many stations, entries and cases it holds."""
    prototype.furnish(stations, end_ms)
    say(f"registers of {stations:,} stations are filled")
    prototype.make(entries, end_ms)
    originals = {model: rows_of(model) for model in tables()}
    others = [model for model in tables() if model not in (RawEntry, PersonalPart) and originals[model]]
    keys = _keys(originals, stations, entries)
    special = special_words(environment.card_key().patron_ref)
    with bulk(tables()) as writer:
        heads = _write_entries(writer, originals, keys, special, stations)
        for model in others:
            copied = [Copied.of(row, _moved(model, keys)) for row in originals[model]]
            writer.write(model, _rows_in_turn(copied, heads, special))
    return {
        "stations": stations,
        "entries": stations * len(originals[RawEntry]),
        "cases": stations * len(originals[ReviewCase]),
    }


def _keys(originals: dict[Any, list[tuple[Any, ...]]], stations: int, entries: int) -> dict[Any, Moved]:
    """Return how the keys of each table move that the database gives out."""
    found: dict[Any, Moved] = {}
    for model, rows in originals.items():
        if isinstance(model._meta.pk, models.AutoField) and rows:
            at = columns_of(model).index(model._meta.pk.column)
            found[model] = _strides(max(int(row[at]) for row in rows))
    first = min(int(row[columns_of(RawEntry).index("id")]) for row in originals[RawEntry])
    found[RawEntry] = _in_blocks(first, entries, stations)
    return found


def _strides(stride: int) -> Moved:
    return lambda value, number: value + number * stride


def _in_blocks(first: int, entries: int, stations: int) -> Moved:
    def moved(value: int, number: int) -> int:
        within = value - first
        start = within - within % BLOCK
        return start * stations + number * min(BLOCK, entries - start) + within % BLOCK + 1

    return moved


def _moved(model: type[models.Model], keys: dict[Any, Moved]) -> dict[int, Moved]:
    """Return, by column, how the numbers move that the database gave out: its own key, and those of others."""
    sources = [_source(model, field) for field in model._meta.concrete_fields]
    return {at: keys[source] for at, source in enumerate(sources) if source in keys}


def _source(model: type[models.Model], field: Any) -> Any:
    """Return the table whose key a column holds, or None. Personal parts borrow the key of their entry."""
    if not field.is_relation:
        return model if field.primary_key else None
    key = field.related_model._meta.pk
    return key.related_model if key.is_relation else field.related_model


def _write_entries(
    writer: Writer,
    originals: dict[Any, list[tuple[Any, ...]]],
    keys: dict[Any, Moved],
    special: dict[str, Callable[[int], str]],
    stations: int,
) -> list[tuple[str, str]]:
    """Write all entries; return by station the hash the original's last one has there, old and new."""
    rows, columns = originals[RawEntry], columns_of(RawEntry)
    parts = {str(row[columns_of(PersonalPart).index("entry_id")]): row for row in originals[PersonalPart]}
    at = {name: columns.index(name) for name in ("id", "wire")}
    plain = columns_of(PersonalPart).index("plain")
    heads = [(GENESIS, GENESIS)] * stations
    for start in range(0, len(rows), BLOCK):
        some = rows[start : start + BLOCK]
        theirs = [parts.get(str(row[at["id"]])) for row in some]
        links = [
            Link.of(
                row[at["wire"]], json.loads(row[at["wire"]])["commitment"], part[plain] if part is not None else None
            )
            for row, part in zip(some, theirs, strict=True)
        ]
        entries = [Copied.of(row, _moved(RawEntry, keys)) for row in some]
        personal = [Copied.of(part, _moved(PersonalPart, keys)) for part in theirs if part is not None]
        for first in range(0, stations, BLOCK):
            spoken = []
            for number in range(first, min(stations, first + BLOCK)):
                words = Words(number, special)
                words.update([heads[number]])
                for link in links:
                    link.seal(words)
                heads[number] = (links[-1].old_hash, words[links[-1].old_hash])
                spoken.append(words)
            writer.write(RawEntry, (copied.row(words) for words in spoken for copied in entries))
            writer.write(PersonalPart, (copied.row(words) for words in spoken for copied in personal))
        say(f"{start + len(some):,} of {len(rows):,} entries of every station")
    return heads


def _rows_in_turn(
    copied: Sequence[Copied], heads: Sequence[tuple[str, str]], special: dict[str, Callable[[int], str]]
) -> Iterator[list[Any]]:
    return chain.from_iterable(_rows(copied, number, head, special) for number, head in enumerate(heads))


def _rows(
    copied: Sequence[Copied], number: int, head: tuple[str, str], special: dict[str, Callable[[int], str]]
) -> Iterator[list[Any]]:
    words = Words(number, special)
    words.update([head])
    return (one.row(words) for one in copied)
