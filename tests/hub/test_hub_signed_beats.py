"""What a station says of itself is its own: whoever has the token alone cannot say how it is, nor end what it is
told, nor put a token or a key of theirs in the place of the station's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from hub.bench import NOW, Bench, SimulatedStation, post, replaced
from hub.test_hub_fleet import beat_of
from hub.test_hub_forks import Twins
from hub.test_hub_forks import beat_of as beat_of_unit

from sync.heartbeat import Order, beat_to_plain, sign_beat, sign_epoch, sign_roll
from sync.hub.clock import now_ms
from sync.hub.fleet import beats, health
from sync.hub.fleet.models import Alarm, ContactHour, Station
from sync.hub.fleet.tokens import token_hash
from sync.hub.journal.models import Journal
from sync.journal import canonical, sign_batch

Plain = dict[str, Any]


def signed(station: SimulatedStation, epoch: int = 1, **changed: Any) -> Plain:
    """Return the beat of a station, as one of today sends it."""
    return sign_beat(beat_of(now_ms(), epoch=epoch, **changed), station.station, station.key)


def new_epoch(unit: SimulatedStation, public_key: str = "ab" * 32, epoch: int = 1) -> Plain:
    """Return what a unit of today asks for a new epoch with."""
    return sign_epoch(unit.station, epoch, beat_of_unit(unit).head, public_key, unit.key)


def beats_as(station: SimulatedStation, plain: Plain) -> int:
    """Send a beat with the station's token; return the answer's status."""
    return int(post(station, "/api/heartbeat", plain).status_code)


def kept() -> list[Any]:
    """Return all that heartbeats change at the hub, but for the count of alarms."""
    stations = [
        {name: value for name, value in row.items() if name != "alarms"}
        for row in Station.objects.order_by("pk").values()
    ]
    return [stations, *(list(model.objects.order_by("pk").values()) for model in (ContactHour, Alarm, Journal))]


def alarms(station: SimulatedStation) -> int:
    return Station.objects.get(pk=station.station).alarms


def of_another_key(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return sign_beat(beat_of(now_ms()), station.station, Ed25519PrivateKey.generate())


def of_another_station(_station: SimulatedStation, other: SimulatedStation) -> Plain:
    return signed(other)


def changed_on_the_way(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return signed(station) | {"waiting": 0, "oldest_ms": None, "disk_free": 1}


def with_something_added(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return signed(station) | {"mood": "good"}


def without_signature(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return {name: value for name, value in signed(station).items() if name != "signature"}


def as_before_there_were_signatures(_station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return beat_to_plain(beat_of(now_ms()))


def of_an_epoch_that_never_was(_station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return beat_to_plain(beat_of(now_ms(), epoch=7))


def signed_for_an_epoch_that_never_was(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return signed(station, epoch=7)


def with_the_signature_of_a_batch(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return signed(station) | {"signature": sign_batch(station.batch([]), station.key)}


FOREIGN = (
    of_another_key,
    of_another_station,
    changed_on_the_way,
    with_something_added,
    without_signature,
    as_before_there_were_signatures,
    of_an_epoch_that_never_was,
    signed_for_an_epoch_that_never_was,
    with_the_signature_of_a_batch,
)


def check_a_foreign_beat_changes_nothing(bench: Bench, make: Callable[..., Plain]) -> None:
    """Nothing is kept of it, and no order is taken for told: the station still hears it at its own next beat."""
    station = bench[0]
    assert beats_as(station, signed(station, waiting=31)) == 200
    assert health.order(station.station, Order.FETCH)
    before = kept()
    assert beats_as(station, make(station, bench[1])) == 400
    assert kept() == before
    answer = post(station, "/api/heartbeat", signed(station))
    assert answer.json()["orders"] == [Order.FETCH]


@pytest.mark.parametrize("make", FOREIGN)
def test_a_foreign_beat_changes_nothing(bench: Bench, make: Callable[..., Plain]):
    """Of another key, another station, another epoch, changed, or without its signature; on both databases."""
    check_a_foreign_beat_changes_nothing(bench, make)


@pytest.mark.parametrize("make", FOREIGN)
def test_a_hub_that_believes_any_beat_is_caught(
    sqlite_bench: Bench, make: Callable[..., Plain], monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: the signature is not looked at."""
    monkeypatch.setattr("sync.hub.api.calls.check_beat", lambda *_: True)
    with pytest.raises(AssertionError):
        check_a_foreign_beat_changes_nothing(sqlite_bench, make)


def test_a_hub_that_forgets_who_signs_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: leaving the signature away is as good as having one."""
    monkeypatch.setattr(health, "note_signing", lambda *_: None)
    with pytest.raises(AssertionError):
        check_a_foreign_beat_changes_nothing(sqlite_bench, as_before_there_were_signatures)


def test_a_foreign_beat_is_an_alarm(sqlite_bench: Bench, staff: Client):
    """Staff see that somebody speaks in the station's name, as with a batch."""
    station = sqlite_bench[0]
    beats_as(station, signed(station))
    assert beats_as(station, of_another_key(station, sqlite_bench[1])) == 400
    assert alarms(station) == 1
    assert "feil signatur" in staff.get("/stations").text.lower()


def test_a_station_of_before_is_believed_until_it_signs(bench: Bench):
    """Unsigned beats are taken of a station that never signed one, and not any more once it was updated."""
    station = bench[0]
    for _ in range(2):
        assert beats_as(station, beat_to_plain(beat_of(now_ms()))) == 200
    assert (alarms(station), Journal.objects.filter(signs_beats=True).count()) == (0, 0)
    assert beats_as(station, signed(station)) == 200
    assert beats_as(station, beat_to_plain(beat_of(now_ms()))) == 400
    assert beats_as(bench[1], beat_to_plain(beat_of(now_ms()))) == 200
    assert Station.objects.get(pk=station.station).beat["version"] == 1


def test_an_older_unit_in_its_place_is_believed(sqlite_bench: Bench):
    """Let in anew with a program of before, a station beats unsigned in its new epoch; in the old one it cannot."""
    assert beats_as(sqlite_bench[0], signed(sqlite_bench[0])) == 200
    unit = replaced(sqlite_bench)
    unit.token = "of the new unit"
    Station.objects.filter(pk=unit.station).update(token_hash=token_hash(unit.token))
    assert beats_as(unit, beat_to_plain(beat_of(now_ms(), epoch=2))) == 200
    assert beats_as(unit, beat_to_plain(beat_of(now_ms(), epoch=1))) == 400


def test_a_fork_opens_no_way_around(sqlite_bench: Bench):
    """No epoch that a decision makes is one in which an unsigned beat is believed."""
    twins = Twins(sqlite_bench).meet()
    unit = twins.second
    assert beats_as(unit, sign_beat(beat_of_unit(unit), unit.station, unit.key)) == 200
    twins.decide(unit)
    told = post(unit, "/api/heartbeat", sign_beat(beat_of_unit(unit), unit.station, unit.key))
    assert told.json()["orders"] == [Order.NEW_EPOCH]
    assert post(unit, "/api/epoch", new_epoch(unit)).status_code == 200
    epochs = list(Journal.objects.filter(station=unit.station).values_list("epoch", flat=True))
    assert sorted(epochs) == [1, 2, 3]
    before = kept()
    for epoch in epochs:
        assert beats_as(unit, beat_to_plain(beat_of(NOW, epoch=epoch))) == 400
    assert kept() == before


def test_a_copy_of_before_is_told_that_the_other_lives_on(sqlite_bench: Bench):
    """Its program does not sign yet, the chosen unit's does: with the token it has left it still hears that it is to
    be let in anew. That changes nothing at the hub, and is no alarm.
    """
    twins = Twins(sqlite_bench).meet()
    twins.decide(twins.second)
    chosen = SimulatedStation(twins.second.station, epoch=3)
    asked = new_epoch(twins.second, public_key=chosen.public_key)
    chosen.token = post(twins.second, "/api/epoch", asked).json()["token"]
    assert beats_as(chosen, signed(chosen, epoch=3)) == 200
    before = kept()
    assert twins.orders(twins.first) == [Order.ENROL_ANEW]
    assert (kept(), alarms(chosen)) == (before, 0)


def test_a_beat_is_signed_over_all_of_it(sqlite_bench: Bench):
    """What a later version adds is under the signature too; hubs of today pass over it."""
    station = sqlite_bench[0]
    plain = signed(station) | {"version": 3, "mood": "good"}
    del plain["signature"]
    whole = plain | {"signature": station.key.sign(canonical(plain)).hex()}
    assert beats_as(station, whole) == 200
    assert beats_as(station, whole | {"mood": "bad"}) == 400
    assert beats.is_signed(whole)


# --- what asks for a new token


def roll_of_another_key(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return sign_roll(station.station, 1, Ed25519PrivateKey.generate())


def roll_of_another_station(_station: SimulatedStation, other: SimulatedStation) -> Plain:
    return sign_roll(other.station, 1, other.key)


def roll_for_an_epoch_that_never_was(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return sign_roll(station.station, 7, station.key)


def roll_without_signature(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return {name: value for name, value in sign_roll(station.station, 1, station.key).items() if name != "signature"}


def roll_of_before(_station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return {}


def a_beat_that_was_overheard(station: SimulatedStation, _other: SimulatedStation) -> Plain:
    return signed(station)


FOREIGN_ROLLS = (
    roll_of_another_key,
    roll_of_another_station,
    roll_for_an_epoch_that_never_was,
    roll_without_signature,
    roll_of_before,
    a_beat_that_was_overheard,
)


def check_a_foreign_roll_gives_nothing(bench: Bench, make: Callable[..., Plain]) -> None:
    """No token is given for it, and the station's own still counts; that somebody asked is an alarm."""
    station = bench[0]
    assert beats_as(station, signed(station)) == 200
    before = kept()
    answer = post(station, "/api/token", make(station, bench[1]))
    assert (answer.status_code, "token" in answer.json()) == (400, False)
    assert (kept(), alarms(station)) == (before, 1)
    assert post(station, "/api/token", sign_roll(station.station, 1, station.key)).status_code == 200


@pytest.mark.parametrize("make", FOREIGN_ROLLS)
def test_a_token_alone_gives_no_other_token(bench: Bench, make: Callable[..., Plain]):
    """Whoever used the new one first would lock the station out; on both databases."""
    check_a_foreign_roll_gives_nothing(bench, make)


@pytest.mark.parametrize("make", FOREIGN_ROLLS)
def test_a_hub_that_gives_anybody_a_token_is_caught(
    sqlite_bench: Bench, make: Callable[..., Plain], monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: who asks is not looked at."""
    monkeypatch.setattr("sync.hub.api.calls.check_roll", lambda *_: None)
    with pytest.raises(AssertionError):
        check_a_foreign_roll_gives_nothing(sqlite_bench, make)


def test_a_station_of_before_rolls_its_token_until_it_signs(sqlite_bench: Bench):
    """It asks without a signature, and so does an older unit let in after one that signed."""
    station = sqlite_bench[0]
    assert post(station, "/api/token", {}).status_code == 200
    assert beats_as(station, signed(station)) == 200
    unit = replaced(sqlite_bench)
    unit.token = "of the new unit"
    Station.objects.filter(pk=unit.station).update(token_hash=token_hash(unit.token))
    assert post(unit, "/api/token", {}).status_code == 200


# --- what asks for a new epoch, after staff have said which unit of a forked journal lives on


def epoch_of_another_key(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    head = beat_of_unit(unit).head
    return sign_epoch(unit.station, 1, head, "cd" * 32, Ed25519PrivateKey.generate())


def epoch_of_another_station(unit: SimulatedStation, other: SimulatedStation) -> Plain:
    return sign_epoch(other.station, 1, beat_of_unit(unit).head, "cd" * 32, other.key)


def epoch_with_another_new_key(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return new_epoch(unit) | {"public_key": "cd" * 32}


def epoch_without_signature(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return {name: value for name, value in new_epoch(unit).items() if name != "signature"}


def epoch_of_before(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return {name: new_epoch(unit)[name] for name in ("public_key", "epoch", "head")}


def epoch_after_one_that_never_was(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return new_epoch(unit, epoch=7)


def epoch_with_the_signature_of_a_beat(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return epoch_of_before(unit, _other) | sign_beat(beat_of_unit(unit), unit.station, unit.key)


def epoch_with_the_signature_of_a_roll(unit: SimulatedStation, _other: SimulatedStation) -> Plain:
    return epoch_of_before(unit, _other) | sign_roll(unit.station, 1, unit.key)


FOREIGN_EPOCHS = (
    epoch_of_another_key,
    epoch_of_another_station,
    epoch_with_another_new_key,
    epoch_without_signature,
    epoch_of_before,
    epoch_after_one_that_never_was,
    epoch_with_the_signature_of_a_beat,
    epoch_with_the_signature_of_a_roll,
)


def chosen_unit(bench: Bench) -> SimulatedStation:
    """Return the unit of a forked journal that staff chose; it has signed a beat."""
    twins = Twins(bench).meet()
    assert beats_as(twins.second, sign_beat(beat_of_unit(twins.second), "ls-0001", twins.second.key)) == 200
    twins.decide(twins.second)
    return twins.second


def check_a_foreign_epoch_gives_nothing(bench: Bench, make: Callable[..., Plain]) -> None:
    """Neither token, epoch nor key of the library is given for it; the chosen unit still goes on with its own key."""
    unit = chosen_unit(bench)
    before = kept()
    answer = post(unit, "/api/epoch", make(unit, bench[1]))
    assert (answer.status_code, set(answer.json())) == (400, {"problem", "what_now"})
    assert (kept(), alarms(unit)) == (before, 1)
    assert post(unit, "/api/epoch", new_epoch(unit)).json()["epoch"] == 3
    assert Journal.objects.get(station=unit.station, epoch=3).public_key == "ab" * 32


@pytest.mark.parametrize("make", FOREIGN_EPOCHS)
def test_a_token_alone_gives_no_new_epoch(bench: Bench, make: Callable[..., Plain]):
    """Whoever has the token, and even knows where the journal ends, cannot be the station; on both databases."""
    check_a_foreign_epoch_gives_nothing(bench, make)


@pytest.mark.parametrize("make", FOREIGN_EPOCHS)
def test_a_hub_that_lets_anybody_go_on_is_caught(
    sqlite_bench: Bench, make: Callable[..., Plain], monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: who asks is not looked at."""
    monkeypatch.setattr("sync.hub.api.calls.check_epoch", lambda *_: None)
    with pytest.raises(AssertionError):
        check_a_foreign_epoch_gives_nothing(sqlite_bench, make)


def test_a_unit_of_before_goes_on_until_it_signs(sqlite_bench: Bench):
    """A fork of units that never signed a beat is sorted out as before: nothing of it is signed, nor an alarm."""
    twins = Twins(sqlite_bench).meet()
    twins.decide(twins.second)
    assert twins.orders(twins.second) == [Order.NEW_EPOCH]
    given = post(twins.second, "/api/epoch", epoch_of_before(twins.second, sqlite_bench[1]))
    assert (given.json()["epoch"], alarms(twins.second)) == (3, 0)


def test_an_answer_that_was_lost_may_be_asked_for_again(sqlite_bench: Bench):
    """The same signed request gets the same epoch again, until the new one is used."""
    unit = chosen_unit(sqlite_bench)
    asked = [post(unit, "/api/epoch", new_epoch(unit)).json() for _ in range(2)]
    assert [one["epoch"] for one in asked] == [3, 3]
