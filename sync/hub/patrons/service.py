"""Filling the register of cards."""

from __future__ import annotations

from collections.abc import Iterable

from sync.cards import normal_card_id
from sync.hub import environment
from sync.hub.database import writing
from sync.hub.feed.service import feed_changed
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.fold import refold
from sync.hub.patrons.models import LibraryCard


def load_cards(rows: Iterable[tuple[str, bool]], now_ms: int) -> int:
    """Return how many cards are new or changed; the register now holds all `(card_id, blocked)` given.

    A card that is blocked now and was not before counts as blocked from `now_ms` on. Cards that are not named
    stay. Items lent on a changed card are looked at anew, so that their cases fit.
    """
    key = environment.card_key()
    with writing():
        known = {card.card_id: card for card in LibraryCard.objects.all()}
        changed = []
        for card_id, blocked in rows:
            before = known.get(normal_card_id(card_id))
            if before is not None and (before.blocked_since_ms is not None) == blocked:
                continue
            card = LibraryCard(
                card_id=normal_card_id(card_id),
                patron_ref=key.patron_ref(card_id),
                blocked_since_ms=now_ms if blocked else None,
            )
            known[card.card_id] = card
            changed.append(card)
        _store({card.card_id: card for card in changed}, now_ms)
    return len(changed)


def _store(changed: dict[str, LibraryCard], now_ms: int) -> None:
    LibraryCard.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["card_id"],
        update_fields=["patron_ref", "blocked_since_ms"],
        batch_size=1000,
    )
    if changed:
        feed_changed()
    refold(_items_lent_on({card.patron_ref for card in changed.values()}), now_ms)


def _items_lent_on(refs: set[str]) -> set[str]:
    rows = RawEntry.objects.filter(in_force=True).exclude(item="").exclude(personal__patron_ref="")
    lent = rows.values_list("item", "personal__patron_ref").distinct()
    return {item for item, ref in lent.iterator() if ref in refs}
