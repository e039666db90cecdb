"""The envelope of an entry: canonical form, hash chain, salted commitment, batch signature.

An entry on the wire is plain JSON data (`WireEntry`). Its hash covers everything but the personal part and its
salt; of those it covers only a commitment, so both can be erased and the chain still verifies (invariant 9).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lending.codec import (
    SCHEMA_VERSION,
    body_from_plain,
    body_to_plain,
    personal_from_plain,
    personal_to_plain,
    reading_from_plain,
    reading_to_plain,
)
from lending.entries import Draft, Entry
from lending.errors import EntryRefused
from lending.times import Reading

WireEntry = dict[str, Any]

GENESIS = "0" * 64
"""What the first entry of a journal carries as the hash of the one before."""

_HEX = "0123456789abcdef"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_COVERED = ("v", "id", "station", "epoch", "seq", "kind", "at", "body", "commitment", "prev")


def canonical_text(data: object) -> str:
    """Return `canonical` as text. Raises ValueError for NaN and infinities, but not yet for half a surrogate pair."""
    return _ENCODER.encode(data)


def canonical(data: object) -> bytes:
    """Return the one byte form of plain data: sorted keys, no blanks, UTF-8.

    Raises ValueError for NaN and infinities; floats do not occur in entries.
    """
    return _ENCODER.encode(data).encode()


def commitment(personal: Mapping[str, Any], salt: str) -> str:
    """Return the commitment to a personal part: SHA-256 over 128 bits of salt (hex) and its canonical form.

    Raises EntryRefused if the part has no canonical form.
    """
    return _commitment(_canonical_part(personal, "personal"), salt)


def _commitment(personal_form: bytes, salt: str) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + personal_form).hexdigest()


def entry_hash(wire: Mapping[str, Any]) -> str:
    """Return the hash of an entry as the chain needs it (64 hex digits).

    Raises EntryRefused if the entry has no canonical form: NaN, half a surrogate pair, nested without end.
    """
    return hashlib.sha256(_canonical_part({name: wire.get(name) for name in _COVERED}, "hash")).hexdigest()


def _canonical_part(data: object, field: str) -> bytes:
    try:
        return canonical(data)
    except (ValueError, TypeError, RecursionError):
        raise EntryRefused("holds something that JSON cannot hold", field=field) from None


class Forms(NamedTuple):
    """The canonical forms of an entry: `covered` is what its hash is over, `whole` the same with the hash in it,
    `digest` that hash as it must be, `personal` the personal part (None where there is none). `neat` says that id,
    kind, both hashes and station are texts of the form they should have.
    """

    covered: bytes
    whole: str
    digest: str
    personal: str | None
    neat: bool


_NEAT = re.compile(r"[0-9a-f]{32} [a-z_]{1,40} [0-9a-f]{64} [0-9a-f]{64} [a-z0-9-]{1,64}")
"""Id, kind, hash of the one before, own hash and station: nothing in them that JSON would have to escape."""


class OddFloat(float):
    """A number written with a fraction or an exponent, which no number in an entry is. Whoever reads JSON for
    `quick_forms_of` reads them as these (`parse_float`, and `parse_constant` unless that refuses NaN and Infinity, as
    the hub's does): one can be written in several ways, and only the slow way knows the canonical one.
    """


def forms_of(wire: Mapping[str, Any]) -> Forms:
    """Return the canonical forms of an entry, each made once. Raises ValueError or RecursionError for none."""
    return _forms(wire, canonical)


def quick_forms_of(wire: Mapping[str, Any]) -> Forms:
    """Return what `forms_of` returns, sooner. `wire` was read from JSON, with every float in it an `OddFloat`."""
    try:
        return _forms(wire, _quick)
    except TypeError:  # odd floats, numbers beyond 64 bits, half a surrogate pair, lists without end
        return forms_of(wire)


def quick_canonical(data: object) -> bytes:
    """Return what `canonical` returns, sooner, for data without floats."""
    try:
        return _quick(data)
    except TypeError:
        return canonical(data)


def _quick(data: object) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _forms(wire: Mapping[str, Any], form: Callable[[object], bytes]) -> Forms:
    get = wire.get
    digest, personal, seq, version = get("hash"), get("personal"), get("seq"), get("v")
    entry_id, kind, prev, station = get("id"), get("kind"), get("prev"), get("station")
    head = form({"at": get("at"), "body": get("body"), "commitment": get("commitment"), "epoch": get("epoch")})
    neat = type(seq) is int and type(version) is int and _are_neat(entry_id, kind, prev, digest, station)
    if neat:
        text = f'"id":"{entry_id}","kind":"{kind}","prev":"{prev}","seq":{seq},"station":"{station}","v":{version}}}'
        tail, hashed = text.encode(), f'"{digest}"'.encode()
    else:
        parts = {"id": entry_id, "kind": kind, "prev": prev, "seq": seq, "station": station, "v": version}
        tail, hashed = form(parts)[1:], form(digest)
    covered = b"%b,%b" % (head[:-1], tail)
    return Forms(
        covered=covered,
        whole=(b'%b,"hash":%b,%b' % (head[:-1], hashed, tail)).decode(),
        digest=hashlib.sha256(covered).hexdigest(),
        personal=None if personal is None else form(personal).decode(),
        neat=neat,
    )


def _are_neat(*names: Any) -> bool:
    try:
        return _NEAT.fullmatch(" ".join(names)) is not None
    except TypeError:  # not all of them are texts
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next entry goes: station, epoch, the last sequence number and its hash."""

    station: str
    epoch: int
    seq: int = 0
    head: str = GENESIS


class Sealed(NamedTuple):
    """An entry just sealed, as a reader of the journal will find it, with the canonical texts its hash and its
    commitment were made from. `place` is where it stands.
    """

    entry: Entry
    place: Place
    covered: str
    personal: str | None
    salt: str | None

    @property
    def hash(self) -> str:
        """The hash of the entry."""
        return self.place.head


def seal(draft: Draft, place: Place, at: Reading, new_salt: Callable[[], str]) -> WireEntry:
    """Return `draft` as the entry that follows `place`. Raises EntryRefused if it could not be read back."""
    (sealed,) = seal_all((draft,), place, at, new_salt)
    covered = json.loads(sealed.covered)
    return {
        **{name: covered[name] for name in _COVERED},
        "body": body_to_plain(draft.body),
        "hash": sealed.hash,
        "personal": personal_to_plain(draft.personal) if draft.personal else None,
        "salt": sealed.salt,
    }


def seal_all(drafts: Iterable[Draft], place: Place, at: Reading, new_salt: Callable[[], str]) -> list[Sealed]:
    """Return `drafts` as the entries that follow `place`, one after the other.

    Raises EntryRefused if one of them could not be read back.
    """
    sealed: list[Sealed] = []
    for draft in drafts:
        sealed.append(_seal(draft, place, at, new_salt))
        place = sealed[-1].place
    return sealed


def _seal(draft: Draft, place: Place, at: Reading, new_salt: Callable[[], str]) -> Sealed:
    personal_form, salt, committed = None, None, None
    if draft.personal is not None:
        personal = personal_to_plain(draft.personal)
        personal_from_plain(personal)
        personal_form, salt = _canonical_own(personal, "personal"), new_salt()
        committed = _commitment(personal_form, salt)
    kind, seq, at_plain, body = draft.body.kind, place.seq + 1, reading_to_plain(at), body_to_plain(draft.body)
    covered = {
        "v": SCHEMA_VERSION,
        "id": draft.entry_id,
        "station": place.station,
        "epoch": place.epoch,
        "seq": seq,
        "kind": kind,
        "at": at_plain,
        "body": body,
        "commitment": committed,
        "prev": place.head,
    }
    form = _canonical_own(covered, "hash")
    return Sealed(
        Entry(
            draft.entry_id,
            place.station,
            place.epoch,
            seq,
            reading_from_plain(at_plain),
            body_from_plain(kind, SCHEMA_VERSION, body),
            draft.personal,
        ),
        Place(place.station, place.epoch, seq, hashlib.sha256(form).hexdigest()),
        form.decode(),
        None if personal_form is None else personal_form.decode(),
        salt,
    )


def _canonical_own(data: WireEntry, field: str) -> bytes:
    """Return `canonical` of data made here, which holds no floats: then a quicker library gives the same bytes."""
    try:
        return _quick(data)
    except TypeError:
        raise EntryRefused("holds something that JSON cannot hold", field=field) from None


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and not value.strip(_HEX)


def check_envelope(wire: Mapping[str, Any], forms: Forms | None = None) -> None:
    """Do nothing if the envelope holds together: ids and hashes well formed, hash and commitment right.

    `forms` are its canonical forms, if they are known already.

    Does not look at the body: an entry of a kind we do not know yet still has its place in the chain.
    Raises EntryRefused, naming the field.
    """
    if type(wire) is not dict and not isinstance(wire, Mapping):
        raise EntryRefused("is not an object", field="entry")
    seq = wire.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq < 2**53:
        raise EntryRefused("is not a sequence number", field="seq")
    if forms is None or not forms.neat:
        _check_names(wire, seq)
    if type(wire.get("epoch")) is not int:
        raise EntryRefused("is not a number", field="epoch", seq=seq)
    if (entry_hash(wire) if forms is None else forms.digest) != wire["hash"]:
        raise EntryRefused("does not fit the content", field="hash", seq=seq)
    _check_commitment(wire, seq, forms)


def _check_names(wire: Mapping[str, Any], seq: int) -> None:
    for name, length in (("id", 32), ("prev", 64), ("hash", 64)):
        if not _is_hex(wire.get(name), length):
            raise EntryRefused(f"is not {length} hex digits", field=name, seq=seq)
    for name in ("kind", "station"):
        if not isinstance(wire.get(name), str):
            raise EntryRefused("is not a text", field=name, seq=seq)


def _check_commitment(wire: Mapping[str, Any], seq: int, forms: Forms | None) -> None:
    personal, salt = wire.get("personal"), wire.get("salt")
    if personal is None:
        return
    if not _is_hex(salt, 32) or not (type(personal) is dict or isinstance(personal, Mapping)):
        raise EntryRefused("is not 32 hex digits", field="salt", seq=seq)
    form = _canonical_part(personal, "personal") if forms is None else (forms.personal or "").encode()
    if _commitment(form, str(salt)) != wire.get("commitment"):
        raise EntryRefused("does not fit the personal part", field="commitment", seq=seq)


def open_entry(wire: Mapping[str, Any]) -> Entry:
    """Return the entry inside a checked envelope. Raises EntryRefused if the body cannot be read."""
    try:
        version = wire["v"]
        if type(version) is not int:
            raise EntryRefused("is not a number", field="v")
        return Entry(
            entry_id=wire["id"],
            station=wire["station"],
            epoch=wire["epoch"],
            seq=wire["seq"],
            at=reading_from_plain(wire["at"]),
            body=body_from_plain(wire["kind"], version, wire["body"]),
            personal=personal_from_plain(wire.get("personal")),
        )
    except (KeyError, TypeError, ValueError) as missing:
        raise EntryRefused("is missing or of the wrong type", field=str(missing), seq=wire.get("seq")) from None


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where a chain stops to hold: the entry at `seq` does not follow the one before."""

    seq: int
    reason: str


def check_chain(wires: Sequence[Mapping[str, Any]], after: Place) -> ChainBreak | None:
    """Return the first place at which `wires` do not continue `after`, or None if they all do."""
    seq, head = after.seq, after.head
    for wire in wires:
        if wire.get("station") != after.station or wire.get("epoch") != after.epoch:
            return ChainBreak(seq + 1, "is from another station or epoch")
        if wire.get("seq") != seq + 1:
            return ChainBreak(seq + 1, "sequence number does not follow")
        if wire.get("prev") != head:
            return ChainBreak(seq + 1, "does not carry the hash of the entry before")
        try:
            fits = entry_hash(wire) == wire.get("hash")
        except EntryRefused as refused:
            return ChainBreak(seq + 1, refused.reason)
        if not fits:
            return ChainBreak(seq + 1, "hash does not fit the content")
        seq, head = seq + 1, str(wire["hash"])
    return None


def _signed(batch: Mapping[str, Any]) -> bytes:
    entries = batch["entries"]
    return canonical(
        {
            "protocol": batch["protocol"],
            "station": batch["station"],
            "epoch": batch["epoch"],
            "clock": batch["clock"],
            "count": len(entries),
            "hashes": hashlib.sha256("".join(str(e.get("hash")) for e in entries).encode()).hexdigest(),
        }
    )


def sign_batch(batch: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return the signature (hex) over station, epoch, clock reading and the hashes of all entries of a batch."""
    return key.sign(_signed(batch)).hex()


def signature_holds(batch: Mapping[str, Any], public_key: bytes) -> bool:
    """Return whether the batch was signed with the station's key (32 raw bytes). Never raises on bad input."""
    try:
        signature = bytes.fromhex(str(batch["signature"]))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _signed(batch))
    except (InvalidSignature, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return False
    return True
