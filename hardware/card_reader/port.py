"""What a card reader gives: a card was placed, removed, or could not be used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hardware.device import DeviceEvent

__all__ = [
    "CardEvent",
    "CardId",
    "CardPlaced",
    "CardReader",
    "CardRemoved",
    "CardUnreadable",
    "Unreadable",
    "identify",
    "is_random_uid",
]

_CARD_NUMBER = re.compile(r"N[0-9]{9}")
_CARD_ID = re.compile(r"N[0-9]{9}|uid:(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})")
_RANDOM_UID_LENGTH = 4
_RANDOM_UID_MARK = 0x08  # ISO 14443-3: phones, and DESFire cards set to it, show a new one each time

Unreadable = Literal["random_uid", "read_failed"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CardId:
    """What a card says it is: `N` and nine digits written on the tag, else `uid:` and its UID in hex.

    Neither proves anything: both can be copied, so a visit asks for the PIN. The value never shows in
    a repr, nor in what pytest prints about two that differ (hence no generated comparison).
    """

    value: str

    def __post_init__(self) -> None:
        if not _CARD_ID.fullmatch(self.value):
            raise ValueError("this is no card id")

    def __repr__(self) -> str:
        return "CardId(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CardId) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True, slots=True)
class CardPlaced(DeviceEvent):
    """A card lies on the reader and said what it is."""

    card: CardId


@dataclass(frozen=True, slots=True)
class CardRemoved(DeviceEvent):
    """The card that was placed, or could not be used, is gone."""


@dataclass(frozen=True, slots=True)
class CardUnreadable(DeviceEvent):
    """Something lies on the reader that cannot be used as a card; told once until it is removed."""

    reason: Unreadable


CardEvent = CardPlaced | CardRemoved | CardUnreadable


class CardReader(Protocol):
    """A driver (see `hardware.device.Driver`) that tells of cards, one at a time.

    Between two `CardPlaced` there is always a `CardRemoved`, or the reader was opened again.
    """

    @property
    def interval(self) -> float:
        """The pause between two polls, in seconds."""

    def open(self) -> None:
        """Leave the reader ready; a card that lies on it already is told as placed."""

    def poll(self) -> Sequence[CardEvent]:
        """Return what happened to cards since the last poll, in order."""

    def close(self) -> None:
        """Leave nothing open, whatever state the reader is in."""


def is_random_uid(uid: bytes) -> bool:
    """Return whether this UID is made up anew each time the card is powered."""
    return len(uid) == _RANDOM_UID_LENGTH and uid[0] == _RANDOM_UID_MARK


def identify(uid: bytes, texts: Iterable[str]) -> CardId | None:
    """Return the card number among `texts`, else the UID; None if neither can say who this is."""
    for text in texts:
        if _CARD_NUMBER.fullmatch(text):
            return CardId(text)
    return None if is_random_uid(uid) else CardId(f"uid:{uid.hex().upper()}")
