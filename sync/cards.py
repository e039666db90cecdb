"""Card ids never lie open on a station: they become keyed hashes, and a card the station does not know is sealed.

Library card numbers have little entropy: whoever holds a station and its key can try them all. The keyed hash
protects copies of the database, not a stolen station; on theft the key is changed (its version stands in the hash).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lending.errors import Refused

_INFO = b"nabolan sealed card v1"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class CardKey:
    """The secret a library's card ids are hashed with. It never shows in a repr."""

    version: int
    secret: bytes

    def __repr__(self) -> str:
        return f"CardKey(version={self.version})"

    def patron_ref(self, card_id: str) -> str:
        """Return the patron_ref of a card id: key version and 128 bits of HMAC-SHA-256, as `1:0123…`."""
        digest = hmac.new(self.secret, normal_card_id(card_id).encode(), hashlib.sha256).hexdigest()
        return f"{self.version}:{digest[:32]}"


def normal_card_id(card_id: str) -> str:
    """Return the card id without surrounding blanks and in capitals, as every hash and comparison uses it."""
    return card_id.strip().upper()


def seal_card(card_id: str, hub_public_key: bytes) -> str:
    """Return the card id sealed to the hub (base64): only the hub's private key opens it.

    A fresh X25519 key per card, HKDF-SHA-256, ChaCha20-Poly1305; the nonce may be zero since no key is used twice.
    """
    fresh = X25519PrivateKey.generate()
    fresh_public = fresh.public_key().public_bytes_raw()
    shared = fresh.exchange(X25519PublicKey.from_public_bytes(hub_public_key))
    key = _derive(shared, fresh_public + hub_public_key)
    sealed = ChaCha20Poly1305(key).encrypt(bytes(12), normal_card_id(card_id).encode(), _INFO)
    return base64.b64encode(fresh_public + sealed).decode()


def open_sealed_card(sealed: str, hub_key: X25519PrivateKey) -> str:
    """Return the card id. Raises Refused if it was not sealed to this hub or has been altered."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        fresh_public = raw[:_KEY_BYTES]
        shared = hub_key.exchange(X25519PublicKey.from_public_bytes(fresh_public))
        key = _derive(shared, fresh_public + hub_key.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(bytes(12), raw[_KEY_BYTES:], _INFO).decode()
    except (ValueError, InvalidTag):
        raise Refused("the sealed card cannot be opened with this hub's key") from None


def _derive(shared: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=salt, info=_INFO).derive(shared)
