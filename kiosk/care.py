"""What the station tells the hub of itself, and what it does at the hub's word."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from hardware.device import DeviceThread
from kiosk.desk.faults import Faults
from kiosk.desk.worker import Desk
from kiosk.enrolment import software
from kiosk.store.station_store import StationStore
from lending.errors import Damaged, NotAllowed, Refused
from lending.times import Reading
from sync.agent.boxes import Leftover
from sync.agent.heart import Care
from sync.agent.identity import Identity, load, new_epoch, past_keys, save
from sync.agent.link import HubLink
from sync.heartbeat import Beat, Device, Head
from sync.journal import WireEntry
from sync.protocol import Receipt


class Vitals:
    """How a station is, asked of its desk and its devices from another thread."""

    def __init__(
        self,
        desk: Desk,
        devices: Sequence[DeviceThread],
        read_clock: Callable[[], Reading],
        folder: Path,
        faults: Faults | None = None,
    ) -> None:
        self._faults = faults or Faults()
        self._desk = desk
        self._devices = devices
        self._read_clock = read_clock
        self._folder = folder

    def __call__(self) -> Beat:
        """Return how the station is now."""
        return self._desk.ask(self._beat)

    def _beat(self, store: StationStore) -> Beat:
        commits = tuple(self._desk.commit_ms)
        free, total = disk_of(self._folder)
        return Beat(
            client=software(),
            epoch=store.place.epoch,
            head=Head(store.place.seq, store.place.head),
            clock=self._read_clock(),
            python=platform.python_version(),
            sqlite=sqlite3.sqlite_version,
            devices=tuple(self._device(thread) for thread in self._devices),
            disk_free=free,
            disk_total=total,
            waiting=store.waiting_count(),
            oldest_ms=store.oldest_waiting_ms(),
            feed_version=store.feed_version,
            feed_made_ms=store.feed_made_ms,
            faults=self._faults.in_a_day(),
            commit_us=round(statistics.median(commits) * 1000) if commits else None,
        )

    def _device(self, thread: DeviceThread) -> Device:
        health = thread.health()
        return Device(health.device, health.up, "" if health.up else (health.last_error or "")[:100])


def disk_of(folder: Path) -> tuple[int | None, int | None]:
    """Return free and all bytes of the disk `folder` is on; None where the system does not tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None, None
    return usage.free, usage.total


def size_of(database: Path) -> int | None:
    """Return the bytes of the database and its write-ahead log; None if there is none."""
    try:
        return sum(Path(f"{database}{part}").stat().st_size for part in ("", "-wal"))
    except OSError:
        return None


def care_for(desk: Desk, vitals: Vitals, folder: Path, renewed: Callable[[], None]) -> Care:
    """Return what the station does at the hub's word; `renewed` starts it again with its new identity."""

    def go_on_in_new_epoch(link: HubLink, head: Head) -> None:
        new_epoch(link, folder, head)
        renewed()

    def keep(identity: Identity) -> None:
        if not _is_still(identity, folder):
            raise Refused("the station was let in anew meanwhile; its new identity stays")
        save(folder, identity)

    def keep_forked(forked: bool) -> None:  # noqa: FBT001 - the only thing it is told
        desk.ask(lambda store: store.note_forked(forked=forked))

    return Care(vitals, keep, go_on_in_new_epoch, keep_forked)


def _is_still(identity: Identity, folder: Path) -> bool:
    try:
        return load(folder).epoch == identity.epoch
    except (NotAllowed, Refused, Damaged):
        return False


class PastOutbox:
    """Where an earlier epoch's journal waits for the hub."""

    def __init__(self, desk: Desk, epoch: int) -> None:
        self._desk = desk
        self._epoch = epoch

    def waiting(self, limit: int, *, after: int = 0) -> Sequence[WireEntry]:
        """Return up to `limit` entries of the epoch the hub has not acknowledged, in order; only what follows
        entry `after`.
        """
        return self._desk.ask(lambda store: store.waiting(limit, self._epoch, after=after))

    def acknowledge(self, receipt: Receipt) -> None:
        """Note what the hub holds of it."""
        self._desk.ask(lambda store: store.acknowledge(receipt, self._epoch))

    def rewind(self, held: int) -> None:
        """Let what the hub has lost of it wait again."""
        self._desk.ask(lambda store: store.rewind(held, self._epoch))


def leftovers(desk: Desk, folder: Path, station: str) -> list[Leftover]:
    """Return the earlier epochs of this station of which the key is known, oldest first."""
    return [Leftover(past.epoch, past.key, PastOutbox(desk, past.epoch)) for past in past_keys(folder, station)]
