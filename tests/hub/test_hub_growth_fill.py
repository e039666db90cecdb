"""The hub that a growth benchmark fills in bulk is the hub its stations would have filled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import models
from hub.bench import empty_database, use_database

from bench import fill, prototype, story
from bench.bulk import columns_of, rows_of
from bench.copies import SHIFT_MS
from sync.hub import commands
from sync.hub.fleet.models import EnrolCode
from sync.hub.journal.models import PersonalPart, RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.journal import open_entry

END_MS = 1_795_000_000_000
STATIONS, ENTRIES = 2, 330
COPY = 1


def rows_in_words() -> dict[str, list[tuple[Any, ...]]]:
    """Return what every filled table says, without the numbers the database gives out."""
    said = [model for model in fill.tables() if model is not EnrolCode]  # its codes are random every time
    return {model.__name__: [_without_keys(model, row) for row in rows_of(model)] for model in said}


def _without_keys(model: type[models.Model], row: tuple[Any, ...]) -> tuple[Any, ...]:
    given = {
        at
        for at, field in enumerate(model._meta.concrete_fields)
        if isinstance(field, models.AutoField) or isinstance(getattr(field, "target_field", None), models.AutoField)
    }
    borrowed = {at for at, name in enumerate(columns_of(model)) if name == "entry_id" and model is PersonalPart}
    return tuple(value for at, value in enumerate(row) if at not in given | borrowed)


def journal_of(station: str) -> list[dict[str, Any]]:
    """Return the journal the hub holds of a station, as it would be sent."""
    parts = {part.entry_id: json.loads(part.plain) for part in PersonalPart.objects.all()}
    rows = RawEntry.objects.filter(journal__station=station).order_by("seq")
    nobody = {"personal": None, "salt": None}
    return [json.loads(row.wire) | parts.get(row.pk, nobody) for row in rows]


def taken_in(journal: list[dict[str, Any]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return what an empty hub makes of this journal when its station sends it batch by batch."""
    delay = COPY * SHIFT_MS
    empty_database()
    prototype.furnish(STATIONS, END_MS)
    station = prototype.let_in(COPY, END_MS - (ENTRIES + 1) * story.STEP_MS + delay)
    entries = [(wire, open_entry(wire).at) for wire in journal]
    prototype.take_in(station, prototype.batches(station.station_id, entries))
    return rows_in_words()


def test_a_filled_hub_says_what_the_hub_itself_would_have_stored(url: str):
    """Every row of a copied station, in every table, is what the real hub stores of the same batches."""
    use_database(url)
    empty_database()
    filled = fill.fill(STATIONS, ENTRIES, END_MS)
    assert filled == {"stations": STATIONS, "entries": STATIONS * ENTRIES, "cases": filled["cases"]}
    assert 0.008 < filled["cases"] / filled["entries"] < 0.03
    assert len(set(ReviewCase.objects.values_list("kind", flat=True))) >= 4
    before = rows_in_words()
    real = taken_in(journal_of("ls-0002"))
    for table, rows in real.items():
        missing = [row for row in rows if row not in before[table]]
        assert not missing, (table, missing[0])
        assert len(before[table]) == STATIONS * len(rows), table


def test_a_fill_that_lies_is_caught(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a copy whose hashes are made up is refused by the hub's own check of the chain."""
    use_database(sqlite_url)
    empty_database()
    monkeypatch.setattr(fill.Link, "seal", lambda _link, _words: None)
    fill.fill(STATIONS, 60, END_MS)
    before = rows_in_words()
    real = taken_in(journal_of("ls-0002"))
    assert any(row not in before["RawEntry"] for row in real["RawEntry"])


def test_commands_still_work_on_a_filled_hub(sqlite_url: str):
    """Folding everything anew after a fill finds the same cases."""
    use_database(sqlite_url)
    empty_database()
    fill.fill(2, 120, END_MS)
    before = rows_in_words()["ReviewCase"]
    commands.refold()
    assert rows_in_words()["ReviewCase"] == before
