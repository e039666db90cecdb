"""What one station saw in its life: the journal all stations of a large hub have in their own words.

Loans with their returns, answers about parts and condition, and now and then something staff must look at: about one
case in a hundred entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench import library
from lending.entries import Body, ConditionAnswer, DamageReport, Draft, Loan, Personal, Return
from lending.nouns import Condition, Damage, PartAnswer
from lending.times import Reading
from sync.journal import Place, WireEntry, seal

ITEMS, CARDS = 25, 50
"""So many of each belong to one station."""

STEP_MS = 3 * 3600 * 1000
"""From one entry to the next: eight a day."""

ODD_EVERY, FIRST_ODD = 100, 20
_BOOT_EVERY = 500
_DUE_DAYS = 14
_STRANGERS = 900_000
_PARTS = (("battery", PartAnswer.HERE), ("charger", PartAnswer.HERE), ("case", PartAnswer.HERE))
_ONE_GONE = (("battery", PartAnswer.HERE), ("charger", PartAnswer.MISSING), ("case", PartAnswer.HERE))

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"every station of a benchmark").digest())
"""All of them sign with it."""

Card = Callable[[int], Personal]


def token_of(number: int) -> str:
    """Return the token of station `number` (from 0)."""
    return f"token-{number}"


def unknown_code(number: int) -> str:
    """Return the barcode of an item no catalogue has."""
    return f"09{number:08d}"


def stranger(number: int) -> str:
    """Return the number of a card no register has."""
    return library.card_of(_STRANGERS + number)


def _name(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def reading(number: int, end_ms: int, entries: int) -> Reading:
    """Return the clocks at entry `number` (from 0) of a journal that ends at `end_ms`."""
    wall = end_ms - (entries - number) * STEP_MS
    return Reading(wall, _name("boot", number // _BOOT_EVERY), 60_000 + number % _BOOT_EVERY * STEP_MS, synced=True)


def drafts(entries: int, end_ms: int, known: Card, unknown: Card) -> Iterator[tuple[Draft, Reading]]:
    """Return the entries of one station with their clocks; `known` and `unknown` give cards by number."""
    out: dict[int, str] = {}
    odd = 0
    for number in range(entries):
        at = reading(number, end_ms, entries)
        entry_id = _name("entry", number)
        if number % ODD_EVERY == FIRST_ODD:
            body, who = _odd(odd, at, unknown)
            odd += 1
        else:
            item = number % ITEMS
            body, who = _ordinary(item, number, at, out.get(item), known)
            if isinstance(body, Loan):
                out[item] = entry_id
            elif isinstance(body, Return):
                out.pop(item)
        yield Draft(entry_id, body, who), at


def _ordinary(item: int, number: int, at: Reading, lent: str | None, known: Card) -> tuple[Body, Personal | None]:
    """Lend what is here, take back what is out; one entry in ten is an answer about the item. Every other item is a
    turn behind, so that half of them are out at any time.
    """
    code = library.code_of(item)
    if number % 10 == 5 or (number < ITEMS and item % 2):  # noqa: PLR2004 - one in ten
        return ConditionAnswer(code, lent or _name("entry", number - 1), Condition.OK), None
    if lent is None:
        parts = _PARTS if item % 3 == 0 else ()
        return Loan(code, _due(at), parts, rules_version=1), known(number * 7 % CARDS)
    return Return(code, lent), None


def _odd(number: int, at: Reading, unknown: Card) -> tuple[Body, Personal | None]:
    code = unknown_code(number % 5)
    match number % 4:
        case 0:
            return Return(code), None
        case 1:
            return Loan(code, _due(at), provisional=True), unknown(number % 5)
        case 2:
            return DamageReport(library.code_of(number % ITEMS), Damage.DIRTY), None
        case _:
            return Loan(code, _due(at), _ONE_GONE), unknown(number % 5)


def _due(at: Reading) -> date:
    return (datetime.fromtimestamp(at.wall_ms / 1000, UTC) + timedelta(days=_DUE_DAYS)).date()


def journal(
    station: str, epoch: int, entries: int, end_ms: int, known: Card, unknown: Card
) -> list[tuple[WireEntry, Reading]]:
    """Return the sealed journal of one station with the clocks of each entry."""
    place, sealed = Place(station, epoch), []
    for number, (draft, at) in enumerate(drafts(entries, end_ms, known, unknown)):
        wire = seal(draft, place, at, lambda number=number: _name("salt", number))
        place = Place(station, epoch, wire["seq"], wire["hash"])
        sealed.append((wire, at))
    return sealed
