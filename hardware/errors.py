"""The errors of this floor, grouped by what the caller can do, and plain words for all others.

HardwareError
├── DeviceFault     the device answered nonsense or went away → close it, open it again later
├── CardTooSlow     a card kept the reader busy for too long  → leave this card, go on
├── SettingError    a path that can never work                → a technician corrects the setting
└── ControlRefused  a simulator cannot do what was asked      → show the sentence
"""

import errno
import termios
from enum import StrEnum

__all__ = [
    "CardTooSlow",
    "ControlRefused",
    "DeviceFault",
    "HardwareError",
    "Reason",
    "SettingError",
    "plain_reason",
]


class HardwareError(Exception):
    """Anything this floor raises by itself."""


class DeviceFault(HardwareError):  # noqa: N818 - named for what happened, as in the tree
    """The device answered nonsense, or is not open."""


class CardTooSlow(HardwareError):  # noqa: N818 - named for what happened, as in the tree
    """A card took more time than any honest card needs."""


class SettingError(HardwareError):
    """A setting can never work, however often it is tried."""


class ControlRefused(HardwareError):  # noqa: N818 - named for what happened, as in the tree
    """A simulator was asked for something it cannot do."""


class Reason(StrEnum):
    """Why a device is down, in words that hold nothing it ever read."""

    NOT_FOUND = "not found"
    NOT_ALLOWED = "not allowed"
    IN_USE = "in use by another program"
    NO_ANSWER = "no answer"
    WRONG_SETTING = "wrong setting"
    UNEXPECTED = "unexpected fault"


_BY_NUMBER = {
    errno.ENOENT: Reason.NOT_FOUND,
    errno.ENODEV: Reason.NOT_FOUND,
    errno.ENXIO: Reason.NOT_FOUND,
    errno.EACCES: Reason.NOT_ALLOWED,
    errno.EPERM: Reason.NOT_ALLOWED,
    errno.EBUSY: Reason.IN_USE,
    errno.EAGAIN: Reason.IN_USE,
}


def plain_reason(error: Exception) -> Reason:
    """Return why the device is down; the text of `error` is never used, it could hold what was read."""
    if isinstance(error, SettingError):
        return Reason.WRONG_SETTING
    if isinstance(error, (OSError, termios.error)):
        number = error.args[0] if error.args else None
        return _BY_NUMBER.get(number, Reason.NO_ANSWER) if isinstance(number, int) else Reason.NO_ANSWER
    return Reason.NO_ANSWER if isinstance(error, DeviceFault) else Reason.UNEXPECTED
