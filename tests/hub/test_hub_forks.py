"""Two units with one journal: told apart, one lives on, nothing that happened is lost, and nobody else notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hub.bench import BOOT, DRILL, NOW, OTHER, SAW, TENT, Bench, SimulatedStation, everything, post

from lending.errors import Refused
from lending.times import Reading
from sync.heartbeat import Beat, Head, Order, beat_to_plain
from sync.hub import commands
from sync.hub.fleet import enrolment, forks, lines
from sync.hub.fleet.forks import declare, forked_journals, lines_of, take_back
from sync.hub.fleet.models import Branch, Fork, Station
from sync.hub.journal.batch import read_batch
from sync.hub.journal.models import Journal, RawEntry, SetAside
from sync.hub.ledger.models import CaseEvent, CaseState, OpenLoan, ReviewCase
from sync.protocol import Receipt, VerdictKind


class Twins:
    """One card and its copy, made after the first entry; the first one's journal came first."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.first = bench[0]
        self.first.lend(wall=NOW)
        self.second = SimulatedStation(
            self.first.station, token=self.first.token, key=self.first.key, journal=list(self.first.journal)
        )
        self.first.take_back(wall=NOW + 1)
        self.second.lend(TENT, OTHER, wall=NOW + 2)
        self.second.lend(SAW, OTHER, wall=NOW + 3)

    def send(self, unit: SimulatedStation, start: int = 0) -> Receipt:
        """Send what a unit has from `start` on, as a call does."""
        self.bench.now += 1
        batch = read_batch(json.loads(json.dumps(unit.batch(unit.journal[start:]))), unit.station)
        return forks.take(Station.objects.get(pk=unit.station), batch, self.bench.now)

    def meet(self) -> Twins:
        """Let the hub hear both."""
        self.send(self.first)
        self.send(self.second, 1)
        return self

    def decide(self, unit: SimulatedStation, *, count_others: bool = True) -> Fork:
        """Say that this unit lives on."""
        key = str(unit.journal[1]["hash"])
        return declare(unit.station, 1, key, count_others=count_others, who="anna", now_ms=NOW + 100)

    def orders(self, unit: SimulatedStation) -> list[str]:
        """Return what a unit is told when it says where its journal ends."""
        answer = post(unit, "/api/heartbeat", beat_to_plain(beat_of(unit)))
        assert answer.status_code == 200
        return list(answer.json()["orders"])


def beat_of(unit: SimulatedStation) -> Beat:
    last = unit.journal[-1]
    return Beat("test/1", unit.epoch, Head(last["seq"], last["hash"]), Reading(NOW, BOOT, 1, synced=True))


def held_ids() -> set[str]:
    """Return every entry the hub holds, whether it counts or not."""
    return set(RawEntry.objects.values_list("entry_id", flat=True)) | set(
        SetAside.objects.values_list("entry_id", flat=True)
    )


def out() -> set[str]:
    return set(OpenLoan.objects.values_list("item", flat=True))


def test_a_unit_does_not_go_on_by_a_decision_that_was_just_taken_back(
    sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    """It asked while the decision still stood; by the time it would go on, staff have taken it back."""
    twins = Twins(sqlite_bench).meet()
    fork = twins.decide(twins.second)
    monkeypatch.setattr(forks, "orders_for", lambda *_: (Order.NEW_EPOCH,))
    monkeypatch.setattr(forks, "decision", lambda *_: fork)
    assert take_back(fork.pk, "anna", NOW + 200)
    head = beat_of(twins.second).head
    with pytest.raises(Refused):
        forks.go_on(Station.objects.get(pk=fork.station_id), 1, head, "ab" * 32, NOW + 300)
    assert Fork.objects.get().new_epoch is None


def check_nothing_is_lost(bench: Bench) -> None:
    """Whoever lives on, every entry of both units is still held, and those that count are in force."""
    twins = Twins(bench).meet()
    before = held_ids()
    twins.decide(twins.second)
    assert held_ids() == before
    assert out() == {TENT, SAW}


def test_nothing_is_lost_whoever_lives_on(bench: Bench):
    """On both databases: after the decision all entries are held, and the loans of both units are facts."""
    check_nothing_is_lost(bench)
    commands.refold()
    assert out() == {TENT, SAW}
    assert not SetAside.objects.exists()
    assert forked_journals() == {}


def test_losing_a_line_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: what lies in quarantine behind the fork is overlooked when the lines are sorted."""
    real = lines._beyond
    monkeypatch.setattr(lines, "_beyond", lambda journal: [entry for entry in real(journal) if entry.seq == 2])
    monkeypatch.setattr(lines, "take_out", lambda *_: set())
    with pytest.raises((AssertionError, Refused)):
        check_nothing_is_lost(sqlite_bench)


def test_the_lines_are_told_apart(sqlite_bench: Bench):
    """The line that came first counts; the other has its entries in order, from the last shared one on."""
    twins = Twins(sqlite_bench).meet()
    assert forked_journals() == {"ls-0001": 1}
    main, other = lines_of(Journal.objects.get(station="ls-0001"))
    assert (main.in_force, main.after_seq, [e.claimed_id for e in main.entries]) == (
        True,
        1,
        [twins.first.journal[1]["id"]],
    )
    assert (other.in_force, other.after_seq, other.last_seq) == (False, 1, 3)
    assert [e.claimed_id for e in other.entries] == [wire["id"] for wire in twins.second.journal[1:]]
    assert other.walls() == (NOW + 2, NOW + 3)


@pytest.mark.parametrize("chosen", ["first", "second"])
def test_both_go_on_sending_and_each_joins_its_line(bench: Bench, chosen: str):
    """After the decision what either unit sends joins its own line and counts; no new case opens, and all is
    acknowledged, also when it is sent again.
    """
    twins = Twins(bench).meet()
    twins.decide(getattr(twins, chosen))
    cases = ReviewCase.objects.filter(kind__startswith="journal").count()
    twins.first.lend(wall=NOW + 5)
    twins.second.take_back(SAW, wall=NOW + 6)
    for unit in (twins.first, twins.second, twins.second, twins.first):
        receipt = twins.send(unit)
        assert receipt.acknowledged == len(unit.journal)
        assert {verdict.kind for verdict in receipt.verdicts} == {VerdictKind.STORED}
        assert [verdict.seq for verdict in receipt.verdicts] == list(range(1, len(unit.journal) + 1))
    assert out() == {DRILL, TENT}
    assert ReviewCase.objects.filter(kind__startswith="journal").count() == cases
    before = everything()
    commands.refold()
    assert everything() == before


def test_what_went_on_behind_the_others_entries_comes_back_to_its_line(sqlite_bench: Bench):
    """The first unit goes on before anybody has decided; its entries are quarantined, and count afterwards."""
    twins = Twins(sqlite_bench).meet()
    twins.first.lend(wall=NOW + 5)
    twins.first.take_back(wall=NOW + 6)
    twins.first.lend(wall=NOW + 7)
    twins.send(twins.first)
    assert out() == set()
    twins.decide(twins.first)
    assert out() == {DRILL, TENT, SAW}
    assert twins.send(twins.first).acknowledged == len(twins.first.journal)


def test_a_line_can_be_set_aside(sqlite_bench: Bench):
    """If staff say so the other unit's entries are kept and do not count, and neither does what it sends later."""
    twins = Twins(sqlite_bench).meet()
    twins.decide(twins.first, count_others=False)
    twins.second.take_back(DRILL, wall=NOW + 9)
    receipt = twins.send(twins.second, 1)
    assert receipt.acknowledged == 4
    assert {verdict.kind for verdict in receipt.verdicts} == {VerdictKind.QUARANTINED}
    assert out() == set()
    assert {wire["id"] for wire in twins.second.journal} <= held_ids()
    assert not ReviewCase.objects.filter(kind__startswith="journal", state=CaseState.OPEN).exists()


def test_a_decision_can_be_taken_back_until_the_unit_has_gone_on(sqlite_bench: Bench):
    """Taken back, everything stands as before, both audited; once the unit has gone on it is too late."""
    twins = Twins(sqlite_bench).meet()
    before = everything()
    fork = twins.decide(twins.second)
    assert take_back(fork.pk, "bjarne", NOW + 200)
    after = everything()
    assert {name: after[name] for name in ("loans", "states", "cases")} == {
        name: before[name] for name in ("loans", "states", "cases")
    }
    assert not Branch.objects.exists()
    assert forked_journals() == {"ls-0001": 1}
    told = list(CaseEvent.objects.filter(case__kind="journal_forked").values_list("what", "who"))
    assert told == [("opened", ""), ("accepted", "anna"), ("undone", "bjarne")]
    again = twins.decide(twins.second)
    forks.go_on(Station.objects.get(pk="ls-0001"), 1, beat_of(twins.second).head, "ab" * 32, NOW + 300)
    assert not take_back(again.pk, "bjarne", NOW + 400)
    assert out() == {TENT, SAW}


def check_the_right_unit_goes_on(bench: Bench) -> None:
    """The chosen unit alone is told to go on in a new epoch, the other one to enrol anew."""
    twins = Twins(bench).meet()
    assert twins.orders(twins.first) == twins.orders(twins.second) == []
    twins.decide(twins.second)
    assert twins.orders(twins.second) == [Order.NEW_EPOCH]
    assert twins.orders(twins.first) == [Order.ENROL_ANEW]


def test_the_right_unit_goes_on(sqlite_bench: Bench):
    """By the last entry of its journal the hub knows which of the two speaks."""
    check_the_right_unit_goes_on(sqlite_bench)


def test_taking_one_unit_for_the_other_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: whoever comes first after the decision is taken for the chosen one."""

    def whoever(*_: Any) -> tuple[Order, ...]:
        return (Order.NEW_EPOCH,)

    monkeypatch.setattr(forks, "orders_for", whoever)
    with pytest.raises(AssertionError):
        check_the_right_unit_goes_on(sqlite_bench)


def test_the_chosen_unit_gets_its_epoch_and_the_other_brings_its_tail(bench: Bench):
    """The new epoch is given to the chosen unit, again after a lost answer, and to nobody else; once its new token is
    used the old one brings the other unit's tail, and opens nothing more.
    """
    twins = Twins(bench).meet()
    twins.decide(twins.second)
    fresh = SimulatedStation("ls-0001", epoch=3)
    asked = {"public_key": fresh.public_key, "epoch": 1, "head": beat_to_plain(beat_of(twins.second))["head"]}
    wrong = asked | {"head": beat_to_plain(beat_of(twins.first))["head"]}
    assert post(twins.first, "/api/epoch", wrong).status_code == 400
    for _ in range(2):
        given = post(twins.second, "/api/epoch", asked).json()
    assert given["epoch"] == 3
    fresh.token = given["token"]
    fresh.take_back(TENT, wall=NOW + 50)
    assert post(fresh, "/api/journal", fresh.batch()).json()["acknowledged"] == 1
    assert out() == {SAW}
    assert twins.orders(twins.first) == [Order.ENROL_ANEW]
    twins.first.lend(wall=NOW + 60)
    assert post(twins.first, "/api/journal", twins.first.batch()).json()["acknowledged"] == 3
    assert out() == {SAW, DRILL}
    assert Client().get("/api/feed", headers=twins.first.headers).status_code == 401
    assert post(twins.first, "/api/token", {}).status_code == 401
    assert post(fresh, "/api/epoch", asked | {"public_key": "cd" * 32}).status_code == 400
    commands.revoke("ls-0001")
    assert post(twins.first, "/api/journal", twins.first.batch()).status_code == 401


def test_a_unit_with_a_shorter_tail_than_the_hub_holds_is_heard_too(sqlite_bench: Bench):
    """A copy that has written less than the first one is noticed as well, and its line is sorted out."""
    twins = Twins(sqlite_bench)
    for wall in range(5, 9):
        twins.first.lend(wall=NOW + wall)
        twins.first.take_back(wall=NOW + wall)
    twins.meet()
    assert {v.kind for v in twins.send(twins.second, 1).verdicts} == {VerdictKind.CONFLICT}
    answer = post(twins.first, "/api/heartbeat", beat_to_plain(beat_of(twins.first))).json()
    assert answer["forked"]
    twins.decide(twins.second)
    assert out() == {TENT, SAW}
    assert twins.orders(twins.second) == [Order.NEW_EPOCH]


def test_staff_choose_on_the_page_and_take_it_back(sqlite_bench: Bench, staff: Client):
    """From the case to the lines side by side, the choice, and back; a line nobody wrote changes nothing."""
    twins = Twins(sqlite_bench).meet()
    case = ReviewCase.objects.get(kind="journal_forked")
    page = staff.get(f"/cases/{case.pk}").text
    assert "/stations/ls-0001/fork/1" in page
    shown = staff.get("/stations/ls-0001/fork/1").text
    key = str(twins.second.journal[1]["hash"])
    assert shown.count('type="radio"') == 2
    assert key in shown
    assert staff.post("/stations/ls-0001/fork/1", {"line": "x"}).status_code == 409
    assert not Fork.objects.exists()
    assert staff.post("/stations/ls-0001/fork/1", {"line": key, "count": "yes"}).status_code == 302
    assert out() == {TENT, SAW}
    case.refresh_from_db()
    assert (case.state, case.decided_by) == (CaseState.DECIDED, "anna")
    made = Fork.objects.get()
    assert f"/forks/{made.pk}/undo" in staff.get("/stations/ls-0001/fork/1").text
    assert staff.post(f"/cases/{case.pk}/undo").status_code == 302
    assert staff.post(f"/forks/{made.pk}/undo").status_code == 409
    assert out() == set()


def test_many_copies_are_shown_as_the_longest_ones(sqlite_bench: Bench, staff: Client):
    """Whoever has the key can send any number of lines; the page shows ten, the longest of those that wait first."""
    twins = Twins(sqlite_bench).meet()
    for n in range(12):
        copy = SimulatedStation(
            twins.first.station, token=twins.first.token, key=twins.first.key, journal=list(twins.first.journal[:1])
        )
        copy.lend(TENT, OTHER, wall=NOW + 10 + n)
        twins.send(copy, 1)
    assert len(lines_of(Journal.objects.get(station="ls-0001"))) == 14
    shown = staff.get("/stations/ls-0001/fork/1").text
    assert shown.count('type="radio"') == 10
    assert shown.index(str(twins.second.journal[1]["hash"])) < shown.index("Enhet C")


def nobody(_: Twins) -> tuple[str, int, str]:
    return "ls-0002", 1, ""


def no_epoch(_: Twins) -> tuple[str, int, str]:
    return "ls-0001", 9, ""


def no_line(_: Twins) -> tuple[str, int, str]:
    return "ls-0001", 1, "f" * 64


@pytest.mark.parametrize("make", [nobody, no_epoch, no_line])
def test_what_cannot_be_decided_is_refused(sqlite_bench: Bench, make: Callable[[Twins], tuple[str, int, str]]):
    """A journal that does not fork, an epoch that is not there, a line nobody wrote: refused, and nothing changes."""
    twins = Twins(sqlite_bench).meet()
    before = everything()
    station, epoch, key = make(twins)
    with pytest.raises(Refused):
        declare(station, epoch, key, count_others=True, who="anna", now_ms=NOW)
    assert everything() == before


def test_other_stations_go_on_untouched(sqlite_bench: Bench):
    """What another station lends meanwhile counts at once, before and after the decision."""
    twins, other = Twins(sqlite_bench).meet(), sqlite_bench[1]
    other.lend("0301081001", wall=NOW + 20)
    sqlite_bench.take(other)
    before = list(RawEntry.objects.filter(journal__station="ls-0002").values_list())
    twins.decide(twins.first)
    assert list(RawEntry.objects.filter(journal__station="ls-0002").values_list()) == before
    assert "0301081001" in out()
    with pytest.raises(Refused):
        enrolment.new_epoch(Station.objects.get(pk="ls-0002"), 1, beat_of(other).head, "ab" * 32, NOW)
