"""Bodies to plain data and back, and every old version for ever."""

import json
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import bodies, json_values, many, personals, readings

from lending import codec, entries, nouns
from lending.codec import (
    SCHEMA_VERSION,
    body_from_plain,
    body_to_plain,
    personal_from_plain,
    personal_to_plain,
    reading_from_plain,
    reading_to_plain,
)
from lending.errors import EntryRefused

KINDS = [body.kind for body in get_args(entries.Body)]
SAMPLES = json.loads((Path(__file__).parent / "samples" / "v1.json").read_text(encoding="utf-8"))
FIELDS = sorted({field.name for body in get_args(entries.Body) for field in fields(body)})

bodies_of_sorts = st.dictionaries(
    st.sampled_from(FIELDS),
    json_values
    | st.sampled_from(["2026-12-06", "ok", "missing", "x" * 201, 2**53, -(2**53), [["a", "here"]], [[1, "here"]]]),
)
"""Objects with the right names and nearly right values."""


def through_json(data):
    return json.loads(json.dumps(data))


@many
@given(bodies)
def test_every_body_comes_back_as_it_was(body):
    """Any entry of any kind is the same after a trip through JSON."""
    assert body_from_plain(body.kind, SCHEMA_VERSION, through_json(body_to_plain(body))) == body


@many
@given(personals, readings)
def test_personal_part_and_clock_come_back_as_they_were(personal, reading):
    """Personal parts and clock readings are the same after a trip through JSON."""
    assert personal_from_plain(through_json(personal_to_plain(personal))) == personal
    assert reading_from_plain(through_json(reading_to_plain(reading))) == reading


def test_an_erased_personal_part_is_none():
    """Where the personal part was erased there is none."""
    assert personal_from_plain(None) is None


@many
@given(st.sampled_from(KINDS) | st.text(max_size=10), st.integers(0, 2), json_values | bodies_of_sorts)
def test_a_body_is_read_or_refused(kind, version, data):
    """Whatever JSON stands for a body, it is read into an entry that can be written again, or refused."""
    try:
        body = body_from_plain(kind, version, data)
    except EntryRefused:
        return
    assert body_from_plain(kind, version, through_json(body_to_plain(body))) == body


@many
@given(
    json_values
    | st.dictionaries(st.sampled_from(["patron_ref", "sealed_card", "wall", "boot", "up", "synced"]), json_values)
)
def test_personal_part_and_clock_are_read_or_refused(data):
    """Whatever JSON stands for a personal part or a clock reading, nothing but a refusal is raised."""
    for read in (personal_from_plain, reading_from_plain):
        with suppress(EntryRefused):
            read(data)


def test_a_refusal_never_repeats_what_it_refuses():
    """The error names the field, not the value, which could be a card number."""
    with pytest.raises(EntryRefused) as caught:
        personal_from_plain({"patron_ref": 123456789})
    assert "123456789" not in str(caught.value)
    assert "patron_ref" in str(caught.value)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["what"])
def test_recorded_samples_stay_readable(sample):
    """An entry recorded in an old schema version is read today as what it said then."""
    body = body_from_plain(sample["kind"], sample["v"], sample["body"])
    assert body == eval(sample["means"], {**vars(entries), **vars(nouns), "date": date})  # noqa: S307 - our own file


def test_every_kind_has_a_recorded_sample_of_every_version():
    """Every kind and version that can be read has a sample, so that none is dropped by accident."""
    assert {(sample["kind"], sample["v"]) for sample in SAMPLES} == set(codec._READERS)
