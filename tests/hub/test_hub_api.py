"""The calls stations make, in this process: who is let in, what is answered, and what is turned away."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from django.test import Client
from hub.bench import DUE, ITEMS, NOW, STRANGER, TENT, Bench, SimulatedStation, broken, counts, item, ref

from lending.entries import Loan
from lending.errors import Refused
from sync.feed import feed_from_plain
from sync.hub import commands, environment
from sync.hub.fleet import enrolment, tokens
from sync.hub.fleet.models import EnrolCode, Station
from sync.hub.journal.models import RawEntry
from sync.protocol import MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, receipt_from_plain

HOUR = 3_600_000


def send(hub: Client, station: SimulatedStation, body: Any, **headers: str) -> Any:
    """Return the answer to a body, sent as `station`; bytes are sent as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return hub.post("/api/journal", data, content_type="application/json", headers=station.headers | headers)


def is_plain_no(answer: Any) -> bool:
    """Return whether an answer is a 4xx that says what happened and what to do now, and nothing of our insides."""
    body = answer.json()
    assert set(body) == {"problem", "what_now"}
    assert "Traceback" not in answer.text
    assert "sync/hub" not in answer.text
    return 400 <= answer.status_code < 500


def test_a_code_lets_a_station_in_once(bench: Bench, hub: Client):
    """A one-time code gives token, epoch and keys to the first key that comes, and nothing to the second."""
    code = commands.create_station("ls-0009", "Gulskogen")
    first, second = SimulatedStation("ls-0009"), SimulatedStation("ls-0009")
    answer = hub.post("/api/enrol", {"code": code.lower(), "public_key": first.public_key}, "application/json")
    given = answer.json()
    assert (given["station"], given["epoch"], given["card_key_version"]) == ("ls-0009", 1, 1)
    assert given["hub_seal_key"] == environment.seal_key().public_key().public_bytes_raw().hex()
    again = hub.post("/api/enrol", {"code": code, "public_key": second.public_key}, "application/json")
    assert is_plain_no(again)
    first.token = given["token"]
    first.take_back(TENT)
    assert send(hub, first, first.batch()).json()["acknowledged"] == 1
    assert bench.stations.keys() == {"ls-0001", "ls-0002", "ls-0003"}


@pytest.mark.usefixtures("sqlite_bench")
def test_a_lost_answer_to_an_enrolment_can_be_asked_for_again():
    """The same key may use its code again until it has sent something; epoch stays, the newer token counts."""
    code, station = commands.create_station("ls-0009", "Gulskogen"), SimulatedStation("ls-0009")
    first = enrolment.enrol(code, station.public_key, NOW)
    second = enrolment.enrol(code, station.public_key, NOW)
    assert (first.epoch, second.epoch) == (1, 1)
    assert tokens.station_of(first.token) is None
    assert tokens.station_of(second.token) is not None


@pytest.mark.usefixtures("sqlite_bench")
def test_codes_are_kept_as_hashes_and_grow_old():
    """A code has 80 bits, is kept only as a hash, and does not count after 24 hours or after a newer one."""
    old = commands.create_station("ls-0009", "Gulskogen")
    code = commands.create_station("ls-0009", "Gulskogen")
    assert len(code.replace("-", "")) == 16
    assert EnrolCode.objects.get().code_hash not in {code, old}
    key = SimulatedStation("ls-0009").public_key
    for wrong, when in ((old, NOW), (code, NOW * 2), ("", NOW), ("AAAA-AAAA-AAAA-AAAA", NOW)):
        with pytest.raises(Refused, match="code"):
            enrolment.enrol(wrong, key, when)


def test_a_station_let_in_anew_gets_a_new_epoch(sqlite_bench: Bench, hub: Client):
    """After a new enrolment the old token is void, and what the old key had signed is still taken in."""
    station = sqlite_bench[0]
    station.lend()
    code, fresh = commands.create_station(station.station, "Bragernes"), SimulatedStation(station.station)
    given = enrolment.enrol(code, fresh.public_key, NOW)
    assert given.epoch == 2
    assert send(hub, station, station.batch()).status_code == 401
    station.token = given.token
    assert send(hub, station, station.batch()).json()["acknowledged"] == 1
    fresh.epoch, fresh.token = 2, given.token
    fresh.take_back()
    assert send(hub, fresh, fresh.batch()).json()["acknowledged"] == 1


def test_guessing_codes_is_slowed_down(sqlite_bench: Bench, hub: Client):
    """After ten wrong codes from one place the next one has to wait, and is told how long."""
    key = sqlite_bench[0].public_key
    wrong = [hub.post("/api/enrol", {"code": f"{n}", "public_key": key}, "application/json") for n in range(11)]
    assert [answer.status_code for answer in wrong] == [400] * 10 + [429]
    assert int(wrong[-1]["Retry-After"]) > 0


def test_only_stations_are_let_in(bench: Bench, hub: Client):
    """Without a token, with a wrong one or as a station that was shut out nothing is answered but a plain no."""
    station = bench[0]
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        assert hub.get("/api/feed", headers=headers).status_code == 401
        assert hub.post("/api/journal", {}, "application/json", headers=headers).status_code == 401
    waiting = commands.create_station(station.station, "Bragernes")
    commands.revoke(station.station)
    assert hub.get("/api/feed", headers=station.headers).status_code == 403
    assert is_plain_no(hub.get("/api/feed", headers=station.headers))
    with pytest.raises(Refused):
        enrolment.enrol(waiting, station.public_key, NOW)
    with pytest.raises(Refused, match="no station"):
        commands.revoke("ls-9999")


def test_the_feed_holds_the_whole_library(bench: Bench, hub: Client):
    """A station gets every item, every card as a keyed hash, the rules, and 304 when it knows it all."""
    answer = hub.get("/api/feed", headers=bench[0].headers)
    feed = feed_from_plain(answer.json())
    assert {i.code for i in feed.items} == {i.code for i in ITEMS}
    assert [card.blocked for card in feed.cards].count(True) == 1
    assert "N99900000" not in answer.text
    assert (feed.station, feed.station_name) == ("ls-0001", "LS-0001")
    known = hub.get(f"/api/feed?known={feed.version}", headers=bench[0].headers)
    assert (known.status_code, known.content) == (304, b"")
    assert hub.get(f"/api/feed?known={feed.version + 1}", headers=bench[0].headers).status_code == 200
    assert is_plain_no(hub.get("/api/feed?known=x", headers=bench[0].headers))
    assert Station.objects.get(pk="ls-0001").feed_version == feed.version


def test_the_feed_can_be_packed(sqlite_bench: Bench, hub: Client):
    """A station that takes gzip gets the feed packed."""
    commands.load_catalogue([item(f"{n:010}", "bor", "drill bit") for n in range(50)], [])
    answer = hub.get("/api/feed", headers=sqlite_bench[0].headers | {"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.content))["items"]) == 53


def test_every_change_gives_the_feed_a_higher_version(bench: Bench, hub: Client):
    """New items and changed cards raise the version; loading the same again does not."""

    def version() -> int:
        return int(hub.get("/api/feed", headers=bench[0].headers).json()["version"])

    start = version()
    assert commands.load_catalogue(ITEMS, []) == 0
    assert commands.load_cards([(" n999000001 ", False)]) == 0
    assert version() == start
    assert commands.load_cards([("N999000001", True), ("uid:04A1B2C3D4E5F6", False)]) == 2
    cards_changed = version()
    assert commands.load_catalogue([item("0777", "vinsj", "winch")], []) == 1
    assert start < cards_changed < version()


def test_a_packed_batch_is_taken_in(bench: Bench, hub: Client):
    """A batch sent with gzip is the batch, and its receipt is one that the station understands."""
    station = bench[0]
    station.lend()
    body = gzip.compress(json.dumps(station.batch()).encode())
    answer = send(hub, station, body, **{"Content-Encoding": "gzip"})
    receipt = receipt_from_plain(answer.json())
    assert (receipt.acknowledged, len(receipt.verdicts)) == (1, 1)
    assert Station.objects.get(pk=station.station).client == "test/1"


def test_an_empty_batch_is_a_sign_of_life(bench: Bench, hub: Client):
    """A batch without entries is answered with what the hub holds, and the station's clock is noted."""
    station = bench[0]
    assert send(hub, station, station.batch([])).json()["acknowledged"] == 0
    row = Station.objects.get(pk=station.station)
    assert row.last_contact_ms is not None
    assert row.clock_offset_ms == NOW - row.last_contact_ms


def _deep(levels: int) -> bytes:
    return b'{"protocol":' + b"[" * levels + b"]" * levels + b"}"


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "no json": b"\x00\x01",
    "cut json": b'{"protocol": 1, "station"',
    "not utf-8": '{"client": "æ"}'.encode("latin-1"),
    "a list": b"[]",
    "a number": b"1",
    "nan": b'{"protocol": NaN}',
    "infinity": b'{"protocol": 1e999}',
    "deep": _deep(10_000),
    "deeper": _deep(400_000),
    "huge int": b'{"protocol": ' + b"9" * 5000 + b"}",
    "sql": json.dumps({"protocol": "1; DROP TABLE journal_rawentry; --"}).encode(),
    "too large": b" " * (MAX_BATCH_BYTES + 1),
    "ten megabytes": b" " * 10_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bytes_that_are_no_batch_get_a_plain_no(sqlite_bench: Bench, hub: Client, name: str):
    """Whatever bytes come, the answer is a plain no, and nothing is stored."""
    before = counts()
    assert is_plain_no(send(hub, sqlite_bench[0], HOSTILE[name]))
    assert is_plain_no(hub.post("/api/enrol", HOSTILE[name], content_type="application/json"))
    assert counts() == before


HUGE = 10**60
WRONG: dict[str, dict[str, Any]] = {
    "protocol": {"protocol": 2},
    "protocol as text": {"protocol": "1"},
    "another station": {"station": "ls-0002"},
    "no station": {"station": None},
    "future epoch": {"epoch": 2},
    "huge epoch": {"epoch": HUGE},
    "epoch as text": {"epoch": "1"},
    "epoch as flag": {"epoch": True},
    "clock": {"clock": []},
    "clock far off": {"clock": {"wall": HUGE, "boot": "", "up": 0, "synced": True}},
    "client": {"client": "x" * 200},
    "client with a line break": {"client": "x\nFAKE LOG LINE"},
    "client missing": {"client": None},
    "entries as object": {"entries": {}},
    "entries of numbers": {"entries": [1]},
    "entries of null": {"entries": [None]},
    "entry without anything": {"entries": [{}]},
    "half a pair": {"client": "\ud800"},
}


@pytest.mark.parametrize("name", WRONG)
def test_batches_of_the_wrong_form_get_a_plain_no(bench: Bench, hub: Client, name: str):
    """A signed batch with a wrong part is refused whole, and nothing is stored."""
    station, before = bench[0], counts()
    station.lend()
    batch = station.batch() | WRONG[name]
    assert is_plain_no(send(hub, station, batch))
    assert counts() == before


SEQS: list[Any] = [0, -1, 2**53, HUGE, "1", None, True, 1.5, [1]]


@pytest.mark.parametrize("seq", SEQS, ids=str)
def test_entries_without_a_place_get_a_plain_no(sqlite_bench: Bench, hub: Client, seq: Any):
    """An entry whose sequence number is none cannot be given a place: the batch is refused."""
    station = sqlite_bench[0]
    wire = broken(station.lend(), seq=seq)
    assert is_plain_no(send(hub, station, station.batch([wire])))
    assert not RawEntry.objects.exists()


def test_entries_of_another_station_get_a_plain_no(bench: Bench, hub: Client):
    """A batch with an entry from another station or epoch is refused, whoever signed it."""
    station, other = bench[0], bench[1]
    own, theirs = station.lend(), other.lend()
    for entries in ([theirs], [own, broken(own, epoch=2)], [broken(own, station="ls-0003")]):
        assert is_plain_no(send(hub, station, station.batch(entries)))
    assert not RawEntry.objects.exists()


def test_too_many_entries_get_a_plain_no(sqlite_bench: Bench, hub: Client):
    """More entries than a batch may hold are answered 413: send them in smaller pieces."""
    station = sqlite_bench[0]
    wire = station.lend()
    answer = send(hub, station, station.batch([wire] * (MAX_BATCH_ENTRIES + 1)))
    assert answer.status_code == 413
    assert is_plain_no(answer)


def test_a_wrong_signature_gets_a_plain_no(bench: Bench, hub: Client):
    """A batch that was changed after signing is refused with 400 and counted as an alarm."""
    station = bench[0]
    batch = station.batch([station.lend()])
    for wrong in (batch | {"signature": "00" * 64}, batch | {"signature": None}, batch | {"entries": []}):
        assert is_plain_no(send(hub, station, wrong))
    assert Station.objects.get(pk=station.station).alarms == 3
    assert not RawEntry.objects.exists()


def _bomb() -> bytes:
    return gzip.compress(b" " * 200_000_000)


@pytest.mark.parametrize(
    ("name", "body", "encoding"),
    [
        ("bomb", _bomb(), "gzip"),
        ("cut", gzip.compress(b'{"a": "' + bytes(range(256)) * 40 + b'"}')[:-9], "gzip"),
        ("not gzip", b"{}", "gzip"),
        ("something behind", gzip.compress(b"{}") + b"x", "gzip"),
        ("wrong sum", gzip.compress(b"{}")[:-8] + b"\0" * 8, "gzip"),
        ("zlib", zlib.compress(b"{}"), "deflate"),
        ("nonsense", b"{}", "br, gzip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_odd_packings_get_a_plain_no(sqlite_bench: Bench, hub: Client, name: str, body: bytes, encoding: str):
    """A packed body that is cut, foreign or a bomb is refused before it is unpacked whole."""
    assert len(body) < MAX_BATCH_BYTES, name
    assert is_plain_no(send(hub, sqlite_bench[0], body, **{"Content-Encoding": encoding}))


def test_calls_that_do_not_exist_get_a_plain_no(sqlite_bench: Bench, hub: Client):
    """Unknown paths, methods and hosts are answered in plain words."""
    assert is_plain_no(hub.get("/api/nothing", headers=sqlite_bench[0].headers))
    assert hub.get("/api/journal").status_code == 405
    assert hub.get("/api/health", headers={"Host": "evil.example"}).status_code == 400


def test_what_is_logged_names_no_card_and_no_token(
    sqlite_bench: Bench, hub: Client, caplog: pytest.LogCaptureFixture
):
    """Alarms are logged with the station's name; no token, card or body ever is."""
    station = sqlite_bench[0]
    wire = station.lend(card=STRANGER)
    send(hub, station, station.batch())
    send(hub, station, station.batch([broken(wire, id="e" * 32)]))
    send(hub, station, station.batch() | {"signature": "00"})
    assert "ls-0001" in caplog.text
    for secret in (station.token, STRANGER, wire["id"], ref(STRANGER)):
        assert secret not in caplog.text


def test_the_description_of_the_api_is_for_staff(staff_after_bench: Client):
    """OpenAPI and its page are shown to staff and to nobody else."""
    for page in ("/api/openapi.json", "/api/docs"):
        assert Client().get(page).status_code == 302
        assert staff_after_bench.get(page).status_code == 200
    paths = staff_after_bench.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        *("/api/health", "/api/enrol", "/api/journal", "/api/feed", "/api/feed/changes", "/api/pin"),
        *("/api/heartbeat", "/api/token", "/api/epoch"),
    }


@pytest.fixture
def staff_after_bench(sqlite_bench: Bench, staff: Client) -> Client:  # noqa: ARG001 - the bench comes first
    """Staff on an empty hub."""
    return staff


def test_a_very_long_item_code_does_no_harm(bench: Bench, hub: Client):
    """Codes with quotes, slashes, blanks and at the very limit of length are kept as they are."""
    station = bench[0]
    codes = ["x" * 200, "'; DROP TABLE ledger_openloan; --", 'a/b "c" %s', "ÆØÅ 🙂", " "]
    for code in codes:
        station.add(Loan(code, DUE))
    answer = send(hub, station, station.batch())
    assert {verdict["verdict"] for verdict in answer.json()["verdicts"]} == {"stored"}
    assert set(RawEntry.objects.values_list("item", flat=True)) == set(codes)
