"""Invariant 4 between a real agent and a real hub: twice, in pieces, or after a lost answer changes nothing."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from support.journey import Bench, clock

from kiosk.store.station_store import new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.errors import NotAllowed, Refused, TryLater
from lending.nouns import Standing
from sync.agent.agent import Agent
from sync.agent.identity import FILE, enrol
from sync.agent.link import HubLink
from sync.protocol import Receipt


def write(bench: Bench, count: int) -> list[str]:
    """Commit `count` entries and return their ids."""
    drafts = []
    for number in range(count):
        item = f"T{number:09}"
        drafts.append(Draft(new_id(), Loan(item, date(2026, 12, 1)), Personal("1:" + "a" * 32)))
        drafts.append(Draft(new_id(), Return(item)))
    return [entry.entry_id for entry in bench.store.commit(drafts[:count], clock())]


def lost_and_doubled(bench: Bench, agent: Agent, cuts: list[int]) -> tuple[int, int]:
    """Return how many entries are missing at the hub, and how many it has more than once, after an answer has been
    cut after each of so many bytes, and everything has been sent until nothing waits.
    """
    ids = []
    for cut in cuts:
        ids += write(bench, 3)
        bench.line.drop_after(cut)
        with contextlib.suppress(TryLater):
            agent.push()
        bench.line.mend()
    while bench.store.waiting(1):
        agent.push()
    held = Counter(bench.hub_entries())
    return sum(entry not in held for entry in ids), sum(held[entry] > 1 for entry in ids)


def test_an_answer_cut_at_any_byte_loses_and_doubles_nothing(bench: Bench) -> None:
    """Wherever the hub's answer is cut, the hub ends up with every entry exactly once."""
    cuts = [*range(40), *range(40, 900, 23)]
    assert lost_and_doubled(bench, bench.agent(), cuts) == (0, 0)


class BelievesInSilence(Agent):
    """A planted defect: takes no answer for an answer."""

    def push(self) -> int:
        """Drop what was sent, whether the hub answered or not."""
        wires = self._outbox.waiting(500)
        try:
            return super().push()
        except TryLater:
            self._outbox.acknowledge(Receipt(int(wires[-1]["seq"]), (), 0))
            return 0


def test_an_agent_that_believes_in_silence_is_caught(bench: Bench) -> None:
    """An agent that drops entries without an answer is noticed; a hub that then misses them asks for them again."""
    ids = write(bench, 3)
    agent = bench.agent(BelievesInSilence)
    bench.line.cut()
    agent.push()
    held = bench.hub_entries()
    assert not bench.store.waiting(1)
    assert [entry for entry in ids if entry not in held] == ids
    bench.line.mend()
    assert lost_and_doubled(bench, agent, [10_000]) == (0, 0)
    assert set(ids) <= set(bench.hub_entries())


def test_a_batch_sent_twice_gets_the_same_receipt(bench: Bench) -> None:
    """Sending the same entries again changes nothing at the hub, and is acknowledged again."""
    write(bench, 5)
    bench.agent().push()
    before = bench.hub_entries()
    again = bench.agent()
    again._outbox.waiting = lambda limit: bench.store.waiting(limit) or []  # type: ignore[method-assign]
    bench.store.db.conn.execute("UPDATE meta SET value = '0' WHERE name LIKE 'acknowledged%'")
    bench.store._meta[f"acknowledged_{bench.identity.epoch}"] = "0"
    assert again.push() == 5
    assert bench.hub_entries() == before


def test_the_feed_brings_what_a_station_needs(bench: Bench) -> None:
    """After one fetch the station knows the 60 items, the cards as keyed hashes, and who is blocked."""
    assert bench.agent().fetch()
    assert not bench.agent().fetch()
    card_key = bench.identity.card_key
    assert bench.store.item("2809901017") is not None
    assert bench.store.card(card_key.patron_ref("N999000001")).standing is Standing.KNOWN
    assert bench.store.card(card_key.patron_ref("n999000002 ")).standing is Standing.BLOCKED
    assert bench.store.card(card_key.patron_ref("N999999999")).standing is Standing.UNKNOWN


def test_a_station_the_hub_does_not_know_stops_and_keeps_its_journal(bench: Bench) -> None:
    """A token the hub never gave is "not allowed", and everything still waits afterwards."""
    write(bench, 2)
    agent = bench.agent()
    agent._link = HubLink(f"http://127.0.0.1:{bench.line.port}", "not-a-token")
    with pytest.raises(NotAllowed):
        agent.push()
    assert bench.store.waiting_count() == 2


def test_an_enrolment_code_works_once(bench: Bench, tmp_path: Path) -> None:
    """A code that has been used is refused, and the station that used it keeps its identity."""
    with pytest.raises((Refused, NotAllowed)):
        enrol(HubLink(bench.hub.url), bench.code, tmp_path / "second")
    assert not (tmp_path / "second" / FILE).exists()
    write(bench, 1)
    assert bench.agent().push() == 1
    assert bench.identity.token not in repr(bench.identity)
