"""The things lending speaks of: items with their parts, cards, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A text in several languages, keyed by language tag (`nb`, `en`, …)."""

    by_language: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Text:
        """Return the text of a mapping from language tag to words."""
        return cls(tuple(sorted(texts.items())))

    def get(self, language: str) -> str:
        """Return the words in `language`, else in Bokmål, else in any language, else ""."""
        texts = dict(self.by_language)
        return texts.get(language) or texts.get("nb") or next(iter(texts.values()), "")

    def as_dict(self) -> dict[str, str]:
        """Return the mapping this text was made of."""
        return dict(self.by_language)


class RiskClass(StrEnum):
    """How much can go wrong with a thing: A nearly nothing, B protect yourself, C training first."""

    A = "A"
    B = "B"
    C = "C"


class Standing(StrEnum):
    """What the station knows of a card when it is shown."""

    KNOWN = "known"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class PartAnswer(StrEnum):
    """What a resident says of one kit part. Both answers are equally welcome."""

    HERE = "here"
    MISSING = "missing"


class Condition(StrEnum):
    """What the returner says of an item."""

    OK = "ok"
    MISSING = "missing"
    DAMAGED = "damaged"


class AskedOf(StrEnum):
    """Who said how an item is."""

    RETURNER = "returner"
    BORROWER = "borrower"


class Damage(StrEnum):
    """What is wrong with an item, in the few words a touch can say."""

    DOES_NOT_WORK = "does_not_work"
    BROKEN = "broken"
    UNSAFE = "unsafe"
    DIRTY = "dirty"
    SOMETHING_ELSE = "something_else"


class ItemState(StrEnum):
    """What staff have said of an item, beside who has it."""

    OK = "ok"
    BROKEN = "broken"
    IN_INSPECTION = "in_inspection"
    NOT_FOR_LOAN = "not_for_loan"


class Shelf(StrEnum):
    """How far an item that is back has come: LEFT here, CHECKED by staff, FREE for the next. OUT is lent.

    STOPPED is what somebody reported unsafe: it goes to nobody until staff have checked it.
    """

    OUT = "out"
    LEFT = "left"
    CHECKED = "checked"
    FREE = "free"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the newest feed says of a card. Holds no birth date: `age_from` is the lower end of an age band in years,
    None if nothing is known. `trainings` are marks such as "saws". A staff card opens the staff menu.
    """

    standing: Standing
    category: str = ""
    age_from: int | None = None
    expires: date | None = None
    trainings: frozenset[str] = frozenset()
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Something set aside for a patron at this station until the end of `until` (local date).

    `item` is the copy that was set aside, None while any copy of `thing` will do. `code_hash` is the keyed hash of
    the six-digit pickup code.
    """

    hold_id: str
    thing: str
    patron_ref: str
    until: date
    item: str | None = None
    code_hash: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a kit. `drawing` is a name in `assets/drawings`, or None for a row without picture."""

    part_id: str
    name: Text
    essential: bool = True
    drawing: str | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One physical copy with a barcode, and what the station must know of its thing.

    `code` is the barcode as a string with its leading zeros. `name` is the short name for a title,
    `definite` the form inside a sentence ("slagdrillen", "the hammer drill"). `yours` tells for each language which
    words go with the thing, by the Bokmål possessive: "din" (masculine, common), "di" (feminine), "ditt" (neuter),
    "dine" (plural). `loan_days` counts calendar days.
    `min_age` in years, 0 for none. `training` is the mark a patron needs, "" for none. `inspect_by` is the last day
    on which it may be lent without a new inspection. `stays_home` keeps it from being lent at another station.
    `consumables` are used up and never asked for at a return. `checked_on` is the day of the last inspection.
    """

    code: str
    thing: str
    name: Text
    definite: Text
    category: str
    home: str
    loan_days: int
    yours: Text = field(default_factory=lambda: Text(()))
    parts: tuple[Part, ...] = ()
    risk_class: RiskClass = RiskClass.A
    drawing: str = ""
    tint: str = "#EFE9DC"
    shelf: str = ""
    buy_kroner: int | None = None
    min_age: int = 0
    training: str = ""
    state: ItemState = ItemState.OK
    inspect_by: date | None = None
    stays_home: bool = False
    consumables: tuple[Text, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the catalogue as shown on the idle screen."""

    category_id: str
    name: Text
    icon: str
    drawing: str
    tint: str


class PinRule(StrEnum):
    """When a station asks for the PIN."""

    NEVER = "never"
    FIRST_TIME_HERE = "first_time_here"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class PatronRule:
    """What a category of patrons may do: so many open loans (None: the general limit), up to which risk class."""

    loan_limit: int | None = None
    risk_class: RiskClass = RiskClass.C


@dataclass(frozen=True, slots=True)
class AgeStep:
    """What changes once the feed is older than `after_hours`: at most `loan_limit` open loans, class C or not."""

    after_hours: int
    loan_limit: int
    class_c: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the feed says about lending here. All figures come from the hub as data with a version.

    `loan_limit` counts open loans of one patron; `provisional_limit` those of a card the station does not know, which
    may borrow up to `provisional_class`. `kind_limits` are limits per category of things. `age_steps` tighten
    as the feed grows old, by rising age. `closed_weekdays` (0 is Monday) and `closed_days` move a due date to the
    next open day. `renewals` counts renewals of one loan. Things of `free_at_once` are free when they come back,
    those of `staff_check` after staff have checked them, the rest after the next borrower's tick list.
    `pin` says when the PIN is asked for, `pin_keep_days` how long a right one works without network.
    `retention_days` is how long after the hub's acknowledgement a returned loan keeps its patron.
    `idle_seconds` ends a visit nobody touches; `done_seconds` and `done_more_seconds` close the confirmation
    (8 s and 4 s per further thing, from the design boards).
    """

    version: int = 0
    loan_limit: int = 5
    provisional_limit: int = 1
    provisional_class: RiskClass = RiskClass.B
    kind_limits: tuple[tuple[str, int], ...] = ()
    patron_rules: tuple[tuple[str, PatronRule], ...] = ()
    age_steps: tuple[AgeStep, ...] = (AgeStep(72, 3, class_c=False), AgeStep(336, 1, class_c=False))
    closed_weekdays: tuple[int, ...] = ()
    closed_days: tuple[date, ...] = ()
    renewals: int = 1
    free_at_once: tuple[RiskClass, ...] = (RiskClass.A,)
    staff_check: tuple[RiskClass, ...] = (RiskClass.C,)
    pin: PinRule = PinRule.NEVER
    pin_keep_days: int = 7
    retention_days: int = 14
    hold_days: int = 3
    idle_seconds: int = 60
    done_seconds: int = 8
    done_more_seconds: int = 4
    phone: str = ""
    time_zone: str = "Europe/Oslo"

    def patron_rule(self, category: str) -> PatronRule:
        """Return what patrons of this category may do; without a rule of their own, what everybody may."""
        return dict(self.patron_rules).get(category, PatronRule())

    def kind_limit(self, category: str) -> int | None:
        """Return the limit of a category of things, or None."""
        return dict(self.kind_limits).get(category)

    def age_step(self, data_age_hours: float) -> AgeStep | None:
        """Return the step that holds for a feed of this age, or None while it is young."""
        reached = [step for step in self.age_steps if data_age_hours > step.after_hours]
        return max(reached, key=lambda step: step.after_hours, default=None)
