"""What is typed at the desk and must be right: a card's PIN, a pickup code. Wrong ones slow down the next try."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.facts import DeskFacts
from kiosk.desk.pin import PinAnswer, PinCheck, PinDesk, SlowDown, is_pin
from kiosk.store.pin_tables import STATION
from kiosk.store.retention import DAY_MS
from kiosk.store.station_store import StationStore
from lending.visit import AskPin, CodeEntered, EnterCode, Input, Visit


class TypedSecrets:
    """Has PINs checked by `check`, on a thread of its own whose answers go to `tell`, and counts wrong tries."""

    def __init__(self, store: StationStore, check: PinCheck, tell: Callable[[PinAnswer], None]) -> None:
        self._store = store
        self._slow = SlowDown(store)
        self._pins = PinDesk(check, tell)

    def slowed(self, visit: Visit | None, up_ms: int) -> Visit | None:
        """Return the visit with the waits that earlier visits have earned."""
        return self._slow.on(visit, up_ms)

    def may_try(self, visit: Visit | None, pin: str) -> bool:
        """Return whether a PIN is asked for, none is being checked, and this has the form of one."""
        asked = visit.step if visit is not None else None
        return isinstance(asked, AskPin) and not asked.checking and is_pin(pin)

    def begin(self, visit: Visit | None, pin: str, facts: DeskFacts, *, offline: bool) -> None:
        """Begin to check a PIN, if the visit waits for that: it may have been too early for another try."""
        if visit is None or visit.patron is None or not isinstance(visit.step, AskPin) or not visit.step.checking:
            return
        kept = self._store.verifier(visit.patron.ref, facts.latest_ms)
        self._pins.begin(visit.patron.ref, pin, kept, offline=offline, keep=facts.rules.pin_keep_days > 0)

    def pin_answered(self, answer: PinAnswer, facts: DeskFacts) -> None:
        """Note what came of a PIN, also when its card has left meanwhile."""
        if answer.right:
            until_ms = facts.latest_ms + facts.rules.pin_keep_days * DAY_MS
            self._slow.right(answer.patron_ref, answer.made, until_ms)
        elif answer.right is False:
            self._slow.wrong(answer.patron_ref, facts.up_ms, facts.latest_ms)
            if answer.by_hub:
                self._store.forget_verifier(answer.patron_ref)

    def code_tried(self, given: Input, before: Visit | None, now: Visit | None, facts: DeskFacts) -> None:
        """Note a wrong pickup code: it slows down the whole station, whoever typed it."""
        asked = before.step if before is not None else None
        step = now.step if now is not None else None
        if not isinstance(given, CodeEntered) or not isinstance(asked, EnterCode) or not isinstance(step, EnterCode):
            return
        if step.wrong > asked.wrong:
            self._slow.wrong(STATION, facts.up_ms, facts.latest_ms)
