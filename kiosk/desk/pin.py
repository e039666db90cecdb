"""PINs at the desk: checked by the hub, remembered as a slow salted verifier, and slowed down when wrong.

A PIN passes through the memory of this process and one TLS request. It is in no view, entry, log, repr or file.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kiosk.store.pin_tables import STATION, Verifier
from kiosk.store.retention import KEEP_WRONG_MS
from kiosk.store.station_store import StationStore
from lending.visit import AskPin, EnterCode, Visit
from lending.visit.moves import PAUSES_MS

log = logging.getLogger(__name__)

PinCheck = Callable[[str, str], bool | None]
"""Says whether a PIN (second) belongs to a card (first, a patron_ref); None if nobody can say now. May take long."""

S = TypeVar("S", AskPin, EnterCode)

SHORTEST, LONGEST = 4, 12
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
_SALT_BYTES = 16
_MOST_WAITING = 500


def is_pin(text: str) -> bool:
    """Return whether `text` has the form of a PIN: a few digits."""
    return SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit()


def make_verifier(pin: str) -> Verifier:
    """Return what can tell later whether a PIN is this one. Takes some 40 ms, on purpose."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return Verifier(salt, hashlib.scrypt(pin.encode(), salt=salt, **_COST))


def fits(verifier: Verifier, pin: str) -> bool:
    """Return whether this is the PIN the verifier was made of."""
    return hmac.compare_digest(hashlib.scrypt(pin.encode(), salt=verifier.salt, **_COST), verifier.digest)


def nobody(_patron_ref: str, _pin: str) -> None:
    """Never know: a station without a hub."""


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """What came of a check. `made` is to be kept if the hub said yes; `by_hub` says that the hub has answered."""

    patron_ref: str = field(repr=False)
    right: bool | None
    made: Verifier | None = None
    by_hub: bool = False


class PinDesk:
    """Checks one PIN at a time on a thread of its own and hands the answer to `tell`."""

    def __init__(self, ask: PinCheck, tell: Callable[[PinAnswer], None]) -> None:
        self._ask = ask
        self._tell = tell
        self._turn = threading.Lock()

    def begin(self, patron_ref: str, pin: str, kept: Verifier | None, *, offline: bool, keep: bool) -> None:
        """Begin a check and return at once. `kept` is the verifier of the card, if there is one; `keep` says whether
        a new one is wanted.
        """

        def work() -> None:
            with self._turn:
                self._tell(self._check(patron_ref, pin, kept, offline=offline, keep=keep))

        threading.Thread(target=work, name="pin", daemon=True).start()

    def _check(self, ref: str, pin: str, kept: Verifier | None, *, offline: bool, keep: bool) -> PinAnswer:
        """Without network the verifier answers at once; with it the hub does, for a PIN may have been changed."""
        if offline and kept is not None:
            return PinAnswer(ref, fits(kept, pin))
        right = self._asked(ref, pin)
        if right is None:
            return PinAnswer(ref, None if kept is None else fits(kept, pin))
        return PinAnswer(ref, right, make_verifier(pin) if right and keep else None, by_hub=True)

    def _asked(self, patron_ref: str, pin: str) -> bool | None:
        try:
            return self._ask(patron_ref, pin)
        except Exception as error:  # noqa: BLE001 - the error may carry the request, so its text is not logged
            log.warning("the PIN could not be checked (%s)", type(error).__name__)
            return None


@dataclass(frozen=True, slots=True)
class _Slow:
    wrong: int = 0
    until_ms: int = 0


class SlowDown:
    """Who has to wait before the next try: a card at the PIN, the whole station at the pickup code.

    The count is kept in the store, so a restart does not reset it; the wait then begins anew.
    """

    def __init__(self, store: StationStore) -> None:
        self._store = store
        self._known: OrderedDict[str, _Slow] = OrderedDict()

    def wrong(self, who: str, up_ms: int, now_ms: int) -> None:
        """Count a wrong try of `who`."""
        count = self._of(who, up_ms).wrong + 1
        self._put(who, _Slow(count, up_ms + _pause(count)))
        self._store.note_wrong(who, now_ms)

    def right(self, who: str, made: Verifier | None, until_ms: int) -> None:
        """Forget the wrong tries of `who`, and keep a new verifier if there is one."""
        self._put(who, _Slow())
        self._store.note_right(who, made, until_ms)

    def on(self, visit: Visit | None, up_ms: int) -> Visit | None:
        """Return the visit with the waits that earlier visits have earned."""
        if visit is None:
            return None
        if isinstance(visit.step, EnterCode):
            return replace(visit, step=self._slowed(visit.step, STATION, up_ms))
        if visit.patron is None or not isinstance(visit.home, AskPin):
            return visit
        home = self._slowed(visit.home, visit.patron.ref, up_ms)
        return replace(visit, home=home, step=home if isinstance(visit.step, AskPin) else visit.step)

    def _slowed(self, step: S, who: str, up_ms: int) -> S:
        slow = self._of(who, up_ms)
        if slow.wrong <= step.wrong:
            return step
        return replace(step, wrong=slow.wrong, wait_until_ms=max(slow.until_ms, step.wait_until_ms))

    def _of(self, who: str, up_ms: int) -> _Slow:
        known = self._known.get(who)
        if known is None or up_ms > known.until_ms + KEEP_WRONG_MS:
            count = self._store.wrong_tries(who)
            self._put(who, _Slow(count, up_ms + _pause(count)))
        return self._known[who]

    def _put(self, who: str, slow: _Slow) -> None:
        self._known[who] = slow
        self._known.move_to_end(who)
        if len(self._known) > _MOST_WAITING:
            self._known.popitem(last=False)


def _pause(wrong: int) -> int:
    return PAUSES_MS[min(wrong, len(PAUSES_MS) - 1)]
