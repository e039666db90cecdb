"""Plays power cuts: the disk as it may look after a cut at any point of a record, opened by the station's own code.

The model: what was synced is there. Of what was not, each write survives by the toss of a coin; of those that
survive, half are torn: every sector of 512 bytes they touch survives by another toss. Files appear, vanish and change
their name at once. Shared memory (`-shm`) does not survive.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from support.library import HERE, at

from kiosk.store.station_store import StationStore
from lending.entries import Draft, Started
from lending.errors import Damaged
from lending.nouns import Standing
from powercut.recording import Did
from powercut.station_to_cut import CARDS, ITEMS, feed_of, told

SECTOR = 512
Files = dict[str, bytes]


class Disk:
    """The files of a station: what is safe, and what has been written since and may not be."""

    def __init__(self, files: Files) -> None:
        self._safe = {name: bytearray(content) for name, content in files.items()}
        self._unsafe: dict[str, list[Did]] = {}

    def take(self, did: Did) -> None:
        """Let it happen."""
        match did.op:
            case "c":
                self._safe.setdefault(did.name, bytearray())
            case "w" | "t":
                self._unsafe.setdefault(did.name, []).append(did)
            case "s":
                self._sync(did.name)
            case "u":
                self._safe.pop(did.name, None)
                self._unsafe.pop(did.name, None)
            case "r":
                self._rename(did.name, did.data.decode())

    def _sync(self, name: str) -> None:
        for did in self._unsafe.pop(name, []):
            _apply(self._safe[name], did)

    def _rename(self, name: str, now: str) -> None:
        self._safe[now] = self._safe.pop(name)
        self._unsafe[now] = self._unsafe.pop(name, [])

    def whole(self) -> Files:
        """Return the files as they are while the power is on."""
        return self._with({name: list(writes) for name, writes in self._unsafe.items()})

    def after_cut(self, chance: random.Random) -> Files:
        """Return the files as they may be after a cut now."""
        return self._with(
            {
                name: [part for did in writes for part in _surviving(did, chance)]
                for name, writes in self._unsafe.items()
            }
        )

    def _with(self, writes: dict[str, list[Did]]) -> Files:
        files = {}
        for name, safe in self._safe.items():
            if name.endswith("-shm"):
                continue
            content = bytearray(safe)
            for did in writes.get(name, []):
                _apply(content, did)
            files[name] = bytes(content)
        return files


def _apply(content: bytearray, did: Did) -> None:
    end = did.offset + len(did.data)
    if did.op == "t":
        del content[end:]
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[did.offset : end] = did.data


def _surviving(did: Did, chance: random.Random) -> Iterator[Did]:
    if chance.random() < 0.5:
        return
    if did.op == "t" or chance.random() < 0.5:
        yield did
        return
    start, end = did.offset, did.offset + len(did.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if chance.random() < 0.5:
            yield Did("w", did.name, start, did.data[start - did.offset : stop - did.offset])
        start = stop


# --- What the disk must show


@dataclass(frozen=True, slots=True)
class State:
    """What a station holds: all entry ids in order, the trace, the version of the feed, what the hub has."""

    entries: tuple[str, ...] = ()
    trace: str = "[[], null]"
    feed: int = 0
    known: int = 0


@dataclass(slots=True)
class Promises:
    """What was confirmed, and what was about to be. Fed with the marks of a record."""

    confirmed: State = field(default_factory=State)
    doing: State | None = None

    def take(self, did: Did) -> None:
        """Note a mark; anything else promises nothing."""
        if did.op != "m":
            return
        said = json.loads(did.data)
        if "doing" in said:
            new = said["doing"]
            entries = (*self.confirmed.entries, *new["entries"])
            self.doing = State(entries, json.dumps(new["trace"]), new["feed"], new["known"])
        elif "done" in said and self.doing is not None:
            self.confirmed, self.doing = replace(self.doing, feed=said.get("feed", self.doing.feed)), None


class Broken(Exception):  # noqa: N818 - a finding, not a fault of the program
    """The disk holds something no station ever wrote. Its cause is the error the store made of it, if it made one."""


def look(folder: Path) -> State:
    """Return what a station finds that starts on this folder, and let it go on. Raises Broken.

    A disk that is spoilt may make any error; one that the store does not name as damage is told by its class.
    """
    try:
        store = StationStore.open(folder / "station.db", HERE)
    except Damaged as error:
        raise Broken(f"does not open: {error}") from error
    except Exception as error:
        raise Broken(f"does not open, by {type(error).__name__}: {error}") from error
    try:
        state = _held(store)
        _goes_on(store)
    except Damaged as error:
        raise Broken(str(error)) from error
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"does not work, by {type(error).__name__}: {error}") from error
    finally:
        store.close()
    return state


def _held(store: StationStore) -> State:
    count = store.check()
    entries = tuple(row[0] for row in store.db.conn.execute("SELECT entry_id FROM journal ORDER BY epoch, seq"))
    if not count == len(entries) == store.place.seq:
        raise Broken(f"{count} entries in the chain, {len(entries)} in the table, {store.place.seq} by its place")
    live = store.derived_rows()
    store.rebuild()
    if store.derived_rows() != live:
        raise Broken("the tables are not what the journal says")
    return State(entries, json.dumps(told(store.trace())), _whole_feed(store), store.acknowledged)


def _whole_feed(store: StationStore) -> int:
    version = store.feed_version
    feed = feed_of(version)
    items = [store.item(code) for code in ITEMS[:: len(ITEMS) - 1]]
    told_items = list(feed.items[:: len(ITEMS) - 1]) if version else [None, None]
    blocked = _blocked_cards(store)
    told_blocked = [card.patron_ref for card in feed.cards if card.blocked] if version else []
    whole = (
        items == told_items
        and blocked == told_blocked
        and (version == 0 or store.station_name == feed.station_name)
        and store.rules.version == version
    )
    if not whole:
        raise Broken(f"feed {version} is not whole")
    return version


def _blocked_cards(store: StationStore) -> list[str]:
    refs = [f"1:{n:032x}" for n in range(CARDS)]
    return [ref for ref in refs if store.card(ref).standing is Standing.BLOCKED]


def _goes_on(store: StationStore) -> None:
    before = store.place.seq
    store.commit((Draft("f" * 32, Started("after the cut", unclean=True)),), at(10_000))
    if store.place.seq != before + 1:
        raise Broken("the station does not go on after the cut")


# --- Cuts


class Found(StrEnum):
    """What a cut did."""

    KEPT = "kept"
    LOST = "lost"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one cut. `lost` counts confirmed entries; `toss` is the seed of what survived."""

    point: int
    toss: int
    found: Found
    lost: int = 0
    why: str = ""
    is_told_as_damage: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """What one station did from `before` on, when this much had been promised."""

    done: Sequence[Did]
    before: Files = field(default_factory=dict)
    promised: State = field(default_factory=State)

    def points(self) -> range:
        """Return every point at which the power can go: before the first thing done, and after each."""
        return range(len(self.done) + 1)

    def cut(self, points: Sequence[tuple[int, int]], scratch: Path) -> list[Finding]:
        """Return what cuts at these (point, toss) do, rising points; `scratch` is a folder to use up."""
        disk, promises, done, findings = Disk(self.before), Promises(self.promised), 0, []
        for point, toss in points:
            for did in self.done[done:point]:
                disk.take(did)
                promises.take(did)
            done = point
            files = disk.after_cut(random.Random(f"{point} {toss}"))
            findings.append(_judge(point, toss, files, promises, scratch))
        return findings

    def at(self, point: int, toss: int | None) -> tuple[Files, Promises]:
        """Return disk and promises at a point, after a cut with this toss or (None) with the power on."""
        disk, promises = Disk(self.before), Promises(self.promised)
        for did in self.done[:point]:
            disk.take(did)
            promises.take(did)
        return disk.whole() if toss is None else disk.after_cut(random.Random(f"{point} {toss}")), promises


def lay_out(files: Files, folder: Path) -> None:
    """Make `folder` hold these files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _judge(point: int, toss: int, files: Files, promises: Promises, scratch: Path) -> Finding:
    lay_out(files, scratch)
    try:
        state = look(scratch)
    except Broken as broken:
        is_told = broken.__cause__ is None or isinstance(broken.__cause__, Damaged)
        return Finding(point, toss, Found.BROKEN, why=str(broken), is_told_as_damage=is_told)
    if state in (promises.confirmed, promises.doing):
        return Finding(point, toss, Found.KEPT)
    confirmed = promises.confirmed.entries
    if state.entries == confirmed[: len(state.entries)]:
        lost = len(confirmed) - len(state.entries)
        return Finding(point, toss, Found.LOST, lost, f"{lost} entries, or trace, feed or receipt of before")
    return Finding(point, toss, Found.BROKEN, why=_differences(state, promises))


def _differences(state: State, promises: Promises) -> str:
    told_of: Any = promises.doing or promises.confirmed
    names = [name for name in State.__slots__ if getattr(state, name) != getattr(told_of, name)]
    return f"neither what was confirmed nor what was being done: {', '.join(names)}"
