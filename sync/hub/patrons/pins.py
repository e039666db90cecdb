"""PINs: kept only as slow salted verifiers, compared in constant time, never logged.

Four digits can be tried out by whoever has the verifier, however slow it is. So a secret that is not in the database
goes into it too: a copy of the database alone tells no PIN.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from sync.hub import environment
from sync.hub.patrons.models import LibraryCard
from sync.hub.review.throttle import Window

_COST = 2**13
_BLOCK = 8
_SALT_BYTES = 16
_DIGEST_BYTES = 32
_MEMORY = 32 * 2**20
_WORKERS = 2
WRONG_TRIES = Window("pin", free_tries=5, seconds=60)

STATION_TRIES = Window("pin of any card", free_tries=20, seconds=30)
"""One person at a time stands at a station: nobody there types twenty PINs without half a minute's pause. Right ones
count, too, so that who has stolen a station's token cannot go through the cards.
"""


def make_verifier(pin: str, salt: bytes | None = None) -> str:
    """Return what can tell later whether a PIN is this one. Takes some 25 ms and 8 MiB, on purpose."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return f"scrypt${_COST}${_BLOCK}${salt.hex()}${_digest(pin, salt, _COST, _BLOCK).hex()}"


def make_verifiers(pins: Iterable[str]) -> list[str]:
    """Return a verifier for each PIN, in order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(make_verifier, pins))


def fits(verifier: str, pin: str) -> bool:
    """Return whether this is the PIN that the verifier was made of; "" is the verifier of no PIN at all.

    Takes as long for every answer.
    """
    _, cost, block, salt, digest = (verifier or _NOBODY).split("$")
    found = _digest(pin, bytes.fromhex(salt), int(cost), int(block))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and bool(verifier)


_NOBODY = f"scrypt${_COST}${_BLOCK}${'00' * _SALT_BYTES}${'00' * _DIGEST_BYTES}"


def _digest(pin: str, salt: bytes, cost: int, block: int) -> bytes:
    peppered = hmac.digest(_pepper(), pin.encode(), "sha256")
    return hashlib.scrypt(peppered, salt=salt, n=cost, r=block, p=1, maxmem=_MEMORY, dklen=_DIGEST_BYTES)


def _pepper() -> bytes:
    return hmac.digest(environment.seal_key().private_bytes_raw(), b"nabolan pin v1", "sha256")


def is_right(patron_ref: str, pin: str) -> bool:
    """Return whether the PIN belongs to the card. An unknown card, or one without PIN, has no right one."""
    row = LibraryCard.objects.filter(patron_ref=patron_ref).values_list("pin_verifier", flat=True).first()
    return fits(row or "", pin)


def take_try(station: str, patron_ref: str, now_ms: int) -> int:
    """Return 0 if this station may try a PIN on this card now, which is counted, else the seconds to wait.

    Slowed down are many tries on one card, and many cards one after the other.

    The try is counted before the PIN is looked at, so that many at once do not get more tries than one by one.
    """
    return WRONG_TRIES.take(f"{station}|{patron_ref}", now_ms) or STATION_TRIES.take(station, now_ms)


def forget_tries(station: str, patron_ref: str) -> None:
    """Forget this station's tries on this card: one of them was right."""
    WRONG_TRIES.forgive(f"{station}|{patron_ref}")
