"""Bodies to plain data and back, and every old version for ever."""

import json
from contextlib import suppress
from dataclasses import fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plain import through_json
from support.strategies import bodies, json_values, many, personals, readings

from lending import entries, nouns
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
from lending.plain import reader_for

KINDS = [body.kind for body in get_args(entries.Body)]
RECORDED = sorted((Path(__file__).parent / "samples").glob("v*.json"))
SAMPLES = [sample for path in RECORDED for sample in json.loads(path.read_text(encoding="utf-8"))]
FIRST_KINDS = {"loan", "return", "condition", "refusal", "started", "device", "clock"}
FIELDS = sorted({field.name for body in get_args(entries.Body) for field in fields(body)})

bodies_of_sorts = st.dictionaries(
    st.sampled_from(FIELDS),
    json_values
    | st.sampled_from(["2026-12-06", "ok", "missing", "x" * 201, 2**53, -(2**53), [["a", "here"]], [[1, "here"]]]),
)
"""Objects with the right names and nearly right values."""


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
@given(st.sampled_from(KINDS) | st.text(max_size=10), st.integers(0, 3), json_values | bodies_of_sorts)
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


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample['v']} {sample['what']}")
def test_recorded_samples_stay_readable(sample):
    """An entry recorded in an old schema version is read today as what it said then."""
    body = body_from_plain(sample["kind"], sample["v"], sample["body"])
    assert body == eval(sample["means"], {**vars(entries), **vars(nouns), "date": date})  # noqa: S307 - our own file


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample['v']} {sample['what']}")
def test_every_recorded_field_is_asked_for(sample):
    """A field left out of an entry of its own version is refused by name, never guessed; an optional one is none."""
    for field, value in sample["body"].items():
        rest = {name: kept for name, kept in sample["body"].items() if name != field}
        if value is None:
            assert getattr(body_from_plain(sample["kind"], sample["v"], rest), field) is None
        elif not is_optional(sample["kind"], field):
            with pytest.raises(EntryRefused) as caught:
                body_from_plain(sample["kind"], sample["v"], rest)
            assert caught.value.field == field


def is_optional(kind, field):
    (body,) = [body for body in get_args(entries.Body) if body.kind == kind]
    return get_type_hints(body)[field] == str | None


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s["v"] == SCHEMA_VERSION], ids=lambda s: s["what"])
def test_the_newest_samples_are_what_is_written(sample):
    """What is written today is, byte for byte, the newest recorded form."""
    body = body_from_plain(sample["kind"], sample["v"], sample["body"])
    assert json.dumps(body_to_plain(body)) == json.dumps(sample["body"])


def test_every_kind_has_a_recorded_sample_of_every_version():
    """Every kind and version that can be read has a sample, so that none is dropped by accident."""
    readable = {
        (kind, version) for kind in KINDS for version in range(SCHEMA_VERSION + 2) if can_be_read(kind, version)
    }
    assert readable == {(sample["kind"], sample["v"]) for sample in SAMPLES}
    later = {"hub_time": 3, "staff_note": 4}
    since = {kind: 1 if kind in FIRST_KINDS else later.get(kind, 2) for kind in KINDS}
    assert readable == {(kind, form) for kind in KINDS for form in range(since[kind], SCHEMA_VERSION + 1)}


def can_be_read(kind, version):
    try:
        body_from_plain(kind, version, {})
    except EntryRefused as refused:
        return refused.field != "kind"
    return True


@pytest.mark.parametrize(
    ("kind", "version"),
    [("loan", 0), ("loan", 5), ("renewal", 1), ("hub_time", 2), ("staff_note", 3), ("x" * 100, 2)],
)
def test_an_unknown_kind_or_version_is_refused_in_few_words(kind, version):
    """A kind or version this software does not know is refused, and the words stay short."""
    with pytest.raises(EntryRefused, match=f"version {version} is not known here") as caught:
        body_from_plain(kind, version, {})
    assert caught.value.field == "kind"
    assert len(str(caught.value)) < 100


LIMITS = [
    ("suggestion", {"words": "x" * 200}, True),
    ("suggestion", {"words": "x" * 201}, False),
    ("stock_count", {"found": ["x"] * 2000, "missing": []}, True),
    ("stock_count", {"found": ["x"] * 2001, "missing": []}, False),
    ("stock_count", {"found": ["x" * 201], "missing": []}, False),
    ("stock_count", {"found": ["x" * 200], "missing": [1]}, False),
    ("stock_count", {"found": ["x" * 200], "missing": ["x"]}, True),
    ("stock_count", {"found": "x", "missing": []}, False),
    ("renewal", {"item": "x", "loan": "l", "due": "2026-12-32", "due_doubtful": False}, False),
    ("renewal", {"item": "x", "loan": "l", "due": "2026-12-31", "due_doubtful": False}, True),
    ("damage", {"item": "x", "what": "stolen"}, False),
    ("hold_cancelled", {"hold": None, "lapsed": False}, False),
    ("clock", {"by_ms": 2**53 - 1, "synced": True}, True),
    ("clock", {"by_ms": 1 - 2**53, "synced": True}, True),
    ("clock", {"by_ms": 2**53, "synced": True}, False),
    ("clock", {"by_ms": -(2**53), "synced": True}, False),
    ("clock", {"by_ms": True, "synced": True}, False),
    ("clock", {"by_ms": 1, "synced": 1}, False),
]


@pytest.mark.parametrize(("kind", "data", "good"), LIMITS)
def test_every_bound_holds_at_its_figure(kind, data, good):
    """Texts, lists and numbers are taken up to their bound and refused beyond it."""
    if good:
        assert body_to_plain(body_from_plain(kind, 2, data)) == data
    else:
        with pytest.raises(EntryRefused):
            body_from_plain(kind, 2, data)


LOAN = {"item": "x", "due": "2026-12-06", "parts": [], "provisional": False, "rules_version": 1}
REASONS = [
    (LOAN | {"item": 7}, "item: is not of type str"),
    (LOAN | {"item": "x" * 201}, "item: is longer than 200 characters"),
    (LOAN | {"due": "tomorrow"}, "due: is not a date"),
    (LOAN | {"rules_version": 2**53}, "rules_version: is beyond what a number may be"),
    (LOAN | {"parts": [["p", "here"]] * 201}, "parts: has more than 200 rows"),
    (LOAN | {"parts": [["p", "gone"]]}, "parts: is not a list of part and answer"),
    (LOAN | {"parts": [[7, "here"]]}, "parts: names a part by something else than a short text"),
]


@pytest.mark.parametrize(("data", "words"), REASONS, ids=[words for _, words in REASONS])
def test_a_refusal_says_what_is_wrong_and_where(data, words):
    """Each kind of wrong value is refused by its field and in its own words."""
    with pytest.raises(EntryRefused) as caught:
        body_from_plain("loan", 1, data)
    assert str(caught.value) == f"entry: {words}"


def test_lists_and_answers_are_refused_in_their_own_words():
    """A long list and an answer nobody knows are refused in words of their own."""
    with pytest.raises(EntryRefused) as caught:
        body_from_plain("stock_count", 2, {"found": [1], "missing": []})
    assert str(caught.value) == "entry: found: is not a short list of texts"
    with pytest.raises(EntryRefused) as caught:
        body_from_plain("damage", 2, {"item": "x", "what": "stolen"})
    assert str(caught.value) == "entry: what: is not an answer we know"


@pytest.mark.parametrize(("length", "good"), [(2000, True), (2001, False)])
def test_a_sealed_card_has_its_own_bound(length, good):
    """A sealed card is longer than other texts, and bounded too."""
    data = {"patron_ref": "1:a", "sealed_card": "x" * length}
    if good:
        assert personal_from_plain(data).sealed_card == "x" * length
    else:
        with pytest.raises(EntryRefused):
            personal_from_plain(data)


@pytest.mark.parametrize(("length", "good"), [(64, True), (65, False)])
def test_the_name_of_a_boot_is_short(length, good):
    """The name of a boot is at most 64 characters long."""
    data = {"wall": 1, "boot": "b" * length, "up": 1, "synced": True}
    if good:
        assert reading_to_plain(reading_from_plain(data)) == data
    else:
        with pytest.raises(EntryRefused):
            reading_from_plain(data)


@pytest.mark.parametrize(("rows", "good"), [(200, True), (201, False)])
def test_a_tick_list_has_at_most_200_rows(rows, good):
    """A tick list is taken up to 200 rows, each naming its part by a short text."""
    loan = {"item": "x", "due": "2026-12-06", "provisional": False, "rules_version": 1}
    assert reads(loan | {"parts": [["p", "here"]] * rows}) is good
    assert reads(loan | {"parts": [["p" * rows, "here"]]}) is good
    assert not reads(loan | {"parts": [[7, "here"]]})


def reads(loan):
    try:
        body_from_plain("loan", 1, loan)
    except EntryRefused:
        return False
    return True


def test_an_error_says_where_it_is():
    """A refused entry names its place in the journal where it is known."""
    assert str(EntryRefused("is not a date", field="due", seq=7)) == "entry 7: due: is not a date"
    assert str(EntryRefused("is not a date", field="due")) == "entry: due: is not a date"


@pytest.mark.parametrize(
    ("read", "field"),
    [(personal_from_plain, "personal"), (reading_from_plain, "at"), (partial(body_from_plain, "loan", 1), "body")],
)
def test_what_is_no_object_is_refused(read, field):
    """A list where an object should stand is refused by the field it stands in."""
    with pytest.raises(EntryRefused) as caught:
        read([1])
    assert str(caught.value) == f"entry: {field}: is not an object"


def test_a_field_of_a_kind_nobody_reads_is_noticed():
    """A new field of a type without reader is noticed when the program starts, not when an entry comes."""
    with pytest.raises(TypeError, match="no entry has a field of type"):
        reader_for(dict[str, str])
