"""The shapes of what stations send and get, as JSON Schema with every limit, made from the code that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from lending.codec import SCHEMA_VERSION
from lending.entries import Body
from lending.nouns import ItemState, PartAnswer, RiskClass
from lending.plain import MAX_LIST, MAX_PARTS, MAX_SEALED, MAX_TEXT
from sync.feed_page import MAX_CURSOR, Kind
from sync.heartbeat import MAX_DEVICES
from sync.heartbeat import MAX_TEXT as MAX_WORD
from sync.protocol import FIRST_PROTOCOL, MAX_BATCH_ENTRIES, PROTOCOL

Shape = Mapping[str, Any]

MOST = 2**53 - 1
"""The largest number that JSON carries exactly everywhere."""


def text(most: int = MAX_TEXT, why: str = "") -> dict[str, Any]:
    """Return the shape of a text of at most `most` characters."""
    return {"type": "string", "maxLength": most} | ({"description": why} if why else {})


def pattern(regex: str, why: str = "") -> dict[str, Any]:
    """Return the shape of a text that is wholly as the regular expression says."""
    return {"type": "string", "pattern": f"^{regex}$"} | ({"description": why} if why else {})


def word(most: int, why: str = "") -> dict[str, Any]:
    """Return the shape of a text that can be shown on one line. The hub takes other printable letters too."""
    return {"type": "string", "maxLength": most, "pattern": "^[ -~]*$"} | ({"description": why} if why else {})


def whole(least: int = -MOST, most: int = MOST, why: str = "") -> dict[str, Any]:
    """Return the shape of a whole number from `least` to `most`."""
    return {"type": "integer", "minimum": least, "maximum": most} | ({"description": why} if why else {})


def listed(items: Shape, most: int, why: str = "") -> dict[str, Any]:
    """Return the shape of a list of at most `most`."""
    return {"type": "array", "items": items, "maxItems": most} | ({"description": why} if why else {})


def maybe(shape: Shape) -> dict[str, Any]:
    """Return the shape of what may be null."""
    return {"anyOf": [shape, {"type": "null"}]}


def one_of(kind: type[StrEnum]) -> dict[str, Any]:
    """Return the shape of one of the values of `kind`."""
    return {"type": "string", "enum": [one.value for one in kind]}


def ref(name: str) -> dict[str, Any]:
    """Return a pointer to a named shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def thing(needed: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None, why: str = "") -> dict[str, Any]:
    """Return the shape of an object. What a later version adds to it is passed over."""
    made: dict[str, Any] = {"type": "object", "required": [*needed], "properties": {**needed, **(optional or {})}}
    return made | ({"description": why} if why else {})


BOOL: Shape = {"type": "boolean"}
DAY: Shape = {"type": "string", "format": "date", "maxLength": 10}
ID = pattern("[0-9a-f]{32}", "128 random bits")
HASH = pattern("[0-9a-f]{64}", "SHA-256")
STATION = pattern("[a-z0-9][a-z0-9-]{0,62}")
EPOCH = whole(1, 2**31 - 1, "counts the station's enrolments")
SEQ = whole(1, MOST, "counts the entries of an epoch, without gaps")
CLOCK = ref("Clock")

_FIELDS: dict[Any, Shape] = {
    str: text(),
    str | None: maybe(text()),
    int: whole(),
    bool: BOOL,
    date: DAY,
    tuple[str, ...]: listed(text(), MAX_LIST),
    tuple[tuple[str, PartAnswer], ...]: listed(
        {"type": "array", "prefixItems": [text(), one_of(PartAnswer)], "minItems": 2, "maxItems": 2}, MAX_PARTS
    ),
}


def _body(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    shapes = {
        f.name: one_of(hints[f.name]) if _is_choice(hints[f.name]) else _FIELDS[hints[f.name]] for f in fields(kind)
    }
    # A field with a default may be missing in entries of an older form.
    needed = {f.name: shapes.pop(f.name) for f in fields(kind) if f.default is MISSING}
    return thing(needed, shapes, " ".join((kind.__doc__ or "").split()))


def _is_choice(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _body_name(kind: type[Any]) -> str:
    return f"{kind.__name__}Body"


_KINDS: Sequence[type[Any]] = get_args(Body)
WORDS = {"type": "object", "maxProperties": MAX_LIST, "additionalProperties": text(), "description": "by language"}

_PERSONAL = thing({"patron_ref": text()}, {"sealed_card": maybe(text(MAX_SEALED, "base64, opened by the hub alone"))})
_ENTRY = thing(
    {
        "v": whole(1, SCHEMA_VERSION, "version of the entry's form; every older one is read for ever"),
        "id": ID,
        "station": STATION,
        "epoch": EPOCH,
        "seq": SEQ,
        "kind": pattern("[a-z_]{1,40}", f"one of {', '.join(kind.kind for kind in _KINDS)}"),
        "at": CLOCK,
        "body": {"anyOf": [ref(_body_name(kind)) for kind in _KINDS], "description": "of the entry's kind"},
        "commitment": maybe(HASH),
        "prev": HASH,
        "hash": HASH,
    },
    {"personal": maybe(ref("Personal")), "salt": maybe(pattern("[0-9a-f]{32}"))},
    "One line of a journal. What is not so, but has its station, epoch and seq, is kept and answered `quarantined`.",
)
BATCH = thing(
    {
        "protocol": {"type": "integer", "enum": list(range(FIRST_PROTOCOL, PROTOCOL + 1))},
        "client": word(100, "the station's software and its version, printable"),
        "station": STATION,
        "epoch": EPOCH,
        "clock": CLOCK,
        "entries": listed(ref("Entry"), MAX_BATCH_ENTRIES),
        "signature": pattern("[0-9a-f]{128}", "Ed25519 over protocol, station, epoch, clock and the entries' hashes"),
    },
    why="Entries of one station and epoch; none at all is a sign of life.",
)
ENROL = thing(
    {
        "code": pattern("[A-Za-z0-9 -]{0,100}", "the one-time code; hyphens, blanks and case do not matter"),
        "public_key": pattern("[0-9a-f]{64}", "Ed25519, made on the station"),
    }
)
_SIZES = ("disk_free", "disk_total", "waiting", "oldest_ms", "feed_version", "feed_made_ms", "commit_us", "faults")
BEAT = thing(
    {
        "version": whole(1),
        "client": word(MAX_WORD),
        "epoch": whole(0),
        "head": thing({"seq": whole(0), "hash": HASH}, why="where the station's journal ends"),
        "clock": CLOCK,
    },
    {
        "python": word(MAX_WORD),
        "sqlite": word(MAX_WORD),
        "devices": listed(thing({"name": word(MAX_WORD), "up": BOOL}, {"reason": word(MAX_WORD)}), MAX_DEVICES),
        **{name: maybe(whole(0)) for name in _SIZES},
        "station": text(64, "whose it is; from version 2 on"),
        "signature": pattern("[0-9a-f]{128}"),
    },
    "What a station says of itself: sizes in bytes, times in ms, null where it cannot tell. From version 2 on it "
    "names its station and is signed with the key of its epoch, over all of it but the signature.",
)
TOKEN = thing(
    {},
    {
        "version": whole(1),
        "asks": text(64, '"token"; from version 2 on'),
        "station": text(64, "whose it is; from version 2 on"),
        "epoch": whole(0),
        "signature": pattern("[0-9a-f]{128}"),
    },
    "What a station asks for a new token with: from version 2 on signed with the key of its epoch, over all of it "
    "but the signature. An empty object is of a station of before.",
)
NEW_EPOCH = thing(
    {
        "public_key": pattern("[0-9a-f]{64}"),
        "epoch": whole(0),
        "head": thing({"seq": whole(0), "hash": text(64)}, why="where the station's journal ends"),
    },
    {
        "version": whole(1),
        "asks": text(64, '"epoch"; from version 2 on'),
        "station": text(64, "whose it is; from version 2 on"),
        "signature": pattern("[0-9a-f]{128}"),
    },
    "What the unit that staff chose asks for a new epoch with: from version 2 on signed with the key of the epoch it "
    "names, over all of it but the signature.",
)
PIN = thing({"patron_ref": text(64, "the keyed hash of the card's number"), "pin": pattern("[0-9]{4,12}")})

_ITEM = thing(
    {
        "code": text(),
        "thing": text(),
        "name": WORDS,
        "definite": WORDS,
        "yours": WORDS,
        "category": text(),
        "home": text(),
        "loan_days": whole(1),
        "risk_class": one_of(RiskClass),
        "drawing": text(),
        "tint": text(),
        "shelf": text(),
        "buy_kroner": maybe(whole(0)),
        "parts": listed(ref("Part"), MAX_PARTS),
    },
    {
        "min_age": whole(0),
        "training": text(),
        "state": one_of(ItemState),
        "inspect_by": maybe(DAY),
        "stays_home": BOOL,
        "consumables": listed(WORDS, MAX_PARTS),
    },
)
_CARD = thing(
    {"ref": text(why="the keyed hash of the card's number"), "blocked": BOOL},
    {
        "expires": DAY,
        "category": text(),
        "age_from": whole(0),
        "trainings": listed(text(), MAX_PARTS),
        "staff": BOOL,
    },
    "What is not special about a card is left out.",
)


def _by_kind(shapes: Mapping[Kind, Shape]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {kind.value: {"type": "array", "items": shape} for kind, shape in shapes.items()},
    }


_PUT: Mapping[Kind, Shape] = {
    Kind.CARD: ref("Card"),
    Kind.ITEM: ref("Item"),
    Kind.CATEGORY: {"allOf": [ref("Category"), thing({"place": whole(0)})]},
    Kind.HOLD: ref("Hold"),
    Kind.ENDED: thing({"loan": text(), "item": text(), "at_ms": whole(0)}),
    Kind.MESSAGE: thing({"id": text(), "words": WORDS, "first": DAY, "last": DAY}),
}
_HEAD = {
    "station": thing({"id": text(), "name": text()}),
    "rules": thing({"version": whole(0)}, why="the rules of lending; see lending.nouns.Rules"),
}
_PAGE = thing(
    {
        "cursor": text(MAX_CURSOR, "what to ask for next; no station looks into it"),
        "more": BOOL,
        "version": whole(0),
        "made_ms": whole(0),
        "begins": BOOL,
        "ends": BOOL,
        "snapshot": BOOL,
        "put": _by_kind(_PUT),
        "gone": _by_kind(dict.fromkeys(Kind, text())),
    },
    {"head": maybe(thing(_HEAD))},
    "What has changed since the cursor, or a part of a new copy of everything; see sync.feed_page.",
)

SHAPES: dict[str, Shape] = {
    "Clock": thing(
        {
            "wall": whole(why="Unix time in ms, as the station believed it"),
            "boot": word(64, "names the boot"),
            "up": whole(why="ms since that boot"),
            "synced": BOOL,
        },
        why="One reading of a station's clocks.",
    ),
    "Personal": _PERSONAL,
    "Entry": _ENTRY,
    "Batch": BATCH,
    "EnrolIn": ENROL,
    "Beat": BEAT,
    "EpochIn": NEW_EPOCH,
    "TokenIn": TOKEN,
    "PinIn": PIN,
    "Part": thing({"id": text(), "name": WORDS, "essential": BOOL}, {"drawing": maybe(text()), "quantity": whole(1)}),
    "Item": _ITEM,
    "Category": thing({"id": text(), "name": WORDS, "icon": text(), "drawing": text(), "tint": text()}),
    "Card": _CARD,
    "Hold": thing(
        {"id": text(), "thing": text(), "ref": text(), "until": DAY}, {"item": maybe(text()), "code_hash": text()}
    ),
    "Feed": thing(
        {
            "version": whole(0),
            "made_ms": whole(0),
            **_HEAD,
            "categories": {"type": "array", "items": ref("Category")},
            "items": {"type": "array", "items": ref("Item")},
            "cards": {"type": "array", "items": ref("Card")},
            "holds": {"type": "array", "items": ref("Hold")},
        },
        why="All that a station needs; see sync.feed.",
    ),
    "FeedPage": _PAGE,
} | {_body_name(kind): _body(kind) for kind in _KINDS}
