"""Batches made wrong in every way we could think of: each gets a typed answer, and only what is taken in is stored.

`NABOLAN_FUZZ=2000` tries so many of each kind, and every wrong value at every place.
"""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from hub.bench import DRILL, DUE, KNOWN, Bench, broken, counts, everything
from hub.test_hub_api import is_plain_no
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lending.entries import Loan
from lending.errors import EntryRefused, TryLater
from lending.nouns import PartAnswer
from sync.hub.api import calls
from sync.hub.api.body import json_object
from sync.hub.journal.models import SetAside
from sync.journal import sign_batch
from sync.protocol import receipt_from_plain

tell = print
LONG = os.environ.get("NABOLAN_FUZZ", "")
pytestmark = pytest.mark.timeout(3600 if LONG else 120)
fuzz = settings(
    max_examples=int(LONG or 30),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=tuple(Phase) if LONG else (Phase.generate,),  # making a failure small takes its time
)
Path = tuple[str | int, ...]


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


WRONG: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**200), 10**4000, 1.5, 1e308),
    *("", "0", "\x00", "\ud800", "x" * 300, "☃" * 70_000, "2026-02-30", "__proto__"),
    *([], [1], [None] * 3000, {}, {"": 1}, {"\x00": 1}, {"$ref": "#"}, _deep(60), _deep(800)),
]


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """Return every place within plain data, the whole included."""
    yield path
    if isinstance(data, dict | list):
        for step in data if isinstance(data, dict) else range(len(data)):
            yield from places(data[step], (*path, step))


def put(data: Any, path: Path, value: Any) -> Any:
    """Return a copy of plain data with another value at this place."""
    if not path:
        return value
    other = copy.deepcopy(data)
    holder = other
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return other


class Line:
    """Sends what is wrong to a hub, and holds its answers to what it promised."""

    def __init__(self, bench: Bench) -> None:
        self.station = bench[0]
        self.client = Client(raise_request_exception=False)
        self.station.add(Loan(DRILL, DUE, (("p0", PartAnswer.MISSING),)), KNOWN)
        self.station.take_back(DRILL)
        self.batch = self.station.batch()
        self.answers: dict[int, int] = {}

    def send(self, body: bytes, encoding: str = "") -> None:
        """Send bytes: what is not taken in is refused in plain words and leaves everything as it was."""
        before = (counts(), SetAside.objects.count())
        headers = self.station.headers | ({"Content-Encoding": encoding} if encoding else {})
        answer = self.client.post("/api/journal", body, content_type="application/json", headers=headers)
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if answer.status_code == 200:
            receipt_from_plain(answer.json())
        else:
            assert answer.status_code in {400, 413}, answer.status_code
            assert is_plain_no(answer)
            assert (counts(), SetAside.objects.count()) == before

    def send_plain(self, batch: Any, *, sign: bool) -> None:
        """Send plain data as JSON, signed anew if that can be done."""
        if sign and isinstance(batch, dict):
            with suppress(KeyError, TypeError, ValueError, AttributeError, RecursionError):
                batch["signature"] = sign_batch(batch, self.station.key)
        self.send(json.dumps(batch).encode())


@pytest.fixture
def line(sqlite_bench: Bench) -> Line:
    """A line to a hub."""
    return Line(sqlite_bench)


def _wrong_at(line: Line, path: Path, value: Any, *, sign: bool, fit: bool) -> None:
    """Send the batch with a wrong value at one place; `fit`: with hashes that fit what is in the entries then."""
    batch = put(line.batch, path, value)
    if fit and len(path) > 2 and path[0] == "entries":
        with suppress(EntryRefused, TypeError, ValueError):
            batch["entries"][path[1]] = broken(batch["entries"][path[1]])
    line.send_plain(batch, sign=sign)


def test_a_wrong_value_at_any_place_gets_a_typed_answer(line: Line):
    """Every kind of wrong value at every place of a batch, signed or not, with hashes that fit or not."""
    wrong = [(path, value) for path in places(line.batch) for value in WRONG]
    chosen = wrong if LONG else random.Random(1).sample(wrong, 80)
    for number, (path, value) in enumerate(chosen):
        for sign in (False, True) if LONG else (number % 5 > 0,):
            _wrong_at(line, path, value, sign=sign, fit=number % 2 == 0)
    assert {200, 400} <= set(line.answers)
    if LONG:
        tell(f"\n{len(wrong)} wrong values at {len(list(places(line.batch)))} places: {line.answers}")


def test_a_place_left_out_or_sent_twice_gets_a_typed_answer(line: Line):
    """Each field left out, and each name that stands twice in its object: JSON allows it, and the last one counts."""
    for path in list(places(line.batch))[1:]:
        batch = copy.deepcopy(line.batch)
        holder = batch
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        line.send_plain(batch, sign=True)
    text = json.dumps(line.batch)
    for name in ("protocol", "entries", "seq", "id", "body", "signature", "wall"):
        line.send(text.replace(f'"{name}":', f'"{name}": 7, "{name}":').encode())
        line.send(text.replace(f'"{name}":', f'"{name}": 7, "x{name}":').encode())


@given(data=st.data())
@fuzz
def _any_bytes(line: Line, data: st.DataObject) -> None:
    line.send(data.draw(st.binary(max_size=200)), data.draw(st.sampled_from(("", "gzip", "identity", "x"))))


def test_any_bytes_get_a_typed_answer(line: Line):
    """Bytes of any kind, said to be packed or not."""
    _any_bytes(line)


@given(data=st.data())
@fuzz
def _bent(line: Line, data: st.DataObject) -> None:
    whole = json.dumps(line.batch).encode()
    packed = data.draw(st.booleans())
    body = bytearray(gzip.compress(whole, mtime=0) if packed else whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at, much = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 40))
        body[at : at + much] = data.draw(st.binary(max_size=12) | st.sampled_from((b"[" * 5000, b"9" * 5000, b'"')))
    line.send(bytes(body), "gzip" if packed else "")


def test_a_batch_with_bytes_bent_gets_a_typed_answer(line: Line):
    """A good batch, packed or not, cut, lengthened or overwritten anywhere."""
    _bent(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
@fuzz
def _any_json(line: Line, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(line.batch))))
    _wrong_at(line, path, data.draw(json_values), sign=data.draw(st.booleans()), fit=data.draw(st.booleans()))


def test_any_json_at_any_place_gets_a_typed_answer(line: Line):
    """Whatever JSON can say, NaN and half pairs included, at any place of a batch."""
    _any_json(line)


def test_after_all_that_a_good_batch_is_still_taken_in(line: Line):
    """What was refused stands in nobody's way: the good batch after it is stored as if it had come first."""
    for value in WRONG:
        line.send_plain(put(line.batch, ("clock",), value), sign=True)
        line.send_plain(put(line.batch, ("entries", 0, "seq"), None), sign=True)
    line.send_plain(line.batch, sign=True)
    assert [row[2] for row in everything()["journals"]][:1] == [2]


def _careless(request: Any, *_: Any) -> Any:
    return json.loads(request.body)


@pytest.mark.parametrize("test", [_any_bytes, _bent], ids=["bytes", "bent"])
def test_a_careless_reading_is_caught(line: Line, monkeypatch: pytest.MonkeyPatch, test: Callable[[Line], None]):
    """Planted defect: a hub that takes the body for JSON without a look answers 500 to some of this."""
    monkeypatch.setattr(calls, "json_object", _careless)
    with pytest.raises(AssertionError):
        test(line)


def _trickle(seconds: float) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(b'{"protocol"')
        environ = {
            "REQUEST_METHOD": "POST",
            "wsgi.input": stream,
            "CONTENT_LENGTH": "100",
            "gunicorn.socket": ours,
        }
        json_object(WSGIRequest(environ), most_seconds=seconds)


def test_a_body_that_trickles_is_cut_off():
    """A sender that keeps a thread waiting is told to come again later, after the time a request may take."""
    with pytest.raises(TryLater, match="slowly"):
        _trickle(0.1)
