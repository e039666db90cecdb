"""What stations of every version so far really sent, byte for byte, is still understood by this hub."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hub.bench import Bench, empty_database

from lending.entries import SCHEMA_VERSION
from sync.feed import feed_from_plain
from sync.feed_page import page_from_plain
from sync.heartbeat import FIRST_VERSION, SIGNED_VERSION, reply_from_plain
from sync.hub import commands
from sync.hub.api.calls import api
from sync.hub.fleet.models import EnrolCode
from sync.hub.journal import batch
from sync.hub.journal.models import RawEntry
from sync.protocol import receipt_from_plain

FOLDER = Path(__file__).parent / "recorded"
RECORDED = sorted(FOLDER.glob("form-*.json"))
"""A record for each form of an entry."""
NEWER_CALLS = sorted(set(FOLDER.glob("*.json")) - set(RECORDED))
"""Records of calls in a newer version."""


def understood(path: str, answer: Any) -> int:
    """Return how many entries an answer took in; raises if it is not what a station of then expects."""
    assert answer.status_code == 200, answer.text
    data = answer.json()
    if path == "/api/journal":
        receipt = receipt_from_plain(data)
        assert {verdict.kind.value for verdict in receipt.verdicts} <= {"stored"}
        return len(receipt.verdicts)
    if path == "/api/enrol":
        assert {"station", "token", "epoch", "card_key", "card_key_version", "hub_seal_key"} <= data.keys()
        assert (data["station"], data["epoch"]) == ("ls-0001", 1)
    elif path.startswith("/api/feed?"):
        assert feed_from_plain(data).station == "ls-0001"
    elif path.startswith("/api/feed/changes"):
        assert page_from_plain(data).begins
    elif path == "/api/heartbeat":
        assert reply_from_plain(data).held is not None
    else:
        assert path in {"/api/pin", "/api/token"}
    return 0


def replay(record: dict[str, Any]) -> int:
    """Send a record to an empty hub that has just made its code; return how many entries were taken in."""
    empty_database()
    commands.create_station("ls-0001", "Bragernes")
    code = "".join(letter for letter in record["code"] if letter.isalnum())
    EnrolCode.objects.update(code_hash=hashlib.sha256(code.encode()).hexdigest())
    client, headers, taken = Client(raise_request_exception=False), dict[str, str](), 0
    for request in record["requests"]:
        packing = {"Content-Encoding": request["encoding"]} if request["encoding"] else {}
        body = base64.b64decode(request["body"])
        send = client.post if request["method"] == "POST" else client.get
        more = {"data": body, "content_type": request["content_type"]} if request["method"] == "POST" else {}
        answer = send(request["path"], headers=headers | packing, **more)
        taken += understood(request["path"], answer)
        if request["path"] == "/api/enrol":
            headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return taken


@pytest.mark.parametrize("path", [*RECORDED, *NEWER_CALLS], ids=lambda path: path.stem)
def test_every_recorded_station_is_understood(bench: Bench, path: Path):
    """Enrolment, batches plain and packed, feed, PIN and heartbeat as they were sent then: all are taken in."""
    record = json.loads(path.read_text("utf-8"))
    assert bench.stations
    samples = Path(__file__).parents[1] / "lending" / "samples" / f"v{record['form']}.json"
    assert replay(record) == len(json.loads(samples.read_text("utf-8")))
    assert RawEntry.objects.filter(in_force=True).count() == RawEntry.objects.count()


def test_there_is_a_record_of_every_form_and_call():
    """A new form of an entry or a new call comes with its record; the calls that no record has are named here."""
    records = [json.loads(path.read_text("utf-8")) for path in RECORDED]
    assert [record["form"] for record in records] == list(range(1, SCHEMA_VERSION + 1))
    sent = {f"{r['method']} {r['path'].split('?')[0]}" for record in records for r in record["requests"]}
    paths = api.get_openapi_schema()["paths"]
    calls = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert sent <= calls
    assert calls - sent <= {"GET /api/health", "POST /api/epoch"}


def test_there_is_a_record_of_every_version_of_a_beat():
    """What stations before and after heartbeats were signed sent is both there."""
    records = [json.loads(path.read_text("utf-8")) for path in (*RECORDED, *NEWER_CALLS)]
    beats = [r["body"] for record in records for r in record["requests"] if r["path"] == "/api/heartbeat"]
    assert {json.loads(base64.b64decode(beat))["version"] for beat in beats} == {FIRST_VERSION, SIGNED_VERSION}


def test_a_hub_that_reads_its_own_protocol_alone_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a hub that goes on to the next protocol and forgets the first refuses what was recorded."""
    assert sqlite_bench.stations
    record = json.loads(RECORDED[0].read_text("utf-8"))
    monkeypatch.setattr(batch, "PROTOCOL", 2)
    assert replay(record)
    monkeypatch.setattr(batch, "FIRST_PROTOCOL", 2)
    with pytest.raises(AssertionError):
        replay(record)
