"""Who this station is: its id, its keys and its token, in one file only its own user can read."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lending.errors import Damaged, NotAllowed, Refused
from sync.agent.link import HubLink
from sync.cards import CardKey, seal_card
from sync.heartbeat import Head, sign_epoch
from sync.protocol import Enrolment

FILE = "identity.json"
KEY_FILE = "enrolment.key"
"""The key of an enrolment under way. The hub takes its code again from this key, since the answer may be lost."""
PAST_FILE = "past-keys.json"
"""The keys of this station's earlier epochs, for entries of theirs that the hub has not got yet."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A station that has been enrolled. The private key was made here and never leaves.

    `hub_url` and `pin` are where the hub is and by which key it is known, if the enrolment code said so.
    """

    station: str
    epoch: int
    token: str
    key: Ed25519PrivateKey
    card_key: CardKey
    hub_seal_key: bytes
    hub_url: str = ""
    pin: str = ""

    @property
    def mark(self) -> str:
        """What tells this identity from one before or after it at this station; it outlives a new token."""
        return self.key.public_key().public_bytes_raw().hex()[:16]

    def __repr__(self) -> str:
        return f"Identity(station={self.station!r}, epoch={self.epoch})"

    def card(self, card_id: str) -> tuple[str, str]:
        """Return patron_ref and sealed form of a card id. The id itself is kept nowhere."""
        return self.card_key.patron_ref(card_id), seal_card(card_id, self.hub_seal_key)


def load(folder: Path) -> Identity:
    """Return the identity kept in `folder`.

    Raises NotAllowed if there is none yet (the station is not enrolled), Refused if what it says makes no sense,
    Damaged if the file cannot be read at all.
    """
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotAllowed("this station is not enrolled; run `nabolan station enrol`") from None
    except OSError as error:
        raise Damaged(f"{folder / FILE} cannot be read ({error.strerror}); see whose it is, and the disk") from None
    except ValueError as error:
        raise Refused(f"the station's identity is damaged ({error}); enrol it again") from None
    try:
        return _from_plain(data)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"the station's identity is damaged ({error}); enrol it again") from None


def _from_plain(data: dict[str, Any]) -> Identity:
    return Identity(
        station=data["station"],
        epoch=int(data["epoch"]),
        token=data["token"],
        key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(data["key"])),
        card_key=CardKey(int(data["card_key_version"]), bytes.fromhex(data["card_key"])),
        hub_seal_key=bytes.fromhex(data["hub_seal_key"]),
        hub_url=str(data.get("hub_url", "")),
        pin=str(data.get("pin", "")),
    )


def save(folder: Path, identity: Identity) -> None:
    """Keep the identity in `folder`, readable by its owner alone, whole or not at all."""
    _keep(folder, FILE, json.dumps(_to_plain(identity)))


def _keep(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{name}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / name)
    parent = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _to_plain(identity: Identity) -> dict[str, Any]:
    return {
        "station": identity.station,
        "epoch": identity.epoch,
        "token": identity.token,
        "key": identity.key.private_bytes_raw().hex(),
        "card_key": identity.card_key.secret.hex(),
        "card_key_version": identity.card_key.version,
        "hub_seal_key": identity.hub_seal_key.hex(),
        "hub_url": identity.hub_url,
        "pin": identity.pin,
    }


def enrol(link: HubLink, code: str, folder: Path, *, hub_url: str = "", pin: str = "", station: str = "") -> Identity:
    """Make a key pair, trade the one-time code for an identity, and keep it in `folder`, with where the hub is.

    Raises TryLater, Refused (the code is used, too old or wrong, or lets in another than `station` if that is named),
    NotAllowed, or Damaged if nothing can be kept in `folder`. Then only the key is kept, so that the same code can be
    tried again. An identity that was there before is put aside as `identity.json.old`, and its key kept for what it
    has not sent.
    """
    try:
        key = _key_for(folder)
    except OSError as error:
        raise _cannot_keep(folder, error) from None
    answer = link.post("/api/enrol", {"code": code, "public_key": key.public_key().public_bytes_raw().hex()})
    identity = replace(_identity(_enrolment(answer), key), hub_url=hub_url, pin=pin)
    if station and identity.station != station:
        raise Refused(
            f"the code lets in {identity.station}, but this unit holds the journal of {station}; nothing changed"
        )
    try:
        _keep_key_of_before(folder, identity)
        if (folder / FILE).exists():
            (folder / FILE).replace(folder / f"{FILE}.old")
        save(folder, identity)
        (folder / KEY_FILE).unlink()
    except OSError as error:
        raise _cannot_keep(folder, error) from None
    return identity


def _cannot_keep(folder: Path, error: OSError) -> Damaged:
    return Damaged(f"nothing can be kept in {folder} ({error.strerror}); see whose it is, and the disk")


def new_epoch(link: HubLink, folder: Path, head: Head) -> Identity:
    """Trade this station's identity for one with a new key in a new epoch; the hub must have asked for it, and knows
    by `head` which of two units with one identity this is. Signed with the key of the epoch that ends.

    The old one counts until the new one is used, and may ask again, since the answer may be lost. Raises as `enrol`.
    """
    before, key = load(folder), _key_for(folder)
    public_key = key.public_key().public_bytes_raw().hex()
    answer = link.post("/api/epoch", sign_epoch(before.station, before.epoch, head, public_key, before.key))
    identity = replace(_identity(_enrolment(answer), key), hub_url=before.hub_url, pin=before.pin)
    if identity.station != before.station:
        raise Refused("the hub's new epoch is for another station")
    _keep_key_of_before(folder, identity)
    save(folder, identity)
    (folder / KEY_FILE).unlink()
    return identity


@dataclass(frozen=True, slots=True)
class PastKey:
    """The key that an earlier epoch of this station was signed with."""

    epoch: int
    key: Ed25519PrivateKey


def past_keys(folder: Path, station: str) -> tuple[PastKey, ...]:
    """Return the keys of this station's earlier epochs, oldest first; none where the file cannot be read."""
    try:
        kept = json.loads((folder / PAST_FILE).read_text("ascii"))
        keys = [
            PastKey(int(one["epoch"]), Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one["key"])))
            for one in kept
            if one["station"] == station
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(sorted(keys, key=lambda past: past.epoch))


def _keep_key_of_before(folder: Path, now: Identity) -> None:
    try:
        before = load(folder)
    except (NotAllowed, Refused, Damaged):
        return
    if before.station != now.station or before.epoch == now.epoch:
        return
    kept = [past for past in past_keys(folder, now.station) if past.epoch not in (before.epoch, now.epoch)]
    rows = [*kept, PastKey(before.epoch, before.key)]
    plain = [
        {"station": now.station, "epoch": past.epoch, "key": past.key.private_bytes_raw().hex()} for past in rows
    ]
    _keep(folder, PAST_FILE, json.dumps(plain))


def _key_for(folder: Path) -> Ed25519PrivateKey:
    """Return the key of an enrolment begun before, else a fresh one that is now on the disk."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex((folder / KEY_FILE).read_text("ascii")))
    except (FileNotFoundError, ValueError):
        key = Ed25519PrivateKey.generate()
        _keep(folder, KEY_FILE, key.private_bytes_raw().hex())
        return key


def _identity(granted: Enrolment, key: Ed25519PrivateKey) -> Identity:
    try:
        made = Identity(
            granted.station,
            granted.epoch,
            granted.token,
            key,
            CardKey(granted.card_key_version, bytes.fromhex(granted.card_key)),
            bytes.fromhex(granted.hub_seal_key),
        )
        made.card("N000000000")  # the hub's key is one
    except ValueError:
        raise Refused("the hub's answer to the enrolment cannot be understood") from None
    return made


def _enrolment(answer: object) -> Enrolment:
    kinds = {field.name: int if field.type == "int" else str for field in fields(Enrolment)}
    if not isinstance(answer, dict) or any(type(answer.get(name)) is not kind for name, kind in kinds.items()):
        raise Refused("the hub's answer to the enrolment cannot be understood")
    return Enrolment(**{name: answer[name] for name in kinds})
