"""The things lending speaks of: items with their parts, cards, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a kit. `drawing` is a name in `assets/drawings`, or None for a row without picture."""

    part_id: str
    name: Text
    essential: bool = True
    drawing: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One physical copy with a barcode, and what the station must know of its thing.

    `code` is the barcode as a string with its leading zeros. `name` is the short name for a title,
    `definite` the form inside a sentence ("slagdrillen", "the hammer drill"), `yours` the possessive
    that fits its gender in Bokmål ("din", "di", "ditt", "dine"). `loan_days` counts calendar days.
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


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the catalogue as shown on the idle screen."""

    category_id: str
    name: Text
    icon: str
    drawing: str
    tint: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What the feed says about lending here. All figures come from the hub as data with a version.

    `loan_limit` counts open loans of one patron; `provisional_limit` those of a card the station does
    not know. `idle_seconds` ends a visit nobody touches; `done_seconds` and `done_more_seconds` close
    the confirmation (8 s and 4 s per further thing, from the design boards).
    """

    version: int = 0
    loan_limit: int = 5
    provisional_limit: int = 1
    idle_seconds: int = 60
    done_seconds: int = 8
    done_more_seconds: int = 4
    phone: str = ""
    time_zone: str = "Europe/Oslo"
