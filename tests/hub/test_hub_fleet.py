"""How the stations are: what is kept of heartbeats, alarms that do not flap, tokens that give way to new ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hub.bench import BOOT, NOW, Bench, SimulatedStation, everything, post
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import many

from lending.errors import NotAllowed, Refused
from lending.times import Reading
from sync.heartbeat import Beat, Device, Head, Order, beat_from_plain, beat_to_plain, reply_from_plain
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.fleet import alarms, enrolment, health, tokens
from sync.hub.fleet.alarms import AlarmKind
from sync.hub.fleet.models import Alarm, ContactHour, Station
from sync.journal import GENESIS, canonical

MINUTE = 60_000
GIGA = 10**9
DEVICES = (Device("card_reader", up=True), Device("scanner", up=True))


def beat_of(wall: int = NOW, **changed: Any) -> Beat:
    """Return the beat of a station that is well."""
    well = Beat("test/1", 1, Head(0, GENESIS), Reading(wall, BOOT, 1, synced=True), "3.11", "3.45", DEVICES, GIGA,
                2 * GIGA, feed_version=1, feed_made_ms=wall)  # fmt: skip
    return replace(well, **changed)


def test_a_heartbeat_is_kept_and_answered(bench: Bench, staff: Client):
    """The hub keeps the last beat and the hour, says up to where it holds the journal, and shows both to staff."""
    station = bench[0]
    station.lend()
    bench.take(station)
    down = (Device("card_reader", up=False, reason="OSError"), DEVICES[1])
    answer = post(station, "/api/heartbeat", beat_to_plain(beat_of(now_ms(), devices=down, waiting=31)))
    reply = reply_from_plain(answer.json())
    assert (reply.held, reply.forked, reply.orders) == (1, False, ())
    assert abs(reply.hub_wall_ms - now_ms()) < 10_000
    row = Station.objects.get(pk=station.station)
    assert (row.beat["waiting"], row.client, ContactHour.objects.get().beats) == (31, "test/1", 1)
    page = staff.get(f"/stations/{station.station}").text
    assert "kortleser: virker ikke" in page
    assert page.count('<rect class="heard"') == 1
    assert "31" in page


@many
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([*beat_to_plain(beat_of()), "nonsense"]),
)
def test_no_heartbeat_is_more_than_refused(value: Any, name: str):
    """Whatever stands in a field of a heartbeat, it is read or refused by its name."""
    data = beat_to_plain(beat_of()) | {name: value}
    try:
        beat = beat_from_plain(data)
    except Refused as no:
        assert name in str(no) or name == "clock"  # noqa: PT017 - both ends are good ones
    else:
        assert beat_from_plain(json.loads(json.dumps(beat_to_plain(beat)))) == beat


def test_a_beat_of_a_later_version_is_read_and_a_huge_one_is_not(sqlite_bench: Bench):
    """What a later version adds is passed over and not kept; more than 8 KiB are refused."""
    plain = beat_to_plain(beat_of()) | {"version": 7, "mood": "good", "station": sqlite_bench[0].station}
    signed = plain | {"signature": sqlite_bench[0].key.sign(canonical(plain)).hex()}
    assert post(sqlite_bench[0], "/api/heartbeat", signed).status_code == 200
    assert "mood" not in Station.objects.get(pk="ls-0001").beat
    assert post(sqlite_bench[0], "/api/heartbeat", signed | {"mood": "x" * 9000}).status_code == 413


def test_what_a_beat_adds_within_its_fields_is_not_kept_either(bench: Bench):
    """Not even a text that PostgreSQL cannot keep stops a beat, where no field of ours holds it."""
    plain = beat_to_plain(beat_of())
    plain["devices"][0]["mood"] = plain["head"]["mood"] = "\x00"
    assert post(bench[0], "/api/heartbeat", plain).status_code == 200
    assert Station.objects.get(pk="ls-0001").beat == beat_to_plain(beat_of())


def raised_after(bench: Bench, beats: list[tuple[int, bool]], kind: AlarmKind = AlarmKind.SCANNER_DOWN) -> list[bool]:
    """Return whether the alarm stood after each beat: minutes since the first one, and whether the scanner was up."""
    row, shown = Station.objects.get(pk=bench[0].station), []
    for minute, up in beats:
        now = NOW + minute * MINUTE
        beat = beat_of(now, devices=(DEVICES[0], Device("scanner", up=up)))
        health.take_beat(row, beat, now)
        shown.append(kind in alarms.raised().get(row.station_id, []))
    return shown


def test_an_alarm_is_raised_by_what_lasts_and_ended_by_what_lasts(sqlite_bench: Bench):
    """A scanner that is down for ten minutes raises one alarm; only ten good minutes end it."""
    beats = [(0, False), (5, False), (10, False), (15, True), (20, False), (25, True), (30, True), (35, True)]
    assert raised_after(sqlite_bench, beats) == [False, False, True, True, True, True, True, False]
    assert not Alarm.objects.exists()


def test_a_short_fault_raises_nothing_and_a_flapping_one_does(sqlite_bench: Bench):
    """One bad beat is forgotten after ten good minutes; a device that comes and goes does not hide behind that."""
    assert not any(
        raised_after(sqlite_bench, [(0, False), (5, True), (15, True), (20, False), (25, True), (35, True)])
    )
    flapping = raised_after(sqlite_bench, [(minute, minute % 10 == 5) for minute in range(100, 160, 5)])
    assert flapping == sorted(flapping)
    assert flapping[-1]


class CriesAtOnce:
    """Planted defect: every beat decides by itself."""

    @staticmethod
    def step(row: Alarm, now: int, *, bad: bool) -> None:
        row.raised_ms = now
        if bad:
            row.save()
        elif row.pk:
            row.delete()


def test_alarms_without_hysteresis_are_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """The check above fails for alarms that follow every beat."""
    monkeypatch.setattr(alarms, "_step", CriesAtOnce.step)
    flapping = raised_after(sqlite_bench, [(minute, minute % 10 == 5) for minute in range(100, 160, 5)])
    assert flapping != sorted(flapping)


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"disk_free": GIGA // 50}, AlarmKind.DISK_FULL),
        ({"clock": Reading(NOW - 6 * MINUTE, BOOT, 1, synced=False)}, AlarmKind.CLOCK_OFF),
        ({"oldest_ms": NOW - 7 * 60 * MINUTE}, AlarmKind.QUEUE_OLD),
        ({"feed_made_ms": NOW - 25 * 60 * MINUTE}, AlarmKind.FEED_OLD),
        ({"devices": (Device("card_reader", up=False),)}, AlarmKind.READER_DOWN),
    ],
)
def test_each_alarm_has_its_reason(changed: dict[str, Any], kind: AlarmKind):
    """Each kind is judged bad by what it is about, and nothing else is."""
    says = alarms.judge(beat_of(**changed), NOW)
    assert [one for one, bad in says.items() if bad] == [kind]
    assert not any(alarms.judge(beat_of(), NOW).values())


def test_the_fleet_in_one_view(sqlite_bench: Bench, staff: Client):
    """`nabolan hub fleet` and the list name the silent and the alarmed station first."""
    now = now_ms()
    Station.objects.filter(pk="ls-0001").update(last_contact_ms=now)
    Station.objects.filter(pk="ls-0002").update(last_contact_ms=now - 25 * 60 * MINUTE)
    Station.objects.filter(pk="ls-0003").update(last_contact_ms=now)
    Alarm.objects.create(station_id="ls-0003", kind="disk_full", since_ms=now, raised_ms=now)
    lines = commands.fleet()
    assert [line.split()[0] for line in lines] == ["ls-0002", "ls-0003", "ls-0001"]
    assert [line.rsplit("  ", 1)[1] for line in lines] == ["ALARM: silent", "ALARM: disk full", "ok"]
    assert "Minnekortet er nesten fullt" in staff.get("/stations").text
    assert sqlite_bench.stations


def test_a_large_fleet_is_shown_in_pages_and_asked_for_no_more_often(sqlite_bench: Bench, staff: Client):
    """The list shows 100 stations at a time, the worst first wherever their name stands, and with hundreds of them
    asks the database as often as with three; so does `nabolan hub fleet`.
    """
    staff.get("/stations")  # a new connection to PostgreSQL asks some things once
    few = queries(lambda: staff.get("/stations")), queries(commands.fleet)
    more = [Station(station_id=f"ls-1{n:03}", name=f"Bod {n:03}", created_ms=NOW) for n in range(220)]
    Station.objects.bulk_create(more)
    Station.objects.filter(pk="ls-1219").update(alarms=1)
    assert (queries(lambda: staff.get("/stations")), queries(commands.fleet)) == few
    pages = [staff.get(f"/stations?page={number}").text for number in (1, 2, 3)]
    assert [page.count('<td class="tight go">') for page in pages] == [100, 100, 23]
    shown = [name for page in pages for name in re.findall("Bod [0-9]{3}</b>", page)]
    assert shown[0].startswith("Bod 219")
    assert len(set(shown)) == len(shown) == 220
    assert sqlite_bench.stations


def queries(ask: Callable[[], object]) -> int:
    """Return how often the database is asked."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_a_token_rolls_without_locking_anybody_out(bench: Bench, staff: Client):
    """Told to roll, a station gets a new token; the old one counts until the new one is used, however often asked."""
    station = bench[0]
    staff.post(f"/stations/{station.station}/order", {"order": "roll"})
    told = post(station, "/api/heartbeat", beat_to_plain(beat_of())).json()["orders"]
    assert told == [Order.ROLL_TOKEN]
    lost = post(station, "/api/token", {}).json()["token"]
    fresh = post(station, "/api/token", {}).json()["token"]
    assert post(station, "/api/heartbeat", beat_to_plain(beat_of())).status_code == 200
    renewed = SimulatedStation(station.station, token=fresh)
    assert post(renewed, "/api/heartbeat", beat_to_plain(beat_of())).json()["orders"] == []
    for void in (station.token, lost):
        assert tokens.station_of(void) is None
    assert fresh not in str(list(Station.objects.values_list()))


def test_orders_to_send_and_fetch_are_told_once(sqlite_bench: Bench):
    """The orders to send and to fetch are told at the next contact, once."""
    station = sqlite_bench[0]
    assert health.order(station.station, Order.PUSH)
    assert health.order(station.station, Order.FETCH)
    assert health.order(station.station, Order.FETCH)
    told = [post(station, "/api/heartbeat", beat_to_plain(beat_of())).json()["orders"] for _ in range(2)]
    assert told == [["push", "fetch"], []]
    assert not health.order("nowhere", Order.PUSH)


def test_a_revoked_station_is_let_in_anew_and_its_tail_is_taken(bench: Bench, staff: Client):
    """Shut out from the page, a station's tokens are void and the time is kept; a new code lets it in with a new
    epoch, and what its old key signed is still taken in.
    """
    station = bench[0]
    station.lend()
    staff.post(f"/stations/{station.station}/revoke")
    with pytest.raises(NotAllowed):
        tokens.station_of(station.token)
    row = Station.objects.get(pk=station.station)
    assert row.revoked_ms is not None
    assert (row.revoked, row.revoked_epoch) == (True, 1)
    before = row.revoked_ms
    commands.revoke(station.station)
    row.refresh_from_db()
    assert row.revoked_ms == before
    fresh = SimulatedStation(station.station)
    code = commands.create_station(station.station, "X")
    given = enrolment.enrol(code, fresh.public_key, now_ms())
    station.token = given.token
    assert post(station, "/api/journal", station.batch()).json()["acknowledged"] == 1
    assert len(everything()["loans"]) == 1
