"""Hostile text: U+0000 and half surrogate pairs at every place a station can write to, on both databases."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hub.bench import DRILL, DUE, KNOWN, NOW, OTHER, STRANGER, Bench, broken
from hub.test_hub_api import is_plain_no, send
from hub.test_hub_kinds import SECOND

from lending.entries import Loan
from lending.errors import EntryRefused
from lending.nouns import PartAnswer
from sync.hub import commands
from sync.hub.journal import ingest
from sync.hub.journal.batch import holds_nul
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.journal import commitment, sign_batch

NUL, HALF = "\x00", "\ud800"
Path = tuple[str | int, ...]


def texts_in(data: Any, path: Path = ()) -> Iterator[Path]:
    """Return the place of every text within plain data."""
    if isinstance(data, str):
        yield path
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from texts_in(value, (*path, name))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from texts_in(value, (*path, n))


def poisoned(data: Any, path: Path, poison: str) -> Any:
    """Return a copy of plain data with the poison within the text at this place."""
    other = copy.deepcopy(data)
    holder = other
    for step in path[:-1]:
        holder = holder[step]
    old = holder[path[-1]]
    holder[path[-1]] = old[:-1] + poison if old else poison
    return other


def _consistent(wire: Any) -> Any:
    """Return the entry with commitment and hash that fit, as far as its content has a hash at all."""
    try:
        if isinstance(wire["personal"], dict):
            wire = {**wire, "commitment": commitment(wire["personal"], wire["salt"])}
        return broken(wire)
    except (EntryRefused, ValueError):
        return wire


def test_hostile_text_in_any_entry_is_quarantined_or_refused(bench: Bench, hub: Client):
    """Every text of every kind of entry: with U+0000 in it is quarantined, with half a pair its batch is refused."""
    check_hostile_entries(bench, hub)


def test_an_ingest_that_does_not_look_for_it_is_caught(
    sqlite_bench: Bench, hub: Client, monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: without the look for U+0000 the check fails."""
    monkeypatch.setattr(ingest, "holds_nul", lambda _text: False)
    with pytest.raises(AssertionError):
        check_hostile_entries(sqlite_bench, hub)


def check_hostile_entries(bench: Bench, hub: Client) -> None:
    """Every text of every kind of entry: with U+0000 in it is quarantined, with half a pair its batch is refused."""
    station = bench[0]
    for body in (*SECOND, Loan(DRILL, DUE, (("p0", PartAnswer.MISSING),))):
        station.add(body, STRANGER)
    hostile = []
    for wire in station.journal:
        for path in texts_in({"body": wire["body"], "kind": wire["kind"], "at": wire["at"]}):
            place = {"seq": len(hostile) + 1, "id": f"{len(hostile):032x}"}
            hostile.append(_consistent(poisoned({**wire, **place}, path, NUL)))
            if path[0] == "body":
                half = {"entries": [poisoned(wire, path, HALF)]}
                assert is_plain_no(send(hub, station, _signed(bench, half))), path
    assert len(hostile) > 60
    answer = send(hub, station, station.batch(hostile))
    assert answer.status_code == 200
    assert {verdict["verdict"] for verdict in answer.json()["verdicts"]} == {"quarantined"}
    assert RawEntry.objects.filter(in_force=True).count() == 0


def test_hostile_text_around_an_entry_is_quarantined_or_refused(bench: Bench, hub: Client):
    """So are id, hashes and the personal part; only a batch whose entries are its own is taken in at all."""
    station = bench[0]
    wire = station.lend(card=STRANGER)
    for n, path in enumerate(p for p in texts_in(wire) if p[0] not in {"body", "at", "kind"}):
        for poison in (NUL, HALF):
            other = poisoned({**wire, "seq": n + 1}, path, poison)
            entry = other if path == ("commitment",) else _consistent(other)
            answer = send(hub, station, _signed(bench, {"entries": [entry]}))
            refused = 400 <= answer.status_code < 500
            assert refused or answer.json()["verdicts"][0]["verdict"] in {"quarantined", "conflict"}, path
    assert RawEntry.objects.filter(in_force=True).count() == 0


def _signed(bench: Bench, changed: dict[str, Any]) -> dict[str, Any]:
    """Return a batch of the first station with these fields, signed as well as it can be."""
    batch = bench[0].batch([]) | changed
    try:
        batch["signature"] = sign_batch(batch, bench[0].key)
    except ValueError:
        batch["signature"] = "00" * 64
    return batch


def test_hostile_text_in_a_batch_is_refused(bench: Bench, hub: Client):
    """Every text of a batch beside its entries, and every text in an enrolment, gets a plain no."""
    batch = bench[0].batch([bench[0].lend()])
    for path in texts_in({name: value for name, value in batch.items() if name != "entries"}):
        for poison in (NUL, HALF):
            assert is_plain_no(send(hub, bench[0], poisoned(batch, path, poison))), path
            other = _signed(bench, poisoned(batch, path, poison))
            assert path == ("signature",) or is_plain_no(send(hub, bench[0], other)), path
    code = commands.create_station("ls-0009", "Gulskogen")
    whole = {"code": code, "public_key": bench[0].public_key}
    for path in texts_in(whole):
        for poison in (NUL, HALF):
            assert is_plain_no(hub.post("/api/enrol", json.dumps(poisoned(whole, path, poison)), "application/json"))
    assert not RawEntry.objects.exists()


def test_names_of_fields_can_be_hostile_too(bench: Bench, hub: Client):
    """U+0000 in a name within a body makes the entry unreadable; half a pair makes the batch so."""
    station = bench[0]
    wire = station.lend(card=KNOWN)
    nul = broken({**wire, "body": {**wire["body"], "more\x00": 1}})
    assert send(hub, station, station.batch([nul])).json()["verdicts"][0]["verdict"] == "quarantined"
    half = {**wire, "seq": 2, "body": {**wire["body"], "more\ud800": 1}}
    assert is_plain_no(send(hub, station, _signed(bench, {"entries": [half]})))


def test_a_text_that_only_looks_like_it_is_kept(bench: Bench):
    """Backslashes and the letters u0000 are text like any other."""
    code = "a\\u0000b\\\\"
    bench[0].add(Loan(code, date(2026, 12, 1)), OTHER, wall=NOW)
    assert bench.take(bench[0]).verdicts[0].kind.value == "stored"
    assert RawEntry.objects.get().item == code
    assert ReviewCase.objects.get().item == code


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\\\x00", "\\\\\x00"], ids=ascii)
def test_the_character_is_found_behind_any_number_of_backslashes(text: str):
    """U+0000 is found in JSON whatever stands before it, and its name alone is not taken for it."""
    assert holds_nul(json.dumps({"x": text}))
    assert holds_nul(json.dumps({text: 1}))
    assert not holds_nul(json.dumps({"x": text.replace("\x00", "\\u0000")}))


@pytest.mark.parametrize("path", ["/login", "/cases/accept", "/stations/new", "/holds/new", "/language"])
def test_hostile_text_in_a_form_is_no_error(bench: Bench, staff: Client, path: str):
    """U+0000 and half pairs in every field of a form are answered in plain words on both databases."""
    assert bench.stations
    names = ("username", "password", "next", "case", "id", "name", "card", "item", "language", "note")
    for poison in ("%00", "%ed%a0%80"):
        body = "&".join(f"{name}=a{poison}" for name in names)
        answer = staff.post(path, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
