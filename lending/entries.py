"""The kinds of entry a journal can hold. A body is public; who it was is the personal part, kept apart.

The personal part can be erased later without breaking the chain (see `sync.journal`), so nothing that
points to a person may stand in a body.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lending.nouns import AskedOf, Condition, Damage, PartAnswer, Shelf
from lending.times import Reading

SCHEMA_VERSION = 4
"""Version 2 (November 2026) added most kinds and the fields marked "since 2", version 3 `HubTime`, version 4
`StaffNote` and the fields marked "since 4". All are read for ever.
"""


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
    feed's rules it was decided on. Since 2: `data_age_hours` is the least that feed was old, `due_doubtful` says that
    the due date came from a clock nobody had set, `hold` names the hold it collects, `instead_of` the loan of a
    thing that did not work.
    """

    kind: ClassVar[str] = "loan"
    item: str
    due: date
    parts: tuple[tuple[str, PartAnswer], ...] = ()
    provisional: bool = False
    rules_version: int = 0
    data_age_hours: int = 0
    due_doubtful: bool = False
    hold: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """An item came back to this station. `loan` is the entry id of the loan this station knew of, or None.

    `undo` says that the loan was taken back within the same visit: the thing never left the station.
    Since 2: `shelf` is how far the item has come by that: LEFT or FREE, by risk class.
    """

    kind: ClassVar[str] = "return"
    item: str
    loan: str | None = None
    undo: bool = False
    shelf: Shelf = Shelf.FREE


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """What somebody said of the item; `about` is the entry id of the return or loan they were asked after.

    Since 2: `asked_of` is the returner or the next borrower.
    """

    kind: ClassVar[str] = "condition"
    item: str
    about: str
    answer: Condition
    missing: tuple[str, ...] = ()
    asked_of: AskedOf = AskedOf.RETURNER


@dataclass(frozen=True, slots=True)
class Renewal:
    """An open loan runs until the end of `due` now. `loan` is its entry id."""

    kind: ClassVar[str] = "renewal"
    item: str
    loan: str
    due: date
    due_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """A patron (personal part) asks to have a copy of `thing` set aside until the end of `until`; `item` if it is one
    that stands here.
    """

    kind: ClassVar[str] = "hold_placed"
    hold: str
    thing: str
    until: date
    item: str | None = None


@dataclass(frozen=True, slots=True)
class HoldCancelled:
    """A hold is over without having been collected: the patron gave it up, or it lapsed."""

    kind: ClassVar[str] = "hold_cancelled"
    hold: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class HoldCollected:
    """What was set aside has been taken; `loan` is the loan's entry id. `by_code`: the pickup code opened it."""

    kind: ClassVar[str] = "hold_collected"
    hold: str
    item: str
    loan: str
    by_code: bool = False


@dataclass(frozen=True, slots=True)
class DamageReport:
    """Something is wrong with an item, said without a loan or return. No free text: that could hold a name."""

    kind: ClassVar[str] = "damage"
    item: str
    what: Damage


@dataclass(frozen=True, slots=True)
class SearchMissed:
    """Somebody looked for `words` and found nothing here."""

    kind: ClassVar[str] = "search_missed"
    words: str


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One touch on a question. `about` is the thing (the model) it was about, if any: never an entry or an item,
    which would lead to a loan and so to a patron.
    """

    kind: ClassVar[str] = "survey"
    question: str
    answer: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What this station should have, in a resident's words."""

    kind: ClassVar[str] = "suggestion"
    words: str


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """A resident offers a thing of their own, in their words."""

    kind: ClassVar[str] = "offered_item"
    words: str


@dataclass(frozen=True, slots=True)
class StockCount:
    """Staff counted the shelf: what was found, and what should have been there and was not."""

    kind: ClassVar[str] = "stock_count"
    found: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRegistered:
    """A new copy of `thing` stands here from now on. Since 4: `undo` takes it back: the tag is of no thing."""

    kind: ClassVar[str] = "item_registered"
    item: str
    thing: str
    undo: bool = False


@dataclass(frozen=True, slots=True)
class ItemMoved:
    """An item was brought here (`here`) or taken away from here."""

    kind: ClassVar[str] = "item_moved"
    item: str
    here: bool


@dataclass(frozen=True, slots=True)
class ItemChecked:
    """Staff have looked at an item that was left: it is CHECKED or FREE for the next."""

    kind: ClassVar[str] = "item_checked"
    item: str
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class StaffPresence:
    """A staff card (personal part) opened or left the staff menu."""

    kind: ClassVar[str] = "staff"
    inside: bool


@dataclass(frozen=True, slots=True)
class StaffNote:
    """A few words staff left at the station for their colleagues. Since 4."""

    kind: ClassVar[str] = "staff_note"
    words: str


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


@dataclass(frozen=True, slots=True)
class HubTime:
    """The station compared its clock with the hub's: when this boot was `up_ms` old (the middle of a call), the hub's
    time was `hub_ms` (Unix ms), give or take `within_ms`, half of what the call took. Since 3.
    """

    kind: ClassVar[str] = "hub_time"
    hub_ms: int
    up_ms: int
    within_ms: int


Body = (
    Loan
    | Return
    | Renewal
    | HoldPlaced
    | HoldCancelled
    | HoldCollected
    | ConditionAnswer
    | DamageReport
    | Refusal
    | SearchMissed
    | SurveyAnswer
    | Suggestion
    | OfferedItem
    | StockCount
    | ItemRegistered
    | ItemMoved
    | ItemChecked
    | StaffPresence
    | StaffNote
    | Started
    | DeviceChange
    | ClockChange
    | HubTime
)


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
