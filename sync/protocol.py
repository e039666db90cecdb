"""What station and hub say to each other, as plain JSON over HTTP, with its limits.

| call | who asks | answer |
|---|---|---|
| `POST /api/enrol` | a new station with a one-time code and its public key | `Enrolment` |
| `POST /api/journal` | a station with a batch of entries, signed | `Receipt` |
| `GET /api/feed/changes?cursor=CURSOR` | a station with its cursor | `sync.feed_page`, or 304 for nothing new |
| `GET /api/feed?known=VERSION` | a station of before that call, with the version it has | `sync.feed`, or 304 |
| `POST /api/heartbeat` | a station, with how it is, signed | `sync.heartbeat.Reply` |
| `POST /api/epoch` | the unit that lives on after a fork, with a new key, signed | `Enrolment` in a new epoch |
| `POST /api/token` | a station told to roll its token, signed | a new token; the old one counts until it is used |
| `POST /api/pin` | a station with a patron_ref and a PIN | whether the PIN is right |
| `GET /api/health` | anybody | 200 once the database answers |

Every call but the first and the last carries `Authorization: Bearer <token>`. 401 and 403 mean "not allowed", 429 and
5xx "later", other 4xx "no". docs/architecture/protocol.md draws who says what when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lending.codec import reading_from_plain, reading_to_plain
from lending.errors import EntryRefused, Refused, TryLater
from lending.times import Reading
from sync.journal import WireEntry, quick_canonical

FIRST_PROTOCOL = 1
PROTOCOL = 1
"""A hub reads every number from the first to its own. It goes up only where an older hub would misread a newer
station; a new field, kind of entry or call is none of that. See docs/architecture/protocol.md.
"""
MAX_BATCH_ENTRIES = 500
MAX_BATCH_BYTES = 1024 * 1024
MAX_BODY_SECONDS = 60
"""So long may a request take to arrive; then the hub answers "later"."""
MAX_REASON = 500
_MOST = 2**53
_ROOM_FOR_REST = 4096
"""Bytes of a batch that are not entries: clock, client, signature."""


class VerdictKind(StrEnum):
    """What the hub did with an entry.

    STORED took it in, QUARANTINED kept it raw because it cannot be read (staff see it), CONFLICT is an alarm:
    the hub already holds another entry with this id or this place.
    """

    STORED = "stored"
    QUARANTINED = "quarantined"
    CONFLICT = "conflict"


_KINDS = {kind.value: kind for kind in VerdictKind}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The hub's word on one entry. A repeated entry gets its first verdict again."""

    entry_id: str
    seq: int
    kind: VerdictKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The hub's answer to a batch: it holds every entry of this epoch up to and including `acknowledged`."""

    acknowledged: int
    verdicts: tuple[Verdict, ...]
    hub_wall_ms: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a station gets when it is enrolled. Keys are hex; the token is shown this once."""

    station: str
    token: str
    epoch: int
    card_key: str
    card_key_version: int
    hub_seal_key: str

    def __repr__(self) -> str:
        return f"Enrolment(station={self.station!r})"


def fitting(entries: Sequence[WireEntry]) -> list[WireEntry]:
    """Return the first of `entries`, as many as one batch may hold in number and bytes, but at least one."""
    return list(entries[: len(fitting_forms(entries))])


def fitting_forms(entries: Sequence[WireEntry]) -> list[bytes]:
    """Return the canonical forms of the entries that `fitting` returns."""
    taken: list[bytes] = []
    room = MAX_BATCH_BYTES - _ROOM_FOR_REST
    for wire in entries[:MAX_BATCH_ENTRIES]:
        form = quick_canonical(wire)
        room -= len(form) + 1
        if taken and room < 0:
            break
        taken.append(form)
    return taken


def make_batch(station: str, epoch: int, entries: Sequence[WireEntry], clock: Reading, client: str) -> dict[str, Any]:
    """Return an unsigned batch; add `signature` from `sync.journal.sign_batch`."""
    return {
        "protocol": PROTOCOL,
        "client": client,
        "station": station,
        "epoch": epoch,
        "clock": reading_to_plain(clock),
        "entries": list(entries),
    }


def clock_from_plain(data: object) -> Reading:
    """Return the clocks a station sends along. Raises Refused, naming the field."""
    try:
        reading = reading_from_plain(data)
    except EntryRefused as error:
        raise Refused(f"clock: {error.field}: {error.reason}") from None
    if not reading.boot.isprintable():
        raise Refused("clock: boot: is not a printable text")
    return reading


def receipt_from_plain(data: object) -> Receipt:
    """Return the receipt that `data` describes.

    Raises TryLater if it is none: an answer that cannot be understood is no answer, and nothing is dropped for it.
    """
    try:
        if not isinstance(data, Mapping):
            raise TypeError
        acknowledged = data["acknowledged"]
        if not isinstance(acknowledged, int) or isinstance(acknowledged, bool) or acknowledged < 0:
            raise TypeError
        verdicts = tuple(_verdict(v) for v in data["verdicts"])
        # Half a surrogate pair could not be kept.
        "".join([v.entry_id + v.reason for v in verdicts]).encode()
        return Receipt(acknowledged, verdicts, int(data["hub_wall_ms"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise TryLater("the hub's answer to a batch cannot be understood") from None


def _verdict(data: Mapping[str, Any]) -> Verdict:
    entry_id, seq, reason = str(data["id"]), int(data["seq"]), str(data.get("reason", ""))
    if not 0 <= seq < _MOST:
        raise ValueError
    return Verdict(entry_id, seq, _KINDS[data["verdict"]], reason[:MAX_REASON])


def receipt_to_plain(receipt: Receipt) -> dict[str, Any]:
    """Return the receipt as plain data."""
    return {
        "acknowledged": receipt.acknowledged,
        "verdicts": [
            {"id": v.entry_id, "seq": v.seq, "verdict": v.kind.value, "reason": v.reason} for v in receipt.verdicts
        ],
        "hub_wall_ms": receipt.hub_wall_ms,
    }
