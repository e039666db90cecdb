"""A station that is broken or hostile fills no disk and no list: what counts nowhere is kept up to a limit."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hub.bench import DRILL, NOW, SAW, TENT, Bench, SimulatedStation, broken, everything, post
from hub.test_hub_forks import Twins, held_ids
from hub.test_hub_kinds import _newer

from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.fleet.forks import MOST_BRANCHES
from sync.hub.fleet.models import Branch
from sync.hub.journal import aside
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.cases import ASKED_AGAIN_MS, MOST_QUARANTINED
from sync.hub.ledger.models import CaseState, OpenLoan, ReviewCase
from sync.journal import WireEntry

MOST = 30
AT_ONCE = 10

Flood = Callable[[SimulatedStation, int], WireEntry]


def another_at_a_place(station: SimulatedStation, number: int) -> WireEntry:
    """An entry where the hub holds another one."""
    return broken(station.journal[0], id=f"{number:032x}")


def unreadable(station: SimulatedStation, _number: int) -> WireEntry:
    """The next entry, of a kind nobody knows."""
    station.journal.append(broken(station.lend(TENT), kind="hologram"))
    del station.journal[-2]
    return station.journal[-1]


def beyond_a_gap(station: SimulatedStation, number: int) -> WireEntry:
    """An entry far behind the last one."""
    return broken(station.journal[0], id=f"{number:032x}", seq=1000 + 2 * number)


def not_continuing(station: SimulatedStation, number: int) -> WireEntry:
    """The next entry, as another unit would have written it."""
    return broken(station.journal[0], id=f"{number:032x}", seq=2 + number, prev="ab" * 32)


FLOODS: tuple[Flood, ...] = (another_at_a_place, unreadable, beyond_a_gap, not_continuing)


@pytest.fixture(autouse=True)
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep so few that a test comes to the limit soon."""
    monkeypatch.setattr(settings, "MOST_ASIDE", MOST)


def send(station: SimulatedStation, entries: list[WireEntry]) -> Any:
    return post(station, "/api/journal", station.batch(entries))


def cases(kind: str = "too_much_aside") -> list[ReviewCase]:
    return list(ReviewCase.objects.filter(kind=kind).order_by("pk"))


def check_a_flood_ends(bench: Bench, flood: Flood) -> None:
    """From the limit on a flood is refused plainly, changes nothing, and is one case; all that was taken stays."""
    station = bench[0]
    station.lend()
    assert send(station, station.journal).status_code == 200
    pieces = [[flood(station, n * AT_ONCE + i) for i in range(AT_ONCE)] for n in range(MOST // AT_ONCE + 2)]
    answers = [send(station, piece) for piece in pieces]
    assert [answer.status_code for answer in answers] == [200] * (MOST // AT_ONCE) + [400, 400]
    assert "until the library has looked" in answers[-1].json()["problem"]
    assert "keep it" in answers[-1].json()["what_now"]
    assert len(held_ids()) == 1 + MOST
    (case,) = cases()
    assert (case.state, case.station) == (CaseState.OPEN, station.station)
    assert set(case.entry_ids) & held_ids()
    before = everything()
    again = send(station, pieces[0])
    assert again.json()["verdicts"] == answers[0].json()["verdicts"]
    assert send(station, pieces[-1]).status_code == 400
    assert everything() == before


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_ends(bench: Bench, flood: Flood):
    """Each way to send what counts nowhere, on both databases."""
    check_a_flood_ends(bench, flood)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_hub_without_the_limit_is_caught(sqlite_bench: Bench, flood: Flood, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: whatever comes is kept."""
    monkeypatch.setattr(Ingest, "limit", lambda *_: None)
    with pytest.raises(AssertionError):
        check_a_flood_ends(sqlite_bench, flood)


def test_a_gap_that_is_filled_by_a_fork_makes_no_room(sqlite_bench: Bench):
    """What waited behind a gap and then does not continue the journal lies aside as before, and is counted so."""
    station = sqlite_bench[0]
    station.lend()
    waiting = [broken(station.journal[0], id=f"{n:032x}", seq=3 + n, prev="ab" * 32) for n in range(MOST)]
    assert send(station, [station.journal[0], *waiting]).status_code == 200
    assert send(station, [broken(station.journal[0], id="f" * 32, seq=2, prev="cd" * 32)]).status_code == 400
    filled = station.take_back()
    assert send(station, [filled]).json()["acknowledged"] == MOST + 2
    more = broken(filled, id="e" * 32, seq=MOST + 3, prev="ab" * 32)
    assert send(station, [more]).status_code == 400


@pytest.mark.parametrize("where", ["body", "personal"])
@pytest.mark.parametrize("seq", [1, 2])
def test_large_entries_come_to_the_limit_sooner(bench: Bench, where: str, seq: int):
    """One entry as large as many ordinary ones counts like them, wherever it is large and whatever becomes of it."""
    station = bench[0]
    station.lend()
    send(station, station.journal)
    large = broken(station.journal[0], id="f" * 32, seq=seq, kind="hologram")
    large[where] = {"more": "x" * (MOST * aside.BYTES_EACH)}
    assert send(station, [large]).status_code == 400
    assert len(held_ids()) == 1


def test_ordinary_life_goes_on_beside_a_flood(bench: Bench):
    """At the limit the station's own loans still count, and so do those of others."""
    station, other = bench[0], bench[1]
    station.lend()
    send(station, station.journal)
    for n in range(MOST // AT_ONCE + 1):
        send(station, [another_at_a_place(station, n * AT_ONCE + i) for i in range(AT_ONCE)])
    assert len(cases()) == 1
    station.lend(TENT)
    other.lend(SAW)
    assert send(station, station.journal).json()["acknowledged"] == 2
    assert send(other, other.journal).json()["acknowledged"] == 1
    assert set(OpenLoan.objects.values_list("item", flat=True)) == {DRILL, TENT, SAW}


def test_a_decision_makes_room(sqlite_bench: Bench):
    """Of a unit with more than is kept, nothing is lost: once staff let its line count, all of it arrives."""
    twins = Twins(sqlite_bench).meet()
    for _ in range(MOST):
        twins.second.lend(wall=NOW + 5)
        twins.second.take_back(wall=NOW + 5)
    with pytest.raises(aside.TooMuchAside):
        twins.send(twins.second, 1)
    twins.decide(twins.second)
    twins.send(twins.second, 1)
    assert {wire["id"] for wire in twins.second.journal} <= held_ids()
    assert RawEntry.objects.filter(in_force=False).count() == 0
    assert len(cases()) == 1


def test_the_line_that_staff_set_aside_comes_to_the_limit_too(sqlite_bench: Bench):
    """A unit whose line does not count any more cannot go on for ever either."""
    twins = Twins(sqlite_bench).meet()
    twins.decide(twins.first, count_others=False)
    for _ in range(MOST):
        twins.second.lend(wall=NOW + 5)
    with pytest.raises(aside.TooMuchAside):
        twins.send(twins.second, 1)
    twins.first.lend(wall=NOW + 6)
    assert twins.send(twins.first).acknowledged == len(twins.first.journal)


def test_a_thousand_lines_make_no_thousand_journals(sqlite_bench: Bench):
    """Only the longest lines become branches, the chosen one in any case, and nothing is lost."""
    twins = Twins(sqlite_bench).meet()
    lines = [broken(twins.first.journal[1], id=secrets.token_hex(16)) for _ in range(MOST - 5)]
    twins.send(SimulatedStation(twins.first.station, key=twins.first.key, journal=lines))
    before = held_ids()
    alone = SimulatedStation(twins.first.station, key=twins.first.key, journal=[twins.first.journal[0], lines[-1]])
    twins.decide(alone)
    assert Branch.objects.count() == MOST_BRANCHES
    assert held_ids() == before
    assert RawEntry.objects.get(entry_id=lines[-1]["id"]).in_force
    assert RawEntry.objects.get(entry_id=twins.second.journal[2]["id"]).in_force


def _unreadable_ones(bench: Bench, count: int) -> None:
    station = bench[0]
    for number in range(count):
        unreadable(station, number)
    assert send(station, station.journal).status_code == 200


def test_unreadable_entries_fill_no_list(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Up to a page of them has a case each, the others one together; once all can be read all are closed."""
    monkeypatch.setattr(settings, "MOST_ASIDE", 1000)
    _unreadable_ones(bench, MOST_QUARANTINED + 5)
    assert len(cases("entry_quarantined")) == MOST_QUARANTINED
    assert len(cases()) == 1
    _newer(monkeypatch)
    commands.refold()
    assert set(ReviewCase.objects.filter(kind__in=("entry_quarantined", "too_much_aside")).values_list("state")) == {
        (CaseState.EXPLAINED,)
    }


def test_an_answer_stands_for_a_day(sqlite_bench: Bench, staff: Client, monkeypatch: pytest.MonkeyPatch):
    """Staff see the case and answer it; while the station goes on it does not come back before the next day."""
    _unreadable_ones(sqlite_bench, MOST)
    unreadable(sqlite_bench[0], 0)
    assert send(sqlite_bench[0], sqlite_bench[0].journal[-1:]).status_code == 400
    (case,) = cases()
    page = staff.get(f"/cases/{case.pk}").text
    assert "sender for mye som ikke kan telle" in page
    assert f"/stations/{case.station}" in page
    assert staff.post(f"/cases/{case.pk}/answer", {"decision": "accept", "note": ""}).status_code == 302
    assert cases()[0].state == CaseState.DECIDED
    send(sqlite_bench[0], sqlite_bench[0].journal[-1:])
    assert cases()[0].state == CaseState.DECIDED
    later = now_ms() + ASKED_AGAIN_MS
    monkeypatch.setattr("sync.hub.api.calls.now_ms", lambda: later)
    send(sqlite_bench[0], sqlite_bench[0].journal[-1:])
    assert (cases()[0].state, cases()[0].decided_by) == (CaseState.OPEN, "")


def test_counting_reads_an_index_of_nothing_else(bench: Bench):
    """What lies aside is found without reading what counts, on both databases."""
    for _ in range(200):
        bench[0].lend()
    bench.take(bench[0])
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert aside.kept_aside(bench[0].station) == (0, 0)
    ((sql, params),) = [one for one in asked if "journal_rawentry" in one[0]]
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:  # the table is so small that PostgreSQL would read it, and it knows nothing of it yet
            cursor.execute("ANALYZE journal_rawentry; SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{sql}", params)
        plan = " / ".join(str(row[-1]) for row in cursor.fetchall())
        if postgres:
            cursor.execute("RESET enable_seqscan")
    assert "entries_aside" in plan, plan
