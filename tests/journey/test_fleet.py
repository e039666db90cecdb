"""Stations and a real hub over their lives: set back, shut out, let in anew, with another token."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.journals import make_identity
from support.journey import Bench, Mailbox, clock

from kiosk.care import PastOutbox
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Return
from lending.errors import NotAllowed, TryLater
from nabolan.demo import world
from nabolan.demo.processes import Processes, run
from sync.agent.agent import Agent, AgentState
from sync.agent.boxes import Leftover
from sync.agent.heart import Care, Heart
from sync.agent.identity import _keep_key_of_before, enrol, load, new_epoch, past_keys, save
from sync.agent.link import HubLink
from sync.heartbeat import Beat, Head


def write(bench: Bench, count: int) -> list[str]:
    """Commit `count` returns and return their ids."""
    return [
        entry.entry_id for entry in bench.store.commit([Draft(new_id(), Return("T1")) for _ in range(count)], clock())
    ]


def beating(bench: Bench, folder: Path, states: list[AgentState]) -> Agent:
    """Return an agent that beats."""
    link = HubLink(f"http://127.0.0.1:{bench.line.port}", bench.identity.token)
    box = Mailbox(bench.store)

    def beat() -> Beat:
        place = bench.store.place
        return Beat("test", place.epoch, Head(place.seq, place.head), clock())

    care = Care(beat, lambda identity: save(folder, identity), lambda _link, _head: None, lambda _forked: None)
    heart = Heart(link, bench.identity, care)
    return Agent(link, bench.identity, box, box, clock, states.append, heart=heart)


class ForgetsToRewind(Agent):
    """Planted defect: believes for ever what the hub once acknowledged."""

    def _push(self, journal: Leftover) -> int:
        journal.outbox.rewind = lambda _held: None  # type: ignore[method-assign]
        return super()._push(journal)


@pytest.fixture
def hub_of_last_night(bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    """A hub restored from a copy that lacks the last three of six acknowledged entries; two more wait."""
    write(bench, 3)
    bench.agent().push()
    other = tmp_path / "hub"
    other.mkdir()
    source = Path(bench.hub.environment["HUB_DATA_DIR"])
    for file in source.glob("*.key"):
        shutil.copy(file, other)
    copy = sqlite3.connect(other / "hub.sqlite3")
    with sqlite3.connect(source / "hub.sqlite3") as live:
        live.backup(copy)
    live.close()
    copy.close()
    shutil.copy(source / "demo-access.json", other)
    write(bench, 3)
    bench.agent().push()
    write(bench, 2)
    with Processes(tmp_path / "logs") as processes:
        restored = world.start_hub(other, processes)
        bench.line.aim(("127.0.0.1", restored.port))
        yield replace(bench, hub=restored)


def test_a_hub_set_back_gets_everything_again(hub_of_last_night: Bench, tmp_path: Path) -> None:
    """A hub restored from an old copy gets again what it had acknowledged and lost, in order, and the chain holds.

    Also a station with nothing to send notices: the answer to its heartbeat says up to where the hub holds it.
    """
    bench = hub_of_last_night
    with pytest.raises(TryLater):
        bench.agent(ForgetsToRewind).push()
    bench.store._meta[f"acknowledged_{bench.identity.epoch}"] = "8"
    beating(bench, tmp_path, []).round()
    assert bench.store.acknowledged == 3
    bench.store._meta[f"acknowledged_{bench.identity.epoch}"] = "6"
    assert bench.agent().push() == 5
    held = bench.hub_entries()
    mine = [row[0] for row in bench.store.db.conn.execute("SELECT entry_id FROM journal ORDER BY seq")]
    assert [entry for entry in mine if held.count(entry) != 1] == []
    assert bench.store.waiting_count() == 0
    assert bench.store.check() == 8


def test_a_token_rolls(bench: Bench, tmp_path: Path) -> None:
    """The new token is on the disk before it is used; once it is used the old one is nobody's."""
    run("sync.hub", ["roll", bench.identity.station], bench.hub.environment)
    states: list[AgentState] = []
    agent = beating(bench, tmp_path, states)
    agent.round()
    fresh = load(tmp_path)
    assert fresh.token != bench.identity.token
    agent._until_beat = 0.0
    agent.round()
    with pytest.raises(NotAllowed):
        HubLink(bench.hub.url, bench.identity.token).get("/api/feed")
    assert HubLink(bench.hub.url, fresh.token).get("/api/feed")
    assert states == [AgentState(heard=True)]


def test_a_station_let_in_anew_still_sends_what_its_old_key_signed(bench: Bench, tmp_path: Path) -> None:
    """Entries of the old epoch that waited when the station was shut out reach the hub, signed with the old key."""
    ids = write(bench, 3)
    run("sync.hub", ["revoke", bench.identity.station], bench.hub.environment)
    with pytest.raises(NotAllowed):
        bench.agent().push()
    code = run("sync.hub", ["station", bench.identity.station, "Test"], bench.hub.environment).split()[-1]
    fresh = enrol(HubLink(bench.hub.url), code, tmp_path)
    assert fresh.epoch == bench.identity.epoch + 1
    bench.store.close()
    bench.store, bench.identity = StationStore.open(tmp_path / "station.db", fresh.station, fresh.epoch), fresh
    assert bench.store.waiting_count() == 3
    assert bench.store.oldest_waiting_ms() == clock().wall_ms
    ids += write(bench, 1)

    class Direct:
        """A desk that answers on this thread."""

        def ask(self, work):  # type: ignore[no-untyped-def]
            return work(bench.store)

    (past,) = past_keys(tmp_path, fresh.station)
    box = Mailbox(bench.store)
    left = [Leftover(past.epoch, past.key, PastOutbox(Direct(), past.epoch))]  # type: ignore[arg-type]
    link = HubLink(bench.hub.url, fresh.token)
    assert Agent(link, fresh, box, box, clock, lambda _: None, leftovers=left).push() == 4
    assert bench.store.waiting_count() == 0
    held = bench.hub_entries()
    assert [entry for entry in ids if entry not in held] == []


def test_only_the_key_of_the_same_station_is_kept(tmp_path: Path) -> None:
    """Keys of earlier epochs belong to a station: a unit that becomes another one does not sign for the first."""
    before, keys = make_identity(), []
    for after in (replace(make_identity("another"), epoch=2), replace(before, epoch=2), replace(before, epoch=3)):
        save(tmp_path, before)
        _keep_key_of_before(tmp_path, after)
        keys.append([past.epoch for past in past_keys(tmp_path, after.station)])
    assert keys == [[], [1], [1]]
    assert past_keys(tmp_path, "another") == ()


def declare(bench: Bench, hash_of_first: str) -> None:
    """Let staff say that the unit which wrote this entry lives on."""
    run("sync.hub", ["fork", bench.identity.station, "--lives", hash_of_first[:8]], bench.hub.environment)


class Unit:
    """A unit with its own folder, whose identity and file are what they are at its next start."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        self.states: list[AgentState] = []
        self.start()

    def start(self) -> None:
        """Open the file with the identity that lies beside it."""
        self.identity = load(self.folder)
        self.store = StationStore.open(self.folder / "station.db", self.identity.station, self.identity.epoch)
        link = HubLink(f"http://127.0.0.1:{self.bench.line.port}", self.identity.token)
        box = Mailbox(self.store)
        care = Care(self.beat, lambda identity: save(self.folder, identity), self.go_on, self.keep_forked)
        heart = Heart(link, self.identity, care)
        self.agent = Agent(
            link, self.identity, box, box, clock, self.states.append, heart=heart, forked=self.store.is_forked
        )

    def beat(self) -> Beat:
        place = self.store.place
        return Beat("test", place.epoch, Head(place.seq, place.head), clock())

    def go_on(self, link: HubLink, head: Head) -> None:
        new_epoch(link, self.folder, head)

    def keep_forked(self, forked: bool) -> None:  # noqa: FBT001 - as in Care
        self.store.note_forked(forked=forked)

    def write(self) -> str:
        """Commit a return and return its hash."""
        self.store.commit([Draft(new_id(), Return("T1"))], clock())
        return self.store.place.head

    def round(self) -> None:
        """Push and beat."""
        self.agent._until_beat = 0.0
        self.agent.round()

    def restart(self) -> None:
        self.store.close()
        self.start()


def test_a_copied_card_is_sorted_out_over_the_line(bench: Bench, tmp_path: Path) -> None:
    """Two units with one card: both hear that the journal forks and keep everything; staff choose the copy.

    It goes on in a new epoch by itself; the other one is told to enrol anew and still delivers its tail.
    """
    write(bench, 2)
    bench.agent().push()
    bench.store.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("station.db", "identity.json"):
        shutil.copy(tmp_path / name, copy)
    first, second = Unit(bench, tmp_path), Unit(bench, copy)
    first.write()
    first.round()
    chosen = second.write()
    second.write()
    second.round()
    first.round()
    assert [unit.states[-1].forked for unit in (first, second)] == [True, True]
    declare(bench, chosen)
    second.round()
    assert load(copy).epoch == first.identity.epoch + 2
    second.restart()
    assert second.store.place.seq == 0
    second.write()
    second.round()
    assert not second.agent._state.forked
    assert not second.store.is_forked
    first.write()
    first.round()
    assert first.states[-1].forked
    assert first.store.is_forked
    assert first.store.waiting_count() == 0
    held = bench.hub_entries()
    for unit in (first, second):
        mine = {row[0] for row in unit.store.db.conn.execute("SELECT entry_id FROM journal")}
        assert mine <= set(held)
        unit.store.check()
        unit.store.close()
    assert len(held) == len(set(held))
