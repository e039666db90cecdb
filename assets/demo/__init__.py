"""The invented library of the demo: 60 items with their parts, 200 cards, 3 stations, 9 categories.

Every loader reads its files once and returns frozen values in the order of the files. Nobody behind the
cards exists: there are no names and no birth dates, and their numbers start with N999, which is not given out.
"""

import csv
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, cast

from assets import path
from assets.demo.languages import DemoText, in_all, named, say, searched

__all__ = [
    "DemoCard",
    "DemoCategory",
    "DemoItem",
    "DemoMessage",
    "DemoPage",
    "DemoPart",
    "DemoStation",
    "DemoText",
    "Gender",
    "LockerSize",
    "RiskClass",
    "cards",
    "categories",
    "item",
    "items",
    "items_at",
    "messages",
    "pages",
    "places",
    "say",
    "stations",
]

Gender = Literal["m", "f", "n", "pl"]
"""What decides the Norwegian words around a thing: masculine, feminine, neuter, or plural."""

RiskClass = Literal["A", "B", "C"]
LockerSize = Literal["S", "M", "L", "floor", "outdoor"]

_PRONOUN: Mapping[Gender, str] = {"m": "den", "f": "den", "n": "det", "pl": "de"}
_YOURS: Mapping[Gender, str] = {"m": "din", "f": "di", "n": "ditt", "pl": "dine"}


@dataclass(frozen=True, slots=True)
class DemoPart:
    """One part of a kit.

    `part_id` is unique within the kit and made of the Norwegian name, so that a better translation leaves it
    as it is. Without an `essential` part the thing is of no use or not safe. `drawing` is None where no
    drawing shows the part: the row then stands without a picture.
    """

    part_id: str
    name: DemoText
    essential: bool
    drawing: str | None


@dataclass(frozen=True, slots=True)
class DemoItem:
    """One item with what station and hub need of its thing; each thing of the demo has one item.

    `name` is what lists in the hub show ("Slagdrill batteri 18V"), `short` the title on a screen ("Slagdrill"),
    `definite` the form inside a sentence ("slagdrillen", "the hammer drill"), `use` one line on what for.
    `plural_en` asks for "are" in English, `yours` tells in each language which words go with it, by the Bokmål
    possessive: "din", "di", "ditt" or "dine". `weight` is in kilograms, `replacement_value` in kroner. `training`
    names the mark a card must carry, if any. `station` is the id of the station it stands at, on `shelf`.
    """

    item_id: str
    item_code: str
    thing_id: str
    name: DemoText
    short: DemoText
    definite: DemoText
    use: DemoText
    gender: Gender
    plural_en: bool
    yours: DemoText
    category: str
    parts: tuple[DemoPart, ...]
    consumables: DemoText | None
    requirement: DemoText | None
    return_checks: tuple[str, ...]
    training: str | None
    loan_days: int
    min_age: int
    risk_class: RiskClass
    replacement_value: int
    weight: float
    locker_size: LockerSize
    station: str
    shelf: str
    drawing: str
    tint: str
    co2e_kg: tuple[float, float, float]
    """Making a new one: low, middle, high."""
    co2e_source: str
    co2e_is_estimate: bool
    """Whether that is our own estimate, not a published figure."""

    @property
    def pronoun(self) -> DemoText:
        """The word for the thing at the start of "… er din": "den", "det" or "de"; "it" or "they"."""
        return DemoText(_PRONOUN[self.gender], "they" if self.plural_en else "it")

    @property
    def title(self) -> DemoText:
        """The definite form at the start of a sentence: "Slagdrillen", "The hammer drill"."""
        nb, en = self.definite.nb, self.definite.en
        return DemoText(nb[0].upper() + nb[1:], en[0].upper() + en[1:])


@dataclass(frozen=True, slots=True)
class DemoPage:
    """What residents are told of a thing beside what lending needs, each line by language tag.

    `rent_kroner` is a day's rent, invented like everything here; `rent_basis` says so.
    """

    thing_id: str
    tasks: tuple[Mapping[str, str], ...]
    words: Mapping[str, tuple[str, ...]]
    how_to: tuple[Mapping[str, str], ...]
    more: tuple[Mapping[str, str], ...]
    rent_kroner: int
    rent_basis: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """A word of the library for the screens: a welcome, an event or a notice."""

    message_id: str
    kind: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoCard:
    """One invented card. `uid` is what an NFC reader sees, in upper case hex, or None for a barcode only.

    `age_from` is the lower end of the age band: 0, 12, 15 or 18. `expires` is the last day it is valid.
    """

    card_number: str
    uid: str | None
    category: Literal["adult", "child"]
    age_from: int
    expires: date
    blocked: bool
    blocked_reason: str | None
    trainings: frozenset[str]


@dataclass(frozen=True, slots=True)
class DemoStation:
    """One station: what it is called, where it stands, when its door is open (local time, HH:MM)."""

    station_id: str
    name: str
    municipality: str
    kind: DemoText
    place: DemoText
    latitude: float
    longitude: float
    opens: str
    closes: str
    shelves: Mapping[str, str]
    """The item_id on each shelf; D holds large things, G stands on the floor, U outdoors."""


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """One category: `name` in lists, `short` on a tile, its line icon, and drawing and tint of its things."""

    category_id: str
    name: DemoText
    short: DemoText
    icon: str
    drawing: str
    tint: str


@cache
def categories() -> tuple[DemoCategory, ...]:
    """Return the categories in the order of the tiles."""
    return tuple(
        DemoCategory(
            category_id=row["category_id"],
            name=_both(row, "name"),
            short=_both(row, "short"),
            icon=row["icon"],
            drawing=row["drawing"],
            tint=row["tint"],
        )
        for row in _json("demo/categories.json")
    )


@cache
def stations() -> tuple[DemoStation, ...]:
    """Return the stations by their id."""
    return tuple(
        DemoStation(
            **row
            | {
                "kind": say(**row["kind"]),
                "place": say(**row["place"]),
                "shelves": MappingProxyType(row["shelves"]),
            }
        )
        for row in _json("demo/stations.json")
    )


@cache
def pages() -> tuple[DemoPage, ...]:
    """Return a page for each thing, by its id."""
    read = _json("demo/thing-pages.json")
    return tuple(
        DemoPage(
            thing_id=thing_id,
            tasks=tuple(map(in_all, page["tasks"])),
            words={language: tuple(words) for language, words in (page["words"] | searched(thing_id)).items()},
            how_to=tuple(map(in_all, page["how_to"])),
            more=tuple(map(in_all, page.get("more", ()))),
            rent_kroner=page["rent_kroner"],
            rent_basis=in_all(read["rent_basis"]),
        )
        for thing_id, page in sorted(read["things"].items())
    )


@cache
def places() -> tuple[Mapping[str, Any], ...]:
    """Return the places nearby as the hub reads them, in the order of the file."""
    return tuple(
        row | {"what": in_all(row["what"]), "hours": in_all(row["hours"])} for row in _json("demo/places.json")
    )


@cache
def messages() -> tuple[DemoMessage, ...]:
    """Return what the library has to say, in the order of the file."""
    return tuple(
        DemoMessage(row["id"], row["kind"], say(row["nb"], row["en"]).as_dict())
        for row in _json("demo/messages.json")
    )


@cache
def cards() -> tuple[DemoCard, ...]:
    """Return the cards by their number.

    The first five are for showing things: 1 in order, 2 blocked, 3 expired, 4 a child's, 5 with every training.
    """
    return tuple(
        DemoCard(
            card_number=row["card_number"],
            uid=row["uid"] or None,
            category="child" if row["category"] == "child" else "adult",
            age_from=int(row["age_from"]),
            expires=date.fromisoformat(row["expires"]),
            blocked=row["blocked"] == "yes",
            blocked_reason=row["blocked_reason"] or None,
            trainings=frozenset(row["trainings"].split()),
        )
        for row in _csv("demo/cards.csv")
    )


@cache
def items() -> tuple[DemoItem, ...]:
    """Return the items by their item_id."""
    names = _json("demo/thing-names.json")
    drawn = _json("drawings/items.json")["items"]
    texts = _json("demo/texts-en.json")
    by_category = {category.name.nb: category.category_id for category in categories()}
    places = {
        item_id: (station.station_id, shelf) for station in stations() for shelf, item_id in station.shelves.items()
    }
    return tuple(
        DemoItem(
            item_id=row["item_id"],
            item_code=row["barcode"],
            thing_id=names[row["item_id"]]["thing_id"],
            name=DemoText(row["name_no"], row["name_en"]),
            short=_named(row["item_id"], names[row["item_id"]], "short"),
            definite=_named(row["item_id"], names[row["item_id"]], "definite"),
            use=_named(row["item_id"], names[row["item_id"]], "use"),
            gender=names[row["item_id"]]["nb"]["gender"],
            plural_en=names[row["item_id"]]["en"]["plural"],
            yours=_yours(row["item_id"], names[row["item_id"]]),
            category=by_category[row["category_no"]],
            parts=_parts(row["item_id"], row["kit_parts_no"]),
            consumables=_consumables(row["item_id"], row["consumables_no"], texts),
            requirement=_requirement(row["requirement_no"], texts),
            return_checks=tuple(row["return_check_no"].split(" | ")),
            training=names[row["item_id"]].get("training"),
            loan_days=int(row["loan_days"]),
            min_age=int(row["min_age_proposed"]),
            risk_class=cast("RiskClass", row["risk_class"]),
            replacement_value=int(row["replacement_value_nok_est"]),
            weight=float(row["weight_kg_approx"]),
            locker_size=cast("LockerSize", row["locker_size"]),
            station=places[row["item_id"]][0],
            shelf=places[row["item_id"]][1],
            drawing=drawn[row["item_id"]]["drawing"],
            tint=drawn[row["item_id"]]["category_tint"],
            co2e_kg=(float(row["co2e_low_kg"]), float(row["co2e_new_kg"]), float(row["co2e_high_kg"])),
            co2e_source=row["co2e_source"],
            co2e_is_estimate=row["co2e_basis"] != "published",
        )
        for row in _csv("demo/items.csv")
    )


def item(item_id: str) -> DemoItem:
    """Return the item with that id, as in "DEMO-001"; raises KeyError if there is none."""
    return {each.item_id: each for each in items()}[item_id]


def items_at(station_id: str) -> tuple[DemoItem, ...]:
    """Return the items that stand at that station; of an unknown one, none."""
    return tuple(each for each in items() if each.station == station_id)


def _parts(item_id: str, listed: str) -> tuple[DemoPart, ...]:
    """Return the parts of a kit; what a file says of this kit wins over what it says of the part's name."""
    english = _json("demo/parts-en.json")
    drawn = _json("drawings/items.json")["items"].get(item_id, {}).get("parts")
    by_default = _json("drawings/items.json")["parts"]
    spare = _json("demo/parts-not-essential.json")
    not_essential = {*spare["parts"], *spare["items"].get(item_id, ())}
    return tuple(
        DemoPart(
            part_id=_slug(name),
            name=say(name, english["items"].get(item_id, {}).get(name, english["parts"][name])),
            essential=name not in not_essential,
            drawing=(by_default if drawn is None else drawn).get(name),
        )
        for name in listed.split(" | ")
    )


def _consumables(item_id: str, norwegian: str, texts: Mapping[str, Any]) -> DemoText | None:
    if not norwegian:
        return None
    own: Mapping[str, str] = texts["consumables_of"].get(item_id, {})
    return say(norwegian, own.get(norwegian, texts["consumables"][norwegian]))


def _requirement(norwegian: str, texts: Mapping[str, Any]) -> DemoText | None:
    if norwegian == "ingen":
        return None
    return say(norwegian[0].upper() + norwegian[1:], texts["requirements"][norwegian])


def _slug(name: str) -> str:
    """Return `name` in lower case ASCII with hyphens: "Åre 3-delt" becomes "aare-3-delt"."""
    spelled = name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def _named(item_id: str, row: Mapping[str, Any], word: str) -> DemoText:
    return named(item_id, word, row["nb"][word], row["en"][word])


def _yours(item_id: str, row: Mapping[str, Any]) -> DemoText:
    return named(item_id, "form", _YOURS[row["nb"]["gender"]], "dine" if row["en"]["plural"] else "din")


def _both(row: Mapping[str, Any], word: str) -> DemoText:
    return say(row["nb"][word], row["en"][word])


@cache
def _json(name: str) -> Any:
    return json.loads(path(name).read_text("utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    with path(name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
