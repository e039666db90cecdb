"""Filling the register of cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sync.cards import normal_card_id
from sync.feed import FeedCard, card_to_plain
from sync.feed_page import Kind
from sync.hub import environment
from sync.hub.database import writing
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.fold import refold
from sync.hub.patrons.models import LibraryCard
from sync.hub.patrons.pins import fits, make_verifiers
from sync.hub.patrons.rows import CardRow, check_row

_AT_ONCE = 1000
_IN_FEED = ("blocked_since_ms", "expires", "category", "age_from", "trainings", "staff")
_COLUMNS = (*_IN_FEED, "pin_verifier")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to hold of one card: only what is named changes."""

    card_id: str
    columns: Mapping[str, Any]
    pin: str | None = None

    @property
    def blocked(self) -> bool:
        return bool(self.columns["blocked"])


def load_cards(rows: Iterable[CardRow | tuple[str, bool]], now_ms: int) -> int:
    """Return how many cards are new or changed; the register now holds all that were given.

    A pair (card_id, blocked) leaves everything else about its card as it is. A card that is blocked now and was not
    before counts as blocked from `now_ms` on. Cards that are not named stay. Items lent on a changed card are looked
    at anew, so that their cases fit. Raises Refused for a row that cannot be stored, and then stores none.
    """
    wanted = [_wanted(number, row) for number, row in enumerate(rows, 1)]
    verifiers, key = _verifiers(wanted), environment.card_key()
    with writing():
        known = _known([one.card_id for one in wanted])
        before = {card_id: _seen(card) for card_id, card in known.items()}
        for one in wanted:
            card = known.setdefault(
                one.card_id, LibraryCard(card_id=one.card_id, patron_ref=key.patron_ref(one.card_id))
            )
            _change(card, one, verifiers, now_ms)
        changed = [card for card_id, card in known.items() if before.get(card_id) != _seen(card)]
        _store(changed)
        in_feed = len(_IN_FEED)
        told = [card for card in changed if before.get(card.card_id, ())[:in_feed] != _seen(card)[:in_feed]]
        refs = [card.patron_ref for card in told]
        refold(_items_lent_on(refs), now_ms, refs)
        publish(Kind.CARD, map(told_card, sorted(told, key=_ref)), now_ms)
    return len(changed)


def remove_cards(card_ids: Iterable[str], now_ms: int) -> int:
    """Return how many cards were taken out of the register. What is lent on them stays lent."""
    with writing():
        cards = sorted(_known([normal_card_id(card_id) for card_id in card_ids]).values(), key=_ref)
        for some in _pieces(card.card_id for card in cards):
            LibraryCard.objects.filter(pk__in=some).delete()
        refs = [card.patron_ref for card in cards]
        refold(_items_lent_on(refs), now_ms, refs)
        publish(Kind.CARD, (Told(card.patron_ref, None, _lane(card)) for card in cards), now_ms)
    return len(cards)


def told_card(card: LibraryCard) -> Told:
    """Return what stations are told of a card."""
    plain = FeedCard(
        card.patron_ref,
        card.blocked_since_ms is not None,
        card.expires,
        card.category,
        card.age_from,
        frozenset(card.trainings),
        card.staff,
    )
    return Told(card.patron_ref, card_to_plain(plain), _lane(card))


def _lane(card: LibraryCard) -> Lane:
    return Lane.CARDS if card.blocked_since_ms is None else Lane.URGENT


def _ref(card: LibraryCard) -> str:
    return card.patron_ref


def _wanted(number: int, row: CardRow | tuple[str, bool]) -> _Wanted:
    if isinstance(row, CardRow):
        check_row(number, row)
        columns = {
            "blocked": row.blocked,
            "expires": row.expires,
            "category": row.category,
            "age_from": row.age_from,
            "trainings": sorted(row.trainings),
            "staff": row.staff,
        }
        return _Wanted(normal_card_id(row.card_id), columns, row.pin)
    card_id, blocked = row
    check_row(number, CardRow(card_id, blocked))
    return _Wanted(normal_card_id(card_id), {"blocked": blocked})


def _verifiers(wanted: Sequence[_Wanted]) -> Mapping[str, str]:
    """Return the verifier each card with a given PIN is to have. A PIN it has already keeps its verifier."""
    pins = {one.card_id: one.pin for one in wanted if one.pin is not None}
    known = _known(list(pins))
    kept = {
        card_id: known[card_id].pin_verifier
        for card_id, pin in pins.items()
        if card_id in known and pin and fits(known[card_id].pin_verifier, pin)
    }
    new = {card_id: pin for card_id, pin in pins.items() if pin and card_id not in kept}
    return {**dict.fromkeys(pins, ""), **kept, **dict(zip(new, make_verifiers(new.values()), strict=True))}


def _known(card_ids: Sequence[str]) -> dict[str, LibraryCard]:
    found: dict[str, LibraryCard] = {}
    for some in _pieces(sorted(set(card_ids))):
        found |= LibraryCard.objects.in_bulk(some)
    return found


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some


def _seen(card: LibraryCard) -> tuple[Any, ...]:
    """Return all that can change about a card; what the feed tells comes first."""
    return tuple(getattr(card, name) for name in _COLUMNS)


def _change(card: LibraryCard, wanted: _Wanted, verifiers: Mapping[str, str], now_ms: int) -> None:
    for name, value in wanted.columns.items():
        if name != "blocked":
            setattr(card, name, value)
    if wanted.blocked is not (card.blocked_since_ms is not None):
        card.blocked_since_ms = now_ms if wanted.blocked else None
    if wanted.pin is not None:
        card.pin_verifier = verifiers[wanted.card_id]


def _store(changed: Sequence[LibraryCard]) -> None:
    LibraryCard.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["card_id"],
        update_fields=["patron_ref", *_COLUMNS],
        batch_size=_AT_ONCE,
    )


def _items_lent_on(refs: Sequence[str]) -> set[str]:
    """Return the items that any entry in force names together with one of these cards."""
    items: set[str] = set()
    for some in _pieces(sorted(refs)):
        rows = RawEntry.objects.filter(in_force=True, personal__patron_ref__in=some).exclude(item="")
        items.update(rows.values_list("item", flat=True).distinct())
    return items


def set_card(card_id: str, changes: Mapping[str, Any], now_ms: int) -> bool:
    """Return whether the card, which is made if it is not there, was changed; `changes` are fields of CardRow.

    What is not named stays as it is. Raises Refused.
    """
    check_row(1, CardRow(card_id))
    card = LibraryCard.objects.filter(pk=normal_card_id(card_id)).first()
    row = CardRow(card_id) if card is None else _row(card)
    return load_cards([replace(row, **changes)], now_ms) == 1


def _row(card: LibraryCard) -> CardRow:
    return CardRow(
        card_id=card.card_id,
        blocked=card.blocked_since_ms is not None,
        expires=card.expires,
        category=card.category,
        age_from=card.age_from,
        trainings=frozenset(card.trainings),
        staff=card.staff,
    )
