"""The heartbeat: what a station says of itself, and what the hub has to tell it, as plain JSON with its limits.

| call | who asks | answer |
|---|---|---|
| `POST /api/heartbeat` | a station, with token, a `Beat` | a `Reply` |
| `POST /api/token` | a station told to roll its token, signed | a new token; the old one counts until it is used |
| `POST /api/epoch` | a station told to go on in a new epoch, with a new public key, signed | `Enrolment` |

Since version 2 a beat, and what asks for a new token or epoch, names its station and is signed with the key of its
epoch, as a batch is: whoever has the token alone can neither say how a station is nor put a token or a key of theirs
in the place of its own. Version 1 has no signature; a hub takes it of a station that never signed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lending.codec import reading_to_plain
from lending.errors import Refused, TryLater
from lending.times import Reading
from sync.journal import canonical
from sync.protocol import clock_from_plain

FIRST_VERSION = 1
SIGNED_VERSION = 2
"""From here on a beat is signed, and that is the version a station of today sends."""
ROLL = "token"
"""What a station asks for by `sign_roll`."""
EPOCH = "epoch"
"""What a station asks for by `sign_epoch`."""
MAX_BEAT_BYTES = 8 * 1024
MAX_DEVICES = 16
MAX_TEXT = 100
_MOST = 2**53
_HASH = 64


class Order(StrEnum):
    """What the hub asks of a station."""

    PUSH = "push"
    FETCH = "fetch"
    ROLL_TOKEN = "roll_token"  # noqa: S105 - a word of the protocol
    NEW_EPOCH = "new_epoch"
    ENROL_ANEW = "enrol_anew"


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the station, and why it is down, in plain words."""

    name: str
    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the station's journal ends: by this the hub knows which of two copies speaks."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Beat:
    """What a station says of itself. Sizes in bytes, times in ms; None where the station cannot tell.

    `waiting` counts entries the hub has not acknowledged, `oldest_ms` is the wall time of the first of them.
    `feed_made_ms` is when what it knows was last known to be up to date, `commit_us` the median time of a commit,
    `faults` how often the program stumbled within a day.
    """

    client: str
    epoch: int
    head: Head
    clock: Reading
    python: str = ""
    sqlite: str = ""
    devices: tuple[Device, ...] = ()
    disk_free: int | None = None
    disk_total: int | None = None
    waiting: int = 0
    oldest_ms: int | None = None
    feed_version: int = 0
    feed_made_ms: int = 0
    commit_us: int | None = None
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What the hub answers: its time, up to where it holds this epoch's journal (None: it does not know the epoch),
    whether that journal is forked, and what it asks for. Orders this version does not know are left out.
    """

    hub_wall_ms: int
    held: int | None
    forked: bool
    orders: tuple[Order, ...]


def beat_to_plain(beat: Beat) -> dict[str, Any]:
    """Return the beat as plain data, without a signature: as stations of version 1 sent it."""
    return {
        "version": FIRST_VERSION,
        "client": beat.client,
        "epoch": beat.epoch,
        "head": {"seq": beat.head.seq, "hash": beat.head.hash},
        "clock": reading_to_plain(beat.clock),
        "python": beat.python,
        "sqlite": beat.sqlite,
        "devices": [{"name": d.name, "up": d.up, "reason": d.reason} for d in beat.devices],
        **{name: getattr(beat, name) for name in _NUMBERS},
    }


def sign_beat(beat: Beat, station: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the beat of `station` as plain data, signed."""
    plain = beat_to_plain(beat) | {"version": SIGNED_VERSION, "station": station}
    return plain | {"signature": key.sign(_signed(plain)).hex()}


def sign_roll(station: str, epoch: int, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return what `station` asks for a new token with, signed. No beat and no batch can stand for it."""
    plain = {"version": SIGNED_VERSION, "asks": ROLL, "station": station, "epoch": epoch}
    return plain | {"signature": key.sign(_signed(plain)).hex()}


def sign_epoch(station: str, epoch: int, head: Head, public_key: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return what `station` asks for a new epoch with, in which `public_key` (64 hex digits) counts: signed with the
    key of `epoch`, which ends. Hubs of before pass over what they do not know.
    """
    plain = {
        "version": SIGNED_VERSION,
        "asks": EPOCH,
        "station": station,
        "epoch": epoch,
        "head": {"seq": head.seq, "hash": head.hash},
        "public_key": public_key,
    }
    return plain | {"signature": key.sign(_signed(plain)).hex()}


def is_signed(data: Mapping[str, Any]) -> bool:
    """Return whether a beat, or what asks for a token or an epoch, says that it is signed; from version 2 on it must
    be.
    """
    return "signature" in data or data.get("version", FIRST_VERSION) != FIRST_VERSION


def is_signed_by(data: Mapping[str, Any], station: str, public_key: bytes) -> bool:
    """Return whether a beat, or what asks for a token or an epoch, is this station's and signed with this key (32 raw
    bytes). Never raises.
    """
    if data.get("station") != station:
        return False
    try:
        signature = bytes.fromhex(str(data["signature"]))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _signed(data))
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError):
        return False
    return True


def _signed(data: Mapping[str, Any]) -> bytes:
    """Return what is signed: all of it, also what this version does not know. No batch has these fields."""
    return canonical({name: value for name, value in data.items() if name != "signature"})


_NUMBERS = ("disk_free", "disk_total", "waiting", "oldest_ms", "feed_version", "feed_made_ms", "commit_us", "faults")
_MAY_LACK = frozenset({"disk_free", "disk_total", "oldest_ms", "commit_us"})


def beat_from_plain(data: Mapping[str, Any]) -> Beat:
    """Return the beat in `data`. Raises Refused, naming the field. What a later version adds is passed over."""
    version = _number(data, "version")
    if version is None or version < 1:
        raise Refused("version: is not a whole number from 1")
    devices = data.get("devices", [])
    if not isinstance(devices, list) or len(devices) > MAX_DEVICES:
        raise Refused(f"devices: is not a list of at most {MAX_DEVICES}")
    numbers = {name: _number(data, name) for name in _NUMBERS}
    for name in numbers.keys() - _MAY_LACK:
        numbers[name] = numbers[name] or 0
    return Beat(
        client=_text(data, "client"),
        epoch=_number(data, "epoch") or 0,
        head=head_from_plain(data.get("head")),
        clock=clock_from_plain(data.get("clock")),
        python=_text(data, "python"),
        sqlite=_text(data, "sqlite"),
        devices=tuple(_device(one) for one in devices),
        **numbers,  # type: ignore[arg-type] # those that may not lack were made 0
    )


def head_from_plain(data: object) -> Head:
    """Return where a journal ends. Raises Refused if `data` does not say so."""
    if not isinstance(data, Mapping):
        raise Refused("head: is not an object")
    digest = _text(data, "hash", _HASH)
    if len(digest) != _HASH:
        raise Refused("head: hash: is not a hash")
    return Head(whole_number(data, "seq"), digest)


def whole_number(data: Mapping[str, Any], name: str) -> int:
    """Return the whole number of this name, 0 if it is missing. Raises Refused if it is something else."""
    return _number(data, name) or 0


def _device(data: object) -> Device:
    if not isinstance(data, Mapping) or not isinstance(data.get("up"), bool):
        raise Refused("devices: one of them is not a device")
    return Device(_text(data, "name"), bool(data["up"]), _text(data, "reason"))


def _text(data: Mapping[str, Any], name: str, most: int = MAX_TEXT) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise Refused(f"{name}: is not a text of at most {most} characters")
    return value


def _number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST:
        raise Refused(f"{name}: is not a whole number")
    return value


def reply_to_plain(reply: Reply) -> dict[str, Any]:
    """Return the reply as plain data."""
    return {
        "hub_wall_ms": reply.hub_wall_ms,
        "held": reply.held,
        "forked": reply.forked,
        "orders": [order.value for order in reply.orders],
    }


def reply_from_plain(data: object) -> Reply:
    """Return the reply that `data` describes. Raises TryLater if it is none."""
    if not isinstance(data, Mapping):
        raise TryLater("the hub's answer to a heartbeat cannot be understood")
    held, orders, wall = data.get("held"), data.get("orders"), data.get("hub_wall_ms")
    good_held = held is None or (type(held) is int and 0 <= held < _MOST)
    if not good_held or not isinstance(orders, list) or type(wall) is not int:
        raise TryLater("the hub's answer to a heartbeat cannot be understood")
    known = tuple(Order(order) for order in orders if isinstance(order, str) and order in _ORDERS)
    return Reply(wall, held, data.get("forked") is True, known)


_ORDERS = frozenset(order.value for order in Order)
