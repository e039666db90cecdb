"""A station of nothing but memory: the facts a visit asks for, and a person who goes through one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Self

from lending.entries import Draft, Entry
from lending.ledger import ItemLedger, OpenLoan, apply_entry, item_of
from lending.nouns import Item, Rules, Standing
from lending.visit import Input, Outcome, Visit, decide
from support.library import HERE, at, make_feed
from sync.feed import Feed

Decide = Callable[[Visit | None, Input, "MemoryFacts"], Outcome]


class MemoryFacts:
    """`lending.visit.Facts` out of dictionaries, folded by the real ledger."""

    def __init__(self, feed: Feed | None = None) -> None:
        feed = feed or make_feed()
        self.rules: Rules = feed.rules
        self.today = date(2026, 11, 22)
        self.up_ms = 0
        self.entries: list[Entry] = []
        self.items = {item.code: item for item in feed.items}
        self.cards = {c.patron_ref: Standing.BLOCKED if c.blocked else Standing.KNOWN for c in feed.cards}
        self._ledgers: dict[str, ItemLedger] = {}
        self._ids = 0

    def item(self, code: str) -> Item | None:
        """Return what the feed told of."""
        return self.items.get(code)

    def ledger(self, code: str) -> ItemLedger:
        """Return the fold of the journal so far."""
        return self._ledgers.get(code, ItemLedger(code))

    def standing(self, patron_ref: str) -> Standing:
        """Return what the feed says."""
        return self.cards.get(patron_ref, Standing.UNKNOWN)

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the open loans, due soonest first."""
        loans = [loan for ledger in self._ledgers.values() for loan in ledger.open_loans]
        return sorted((x for x in loans if x.patron_ref == patron_ref), key=lambda x: (x.due, x.seq))

    def new_id(self) -> str:
        """Return an id that counts."""
        self._ids += 1
        return f"{self._ids:032x}"

    def commit(self, drafts: Sequence[Draft]) -> None:
        """Write the drafts into the journal."""
        for draft in drafts:
            seq = len(self.entries) + 1
            entry = Entry(draft.entry_id, HERE, 1, seq, at(self.up_ms / 1000), draft.body, draft.personal)
            self.entries.append(entry)
            code = item_of(entry)
            if code is not None:
                self._ledgers[code] = apply_entry(self.ledger(code), entry)


class Person:
    """Somebody in front of the station: gives inputs one by one, as the desk would, and sees what comes of them."""

    def __init__(self, facts: MemoryFacts | None = None, decide_as: Decide = decide) -> None:
        self.facts = facts or MemoryFacts()
        self.visit: Visit | None = None
        self.drafts: tuple[Draft, ...] = ()
        self._decide = decide_as

    def gives(self, *inputs: Input) -> Self:
        """Give the inputs; `drafts` are those of the last one."""
        for given in inputs:
            outcome = self._decide(self.visit, given, self.facts)
            self.facts.commit(outcome.drafts)
            self.visit, self.drafts = outcome.visit, outcome.drafts
        return self

    def waits(self, seconds: float) -> Self:
        """Let time pass."""
        self.facts.up_ms += int(seconds * 1000)
        return self

    @property
    def step(self) -> object:
        """The step the visit is at; None if nobody is here."""
        return self.visit.step if self.visit else None

    @property
    def bodies(self) -> list[object]:
        """The bodies of the entries the last input led to."""
        return [draft.body for draft in self.drafts]
