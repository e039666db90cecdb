"""The kinds of entry a journal can hold. A body is public; who it was is the personal part, kept apart.

The personal part can be erased later without breaking the chain (see `sync.journal`), so nothing that
points to a person may stand in a body.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lending.nouns import Condition, PartAnswer
from lending.times import Reading

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Personal:
    """Who an entry is about: the keyed hash of the card and, if the station does not know the card,
    the card sealed to the hub (base64).
    """

    patron_ref: str
    sealed_card: str | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """An item left with a patron until the end of `due` (local date).

    `parts` are the answers of the tick list, in the kit's order, empty when the thing has no parts.
    `provisional` marks a loan on a card the station did not know. `rules_version` is the version of the
    feed's rules it was decided on.
    """

    kind: ClassVar[str] = "loan"
    item: str
    due: date
    parts: tuple[tuple[str, PartAnswer], ...] = ()
    provisional: bool = False
    rules_version: int = 0


@dataclass(frozen=True, slots=True)
class Return:
    """An item came back to this station. `loan` is the entry id of the loan this station knew of, or None.

    `undo` says that the loan was taken back within the same visit: the thing never left the station.
    """

    kind: ClassVar[str] = "return"
    item: str
    loan: str | None = None
    undo: bool = False


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """What the returner said of the item; `about` is the entry id of the return."""

    kind: ClassVar[str] = "condition"
    item: str
    about: str
    answer: Condition
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a loan did not happen. Says nothing about who asked."""

    kind: ClassVar[str] = "refusal"
    reason: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The station process started. `software` is its version; `unclean` says that the last run did not end
    by itself (power cut, kill).
    """

    kind: ClassVar[str] = "started"
    software: str
    unclean: bool


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """A reader or scanner went down or came up again."""

    kind: ClassVar[str] = "device"
    device: str
    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The wall clock was set: `by_ms` is how far it jumped (positive: forward)."""

    kind: ClassVar[str] = "clock"
    by_ms: int
    synced: bool


Body = Loan | Return | ConditionAnswer | Refusal | Started | DeviceChange | ClockChange


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry about to be committed: the store gives it its place in the journal."""

    entry_id: str
    body: Body
    personal: Personal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a station's journal. `seq` counts from 1 without gaps within an `epoch` of the station."""

    entry_id: str
    station: str
    epoch: int
    seq: int
    at: Reading
    body: Body
    personal: Personal | None = None
