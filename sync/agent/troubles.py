"""Why no answer came: what a technician can do differs, what the station does with its journal does not."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from lending.errors import TryLater

MAX_RETRY_AFTER = 3600.0
"""Seconds: whoever asks for more is not believed."""


class Trouble(StrEnum):
    """What keeps the station from the hub.

    NO_LINK: no route, name, listener or whole answer, or the login page of a network in between. HUB_DOWN: the hub's
    machine says that it cannot. SLOW_DOWN: it asks to come later. STRANGER: what answers cannot prove to be the hub.
    """

    NONE = ""
    NO_LINK = "no_link"
    HUB_DOWN = "hub_down"
    SLOW_DOWN = "slow_down"
    STRANGER = "stranger"


class NoAnswer(TryLater):
    """No answer that counts; `trouble` says why, `retry_after` (seconds) when the hub asked to come again."""

    def __init__(self, what: str, trouble: Trouble, retry_after: float = 0.0) -> None:
        super().__init__(what)
        self.trouble = trouble
        self.retry_after = retry_after


def trouble_of(silence: TryLater) -> Trouble:
    """Return what a silence was about; a receipt that makes no sense is the hub's own trouble."""
    return silence.trouble if isinstance(silence, NoAnswer) else Trouble.HUB_DOWN


def retry_after(header: str | None, now: datetime | None = None) -> float:
    """Return the seconds that a Retry-After header asks for, at most an hour; 0 for none or a senseless one."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(MAX_RETRY_AFTER, float(text[:9]))
    try:
        until = parsedate_to_datetime(text)
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return 0.0
    return min(MAX_RETRY_AFTER, max(0.0, seconds))
