"""Reading what a station sent, with every bound stated: bytes to a `Batch`, or a plain no.

Nothing here touches the database. What one entry says inside is judged later, entry by entry; here only that the
batch as a whole can be taken in: its size, its form, whose it is, and that every entry has a place.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from lending.errors import Refused
from lending.times import Reading
from sync.journal import Forms, OddFloat, canonical_text, forms_of
from sync.protocol import FIRST_PROTOCOL, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, PROTOCOL, clock_from_plain

MAX_CLIENT = 100
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_KIND = re.compile(r"[a-z_]{1,40}")


class TooLarge(Refused):
    """More than one request may hold: send it in smaller pieces."""


class NotReadable(Refused):
    """The bytes are not the JSON we agreed on; the same bytes will never be."""


class Incoming(NamedTuple):
    """One entry of a batch with the place it claims. `text` is its one form without the personal part.

    `entry_id` is a stand-in made from the content where the entry's own id is malformed, `hash` is empty where
    it is.
    """

    seq: int
    entry_id: str
    claimed_id: str
    hash: str
    prev: str
    kind: str
    text: str
    personal: str | None
    wire: Mapping[str, Any]
    forms: Forms

    @property
    def digest(self) -> str:
        """The digest of everything but the personal part."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that can be taken in. `plain` is what the signature is over."""

    epoch: int
    clock: Reading
    client: str
    entries: tuple[Incoming, ...]
    plain: Mapping[str, Any]


def unpack(body: bytes, encoding: str, most_bytes: int = MAX_BATCH_BYTES) -> bytes:
    """Return the bytes of a request body sent with this Content-Encoding, at most `most_bytes`.

    Raises TooLarge before more than that is unpacked, NotReadable if the body is cut or not gzip.
    """
    if len(body) > most_bytes:
        raise TooLarge(f"the request is larger than {most_bytes} bytes")
    if encoding.strip().lower() in {"", "identity"}:
        return body
    if encoding.strip().lower() != "gzip":
        raise NotReadable("only gzip is understood as a Content-Encoding")
    return _gunzip(body, most_bytes)


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, most_bytes + 1)
    except zlib.error:
        raise NotReadable("the body is not gzip") from None
    if len(data) > most_bytes:
        raise TooLarge(f"the request unpacks to more than {most_bytes} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise NotReadable("the gzip body is cut off or has something after its end")
    return data


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. Raises NotReadable for anything else, NaN and depth without end included."""
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_float=OddFloat)
    except (ValueError, RecursionError):
        raise NotReadable("the body is not JSON in UTF-8") from None
    if not isinstance(data, dict):
        raise NotReadable("the body is not a JSON object")
    return data


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def read_batch(
    data: Mapping[str, Any], station: str, forms_in: Callable[[Mapping[str, Any]], Forms] = forms_of
) -> Batch:
    """Return the batch in `data`, sent by `station`. Raises Refused, naming the field; nothing of it is taken in.

    `forms_in` makes the canonical forms: for what `read_json` has read, `quick_forms_of`.
    """
    protocol = data.get("protocol")
    if type(protocol) is not int or not FIRST_PROTOCOL <= protocol <= PROTOCOL:
        raise Refused(f"protocol: this hub speaks protocol {FIRST_PROTOCOL} to {PROTOCOL}")
    if data.get("station") != station:
        raise Refused("station: the token belongs to another station than the batch")
    epoch, entries = data.get("epoch"), data.get("entries")
    if not isinstance(epoch, int) or isinstance(epoch, bool) or not 1 <= epoch < 2**31:
        raise Refused("epoch: is not a whole number from 1")
    if not isinstance(entries, list):
        raise Refused("entries: is not a list")
    if len(entries) > MAX_BATCH_ENTRIES:
        raise TooLarge(f"entries: more than {MAX_BATCH_ENTRIES} in one batch")
    return Batch(
        epoch=epoch,
        clock=clock_from_plain(data.get("clock")),
        client=_read_client(data.get("client")),
        entries=tuple(_read_entry(n, entry, station, epoch, forms_in) for n, entry in enumerate(entries)),
        plain=data,
    )


def _read_client(data: object) -> str:
    if not isinstance(data, str) or len(data) > MAX_CLIENT or not data.isprintable():
        raise Refused(f"client: is not a text of at most {MAX_CLIENT} characters")
    return data


def _read_entry(
    number: int, data: object, station: str, epoch: int, forms_in: Callable[[Mapping[str, Any]], Forms]
) -> Incoming:
    where = f"entries[{number}]"
    if not isinstance(data, dict):
        raise Refused(f"{where}: is not an object")
    if data.get("station") != station or data.get("epoch") != epoch or isinstance(data.get("epoch"), bool):
        raise Refused(f"{where}: is from another station or epoch than the batch")
    seq = data.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq < 2**53:
        raise Refused(f"{where}: seq: is not a sequence number")
    try:
        return _incoming(seq, data, forms_in(data))
    except (ValueError, RecursionError):
        raise NotReadable(f"{where}: holds what JSON in UTF-8 cannot") from None


def _incoming(seq: int, data: Mapping[str, Any], forms: Forms) -> Incoming:
    """Return the entry in `data`. Raises ValueError or RecursionError if it has no canonical form."""
    text, personal = forms.whole, None
    if forms.personal is not None:
        salt = data.get("salt")
        salted = f'"{salt}"' if _matching(_HEX_ID, salt) else canonical_text(salt)
        personal = f'{{"personal":{forms.personal},"salt":{salted}}}'
        personal.encode()  # half a surrogate pair could not be kept
    if forms.neat:
        names = (data["id"], data["id"], data["hash"], data["prev"], data["kind"])
    else:
        text.encode()
        names = _names(data, text)
    entry_id, claimed_id, own_hash, prev, kind = names
    return Incoming(
        seq=seq,
        entry_id=entry_id,
        claimed_id=claimed_id,
        hash=own_hash,
        prev=prev,
        kind=kind,
        text=text,
        personal=personal,
        wire=data,
        forms=forms,
    )


def _names(data: Mapping[str, Any], text: str) -> tuple[str, str, str, str, str]:
    """Return id, claimed id, hash, hash of the one before and kind, as `Incoming` has them."""
    return (
        _matching(_HEX_ID, data.get("id")) or stand_in("bad", text),
        str(data.get("id"))[:64],
        _matching(_HEX_HASH, data.get("hash")),
        _matching(_HEX_HASH, data.get("prev")),
        _matching(_KIND, data.get("kind")) or "unreadable",
    )


def incoming_of(text: str, personal: str | None) -> Incoming:
    """Return the entry that is kept as `text`, with its personal part as it is kept beside it."""
    wire = json.loads(text) | json.loads(personal or "{}")
    return _incoming(wire["seq"], wire, forms_of(wire))


def holds_nul(text: str) -> bool:
    """Return whether U+0000 stands in any text or name within this JSON; PostgreSQL keeps none."""
    return "\\u0000" in text and _NUL.search(text) is not None


def stand_in(why: str, text: str) -> str:
    """Return an id for an entry that cannot be kept under its own: the reason and a digest of its content."""
    return f"{why}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
