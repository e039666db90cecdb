"""What is written for Koha and what is not, on invented histories of items: nothing here needs a database."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hub.simulated_koha import Command, SimulatedKoha, read_koc
from hypothesis import given, settings
from hypothesis import strategies as st
from support.strategies import many as settings_for_many

from sync.hub.koha import plan as planning
from sync.hub.koha.koc import Line, can_be_written, koc_bytes, local_time
from sync.hub.koha.plan import Fact, History, LeftOut, Planner, What, Why, Window, Written

many = settings(settings_for_many, max_examples=int(os.environ.get("NABOLAN_FUZZ") or 70))
OSLO = ZoneInfo("Europe/Oslo")
ITEMS = ("0301", "0302")
CARDS = {"r1": "N1", "r2": "N2"}
STRANGER = "r9"
START = int(datetime(2026, 10, 24, 20, 0, tzinfo=UTC).timestamp() * 1000)
"""Hours before clocks go back: many stories run over the hour that comes twice."""
HOUR = 3_600_000
FAR = START + 10_000 * HOUR


@dataclass
class Desk:
    """Keeps what the hub keeps between runs: what was written of which item, and all files."""

    facts: dict[str, list[Fact]]
    written: dict[str, Written] = field(default_factory=dict)
    files: list[list[Command]] = field(default_factory=list)

    def run(self, from_ms: int, to_ms: int, **changed: Any) -> list[LeftOut]:
        """Write one file; return what was left out."""
        window, new, left = Window(from_ms, to_ms, FAR, OSLO, **changed), list[Written](), list[LeftOut]()
        for item in self.facts:
            some, others = planning.plan(self.history(item), window)
            new.extend(some)
            left.extend(others)
        for one in new:
            assert one.fact.entry_id not in self.written, "written twice"
            self.written[one.fact.entry_id] = one
        self.files.append(read_koc(koc_bytes(line for one in new for line in one.lines)))
        return left

    def history(self, item: str, **changed: Any) -> History:
        """Return what is known of an item now."""
        facts = [
            replace(fact, written=self.written[fact.entry_id].written) if fact.entry_id in self.written else fact
            for fact in self.facts[item]
        ]
        told = sorted((one for one in self.written.values() if one.item == item), key=lambda one: one.written)
        on_loan = told[-1].loan or None if told else None
        last = told[-1].written if told else ""
        return History(item, True, facts, on_loan, last, cards=CARDS, **changed)

    def times(self, item: str) -> list[str]:
        """Return the times of an item's lines over all files, in the order in which they were written."""
        ones = [one for one in self.written.values() if one.item == item]
        return [line.written for one in ones for line in one.lines]

    def koha(self) -> SimulatedKoha:
        """Return a Koha that knows our cards and items."""
        return SimulatedKoha(frozenset(CARDS.values()), frozenset(ITEMS))


@st.composite
def stories(draw: st.DrawFn, *, twice: bool = True) -> dict[str, list[Fact]]:
    """Return the entries of some items in order, as stations make them: loans, renewals, returns, undone loans."""
    return {item: draw(_story(item, twice=twice)) for item in ITEMS}


@st.composite
def _story(draw: st.DrawFn, item: str, *, twice: bool) -> list[Fact]:
    facts, at, out = list[Fact](), START, list[str]()
    for number in range(draw(st.integers(0, 9))):
        at += draw(st.sampled_from((0, 1, 999, 1000, 60_000, HOUR // 2, 2 * HOUR, 30 * HOUR)))
        acts = ["return", *(["loan"] if twice or not out else []), *(["renewal", "undo"] if out else [])]
        act = draw(st.sampled_from(acts))
        entry_id = f"{item}-{number}"
        if act == "loan":
            ref = draw(st.sampled_from([*CARDS, STRANGER, None]))
            facts.append(Fact(entry_id, What.LOAN, at, "ls-1", number, ref=ref))
            out.append(entry_id)
        elif act == "renewal":
            facts.append(Fact(entry_id, What.RENEWAL, at, "ls-1", number, loan=draw(st.sampled_from(out))))
        else:
            loan = out[-1] if out else None
            facts.append(Fact(entry_id, What.RETURN, at, "ls-1", number, loan=loan, undo=act == "undo"))
            out = out[:-1] if act == "undo" else []
    return facts


@st.composite
def splits(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Return periods, one after the other or overlapping, that cover everything at last."""
    ends = sorted(draw(st.lists(st.integers(START, START + 100 * HOUR), max_size=4)))
    return [(draw(st.sampled_from((START, max(START, end - 3 * HOUR)))), end) for end in ends] + [(START, FAR)]


def open_at_last(facts: Sequence[Fact]) -> str | None:
    """Return the card that has the item in the end, as Koha can know it: one loan per item, by a card of ours."""
    undone = {fact.loan for fact in facts if fact.undo}
    card = None
    for fact in facts:
        if fact.what is What.LOAN and fact.ref in CARDS and fact.entry_id not in undone:
            card = CARDS[fact.ref]
        if fact.what is What.RETURN and not fact.undo:
            card = None
    return card


@given(stories(), splits())
@many
def test_every_entry_is_written_once_and_in_order(facts: dict[str, list[Fact]], periods: list[tuple[int, int]]):
    """However a time is cut into runs: each entry is in one file or has its reason, and Koha knows who has what."""
    check_runs(facts, periods)


def check_runs(facts: dict[str, list[Fact]], periods: list[tuple[int, int]]) -> None:
    """Each entry is in one file or has its reason; Koha, both ways, knows in the end who has what."""
    desk = Desk(facts)
    for from_ms, to_ms in periods:
        left = desk.run(from_ms, to_ms)
    everything = {fact.entry_id for some in facts.values() for fact in some}
    reasons = {one.fact.entry_id: one.why for one in left}
    if all(from_ms == START for from_ms, _ in periods):
        assert Why.LATE not in reasons.values()
    assert everything == desk.written.keys() | reasons.keys()
    assert not desk.written.keys() & reasons.keys()
    for item in ITEMS:
        times = desk.times(item)
        assert times == sorted(set(times)), "one item's lines must not share a second nor go back"
    if Why.LATE in reasons.values():
        return
    direct, queued = desk.koha(), desk.koha()
    for file in desk.files:
        direct.process(file)
    queued.process_queue(desk.files)
    for koha in (direct, queued):
        assert set(koha.errors) <= {"not on loan"}
        assert koha.has() == {item: card for item in ITEMS if (card := open_at_last(facts[item]))}


@given(stories(), st.randoms(use_true_random=False))
@many
def test_what_comes_late_is_never_written_behind_what_koha_knows(facts: dict[str, list[Fact]], random: Any):
    """Whatever overtakes what: the lines of an item are in the order in which it happened, over all files."""
    check_late(facts, random)


def check_late(facts: dict[str, list[Fact]], random: Any) -> None:
    """Entries come in any order, with a run after some of them; what is written stays in the order of the facts."""
    desk = Desk({item: [] for item in ITEMS})
    arriving = [(item, fact) for item in ITEMS for fact in facts[item]]
    random.shuffle(arriving)
    for item, fact in arriving:
        desk.facts[item] = sorted([*desk.facts[item], fact], key=lambda one: (one.at_ms, one.seq))
        if random.random() < 0.5:
            desk.run(START, FAR)
    left = desk.run(START, FAR)
    for item in ITEMS:
        order = {fact.entry_id: number for number, fact in enumerate(facts[item])}
        written = [order[entry_id] for entry_id, one in desk.written.items() if one.item == item]
        assert written == sorted(written), "written behind what Koha was told already"
    assert {fact.entry_id for some in facts.values() for fact in some} <= (
        desk.written.keys() | {one.fact.entry_id for one in left}
    )


def _loan(number: int, ref: str = "r1", **changed: Any) -> Fact:
    return Fact(f"e{number}", What.LOAN, START + number * HOUR, "ls-1", number, ref=ref, **changed)


def _return(number: int, **changed: Any) -> Fact:
    return Fact(f"e{number}", What.RETURN, START + number * HOUR, "ls-1", number, **changed)


def written_late() -> tuple[SimulatedKoha, list[LeftOut]]:
    """Return a Koha that was told of a loan, and then of what happened before it, as far as it was written."""
    desk = Desk({"0301": [_loan(5, "r2")]})
    desk.run(START, FAR)
    desk.facts["0301"] = [_loan(1), _loan(5, "r2")]
    left = desk.run(START, FAR)
    koha = desk.koha()
    koha.process_queue(desk.files[:1])
    koha.process_queue(desk.files[1:])
    return koha, left


def test_a_late_loan_does_not_end_a_newer_one():
    """An older loan that comes late is held back: Koha would end the newer one before it began."""
    koha, left = written_late()
    assert koha.has() == {"0301": "N2"}
    assert [(one.fact.entry_id, one.why) for one in left] == [("e1", Why.LATE)]


def test_a_plan_that_writes_what_comes_late_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: without the look for what Koha knows, the newer loan ends before it began."""
    monkeypatch.setattr(Planner, "is_late", lambda _self, _number: False)
    koha, _ = written_late()
    assert koha.has() == {"0301": "N1"}
    story = {"0301": [_loan(1), _return(2), _loan(5, "r2")], "0302": []}
    with pytest.raises(AssertionError, match="behind"):
        list(map(partial(check_late, story), map(Random, range(20))))


def test_lines_that_share_a_second_are_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: written at the time of the entry alone, two lines of one second are in no order."""
    story = {
        "0301": [_loan(1), replace(_return(1), entry_id="e2"), replace(_loan(1, "r2"), entry_id="e3")],
        "0302": [],
    }
    check_runs(story, [(START, FAR)])
    monkeypatch.setattr(planning, "local_time", lambda ms, zone, _after: local_time(ms, zone))
    with pytest.raises(AssertionError, match="second"):
        check_runs(story, [(START, FAR)])


def test_a_thing_lent_twice_waits_until_staff_have_answered():
    """The second loan and all behind it wait; then Koha gets a return before it, so that it drops nothing."""
    twice = _loan(2, "r2", lent_twice=True)
    desk = Desk({"0301": [_loan(1), twice, _return(3)]})
    left = desk.run(START, FAR)
    assert [one.why for one in left] == [Why.WAITS_FOR_STAFF] * 2
    desk.facts["0301"][1] = replace(twice, lent_twice=False)
    assert desk.run(START, FAR) == []
    koha = desk.koha()
    for file in desk.files:
        koha.process(file)
    assert (koha.has(), [card for card, *_ in koha.over], koha.errors) == ({}, ["N1", "N2"], [])


def test_a_plan_that_writes_no_return_first_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: without a return before it Koha drops the second loan of one day."""
    story = {"0301": [_loan(0), _loan(1, "r2")], "0302": []}
    check_runs(story, [(START, FAR)])
    monkeypatch.setattr(Planner, "needs_return", lambda _self, _fact: False)
    with pytest.raises(AssertionError, match="dropped"):
        check_runs(story, [(START, FAR)])


def test_a_thing_lent_twice_need_not_wait_where_koha_has_no_first_loan():
    """A first loan on an unknown card is not in Koha, so the second is a loan like any other."""
    desk = Desk({"0301": [_loan(1, STRANGER), _loan(2, "r2", lent_twice=True)]})
    assert [one.why for one in desk.run(START, FAR)] == [Why.UNKNOWN_CARD]
    assert desk.files[0][0].card == "N2"


def test_a_doubtful_time_waits_for_staff():
    """A loan whose clock nobody had set would be overdue at once in Koha: it waits for its case."""
    desk = Desk({"0301": [_loan(1, doubtful=True), _return(2)]})
    assert [one.why for one in desk.run(START, FAR)] == [Why.WAITS_FOR_STAFF] * 2


def test_a_renewal_is_written_only_on_top_of_its_loan():
    """A renewal is the loan again; where Koha has not the loan it would make one, so it is left out."""
    renewal = Fact("e2", What.RENEWAL, START + 2 * HOUR, "ls-1", 2, loan="e1")
    desk = Desk({"0301": [_loan(1), renewal], "0302": [_loan(1, STRANGER), renewal]})
    assert [one.why for one in desk.run(START, FAR)] == [Why.UNKNOWN_CARD, Why.LOAN_NOT_IN_KOHA]
    koha = desk.koha()
    koha.process(desk.files[0])
    assert (koha.has(), koha.renewals) == ({"0301": "N1"}, ["0301"])


def test_an_undone_loan_never_was():
    """Neither a loan taken back in the same visit nor its return is written; if the loan was, the return is."""
    undo = _return(2, loan="e1", undo=True)
    desk = Desk({"0301": [_loan(1), undo]})
    assert [one.why for one in desk.run(START, FAR)] == [Why.UNDONE] * 2
    desk = Desk({"0301": [_loan(1)]})
    desk.run(START, FAR)
    desk.facts["0301"].append(undo)
    assert desk.run(START, FAR) == []
    assert [command.action for file in desk.files for command in file] == ["issue", "return"]


def test_a_return_of_what_was_left_out_is_left_out():
    """Where Koha has no loan of ours there is nothing to end; a return of what nobody lent is told it."""
    desk = Desk({"0301": [_loan(1, STRANGER), _return(2), _return(3)]})
    assert [one.why for one in desk.run(START, FAR)] == [Why.UNKNOWN_CARD, Why.LOAN_NOT_IN_KOHA]
    assert [command.when.hour for command in desk.files[0]] == [1]


def test_a_loan_that_staff_ended_is_theirs_to_end_in_koha():
    """It is not written if Koha has not got it; if Koha has, it is named, and ended before the next loan."""
    desk = Desk({"0301": [_loan(1)]})
    written, left = planning.plan(desk.history("0301", ended={"e1"}), Window(START, FAR, FAR, OSLO))
    assert (written, [one.why for one in left]) == ([], [Why.ENDED_BY_STAFF])
    desk.run(START, FAR)
    written, left = planning.plan(desk.history("0301", ended={"e1"}), Window(START, FAR, FAR, OSLO))
    assert (written, [one.why for one in left]) == ([], [Why.ENDED_BY_STAFF])
    desk.facts["0301"].append(_loan(2, "r2"))
    (second,), left = planning.plan(desk.history("0301", ended={"e1"}), Window(START, FAR, FAR, OSLO))
    assert [line.card for line in second.lines] == ["", "N2"]
    assert left == []


def test_an_item_waits_for_the_file_of_another_library():
    """What a station of another library did first must be written first."""
    desk = Desk({"0301": [_loan(1, library="WEST"), _return(2, library="EAST")]})
    left = desk.run(START, FAR, library="EAST")
    assert [one.why for one in left] == [Why.WAITS_FOR_LIBRARY] * 2
    desk.run(START, FAR, library="WEST")
    assert desk.run(START, FAR, library="EAST") == []
    assert [command.action for file in desk.files for command in file] == ["issue", "return"]


def test_what_is_dated_later_than_now_waits():
    """A wrong clock's future is not written."""
    history = Desk({"0301": [_loan(1), _return(5)]}).history("0301")
    written, left = planning.plan(history, Window(START, FAR, START + 2 * HOUR, OSLO))
    assert (len(written), [one.why for one in left]) == (1, [Why.IN_THE_FUTURE])


@pytest.mark.parametrize(
    ("known", "item", "ref", "why"),
    [
        (False, "0301", "r1", Why.UNKNOWN_ITEM),
        (True, "x" * 33, "r1", Why.UNWRITABLE),
        (True, "a\tb", "r1", Why.UNWRITABLE),
        (True, " 0301", "r1", Why.UNWRITABLE),
        (True, "bø", "r1", Why.UNWRITABLE),
        (True, "0301", "odd", Why.UNWRITABLE),
        (True, "0301", STRANGER, Why.UNKNOWN_CARD),
        (True, "0301", None, Why.FORGOTTEN_CARD),
    ],
)
def test_what_koha_would_stumble_over_is_left_out(*, known: bool, item: str, ref: str | None, why: Why):
    """Unknown or unreadable cards and codes never get into a file: Koha stops at them, in the middle."""
    history = History(item, known, [_loan(1, ref)], cards={"r1": "N1", "odd": "N\n1"})
    written, left = planning.plan(history, Window(START, FAR, FAR, OSLO))
    assert (written, [one.why for one in left]) == ([], [why])


@given(st.lists(st.sampled_from((0, 1, 500, 1000, HOUR, 24 * HOUR)), max_size=12), st.sampled_from((3, 10)))
@many
def test_local_times_go_forward_by_a_second_and_exist(steps: list[int], month: int):
    """Over the hour that is missing in March and the one that comes twice in October, an item's times go forward."""
    at = int(datetime(2026, month, 1, tzinfo=UTC).timestamp() * 1000) + 27 * 24 * HOUR + 23 * HOUR + 1_799_000
    if month == 10:
        at -= 3 * 24 * HOUR
    times = [""]
    for step in steps:
        at += step
        times.append(local_time(at, OSLO, times[-1]))
    for before, after in itertools.pairwise(times[1:]):
        assert after > before
    for text in times[1:]:
        naive = datetime.strptime(text, "%Y-%m-%d %H-%M-%S")  # noqa: DTZ007 - the file has local times
        assert naive.replace(tzinfo=OSLO).astimezone(UTC).astimezone(OSLO).replace(tzinfo=None) == naive


def test_a_bumped_time_jumps_over_the_missing_hour():
    """One second after 01:59:59 on the night clocks go forward is 03:00:00."""
    night = int(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC).timestamp() * 1000)
    first = local_time(night, OSLO)
    assert (first, local_time(night, OSLO, first)) == ("2026-03-29 01-59-59", "2026-03-29 03-00-00")


def test_the_file_is_what_koha_reads():
    """Header, tabs, dashes in the time, three digits, line feeds: byte for byte."""
    lines = [Line("2026-07-22 10-16-02", "31000000654321"), Line("2026-07-22 10-15-30", "310", "2352")]
    expected = (
        "Version=1.0\tGenerator=nabolan\tGeneratorVersion=1\n"
        "2026-07-22 10-15-30 000\tissue\t2352\t310\n"
        "2026-07-22 10-16-02 000\treturn\t31000000654321\n"
    )
    assert koc_bytes(lines) == expected.encode()
    assert "2352" not in repr(lines)
    assert timedelta(seconds=32) == read_koc(koc_bytes(lines))[1].when - read_koc(koc_bytes(lines))[0].when


@pytest.mark.parametrize("text", ["", "a\tb", "a\n", " a", "a ", "ø", "x" * 33, "a\x00"], ids=ascii)
def test_what_cannot_stand_in_the_file(text: str):
    """Codes with tabs, line ends, outer blanks, other letters, or too many signs cannot be written."""
    assert not can_be_written(text)
    assert can_be_written("=0301 A")
