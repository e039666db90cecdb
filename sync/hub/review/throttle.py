"""Slowing down who guesses, without locking anybody out for good."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from sync.hub.database import writing
from sync.hub.review.models import Attempt

_FORGET_MS = 24 * 3600 * 1000
_MAX_WAIT_S = 900
_FIRST_WAIT_S = 15


@dataclass(frozen=True, slots=True)
class Throttle:
    """So many tries are free; each further one in vain doubles the wait, up to 15 minutes. Forgotten after a day."""

    purpose: str
    free_tries: int

    def seconds_to_wait(self, who: str, now_ms: int) -> int:
        """Return how long `who` must wait before the next try, 0 if not at all."""
        row = Attempt.objects.filter(key=self._key(who)).first()
        return 0 if row is None or row.free_ms <= now_ms else -(-(row.free_ms - now_ms) // 1000)

    def count(self, who: str, now_ms: int) -> None:
        """Count one try in vain."""
        with writing():
            row, _ = Attempt.objects.select_for_update().get_or_create(
                key=self._key(who), defaults={"last_ms": now_ms}
            )
            row.count = 1 if now_ms - row.last_ms > _FORGET_MS else row.count + 1
            row.last_ms = now_ms
            beyond = row.count - self.free_tries
            if beyond >= 0:
                row.free_ms = now_ms + 1000 * min(_MAX_WAIT_S, _FIRST_WAIT_S * 2 ** min(beyond, 10))
            row.save()

    def forgive(self, who: str) -> None:
        """Forget the tries of `who`, who knew it in the end."""
        _forget(self.purpose, who)

    def _key(self, who: str) -> str:
        return _key(self.purpose, who)


@dataclass(frozen=True, slots=True)
class Window:
    """So many tries; then none until `seconds` have passed since the last one. Forgotten after that time, too."""

    purpose: str
    free_tries: int
    seconds: int

    def take(self, who: str, now_ms: int) -> int:
        """Return 0 and count a try of `who`, or the seconds until the next one may be taken."""
        with writing():
            row, _ = Attempt.objects.select_for_update().get_or_create(
                key=_key(self.purpose, who), defaults={"last_ms": now_ms}
            )
            left_ms = row.last_ms + 1000 * self.seconds - now_ms
            if row.count >= self.free_tries and left_ms > 0:
                return -(-left_ms // 1000)
            row.count = row.count + 1 if left_ms > 0 else 1
            row.last_ms = now_ms
            row.save()
        return 0

    def forgive(self, who: str) -> None:
        """Forget the tries of `who`, who knew it in the end."""
        _forget(self.purpose, who)


def _forget(purpose: str, who: str) -> None:
    with writing():
        Attempt.objects.filter(key=_key(purpose, who)).delete()


def forget_old_tries(now_ms: int) -> None:
    """Let go of tries that count no more: who tried, a card or a name, is a keyed digest in them."""
    with writing():
        Attempt.objects.filter(last_ms__lt=now_ms - _FORGET_MS).delete()


def _key(purpose: str, who: str) -> str:
    text = f"{purpose}|{who}".encode(errors="replace")
    return hmac.new(str(settings.SECRET_KEY).encode(), text, hashlib.sha256).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Return the address the request came from; behind our own proxy, the one the proxy saw."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
