"""A station of nothing but memory: the facts a visit asks for, and a person who goes through one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Self

from lending.entries import Draft, Entry, HoldCollected
from lending.holds import apply_hold, standing, undone_loan
from lending.ledger import ItemLedger, OpenLoan, apply_entry, item_of
from lending.nouns import CardFacts, Hold, Item, Rules, Shelf, Standing
from lending.visit import (
    CardShown,
    Confirmed,
    ConfirmLoan,
    Input,
    ItemScanned,
    KnownOf,
    Outcome,
    RestIsHere,
    Visit,
    decide,
)
from support.library import CARDS, HERE, ITEMS, MORE, RISKY, at
from support.pointing import pointed

Decide = Callable[[Visit | None, Input, "MemoryFacts"], Outcome]

TODAY = date(2026, 11, 22)


class MemoryFacts:
    """`lending.visit.Facts` out of dictionaries, folded by the real ledger."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules(version=1, phone="23 43 29 00")
        self.station = HERE
        self.today = TODAY
        self.up_ms = 0
        self.data_age_hours = 0.0
        self.clock_doubtful = False
        self.entries: list[Entry] = []
        self.items = {item.code: item for item in (*ITEMS, *RISKY, *MORE)}
        self.cards = dict(CARDS)
        self.holds: dict[str, Hold] = {}
        self.codes: dict[str, str] = {}
        self._collected: dict[str, Hold] = {}
        self.verified: set[str] = set()
        self._ledgers: dict[str, ItemLedger] = {}
        self._ids = 0

    def item(self, code: str) -> Item | None:
        """Return what the feed told of."""
        return self.items.get(code)

    def ledger(self, code: str) -> ItemLedger:
        """Return the fold of the journal so far."""
        return self._ledgers.get(code, ItemLedger(code))

    def card(self, patron_ref: str) -> CardFacts:
        """Return what the feed says."""
        return self.cards.get(patron_ref, CardFacts(Standing.UNKNOWN))

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the open loans, due soonest first."""
        loans = [loan for ledger in self._ledgers.values() for loan in ledger.open_loans]
        return sorted((x for x in loans if x.patron_ref == patron_ref), key=lambda x: (x.due, x.seq))

    def holds_on(self, thing: str) -> Sequence[Hold]:
        """Return the holds on a thing, lapsed ones too."""
        return [hold for hold in self.holds.values() if hold.thing == thing]

    def holds_of(self, patron_ref: str) -> Sequence[Hold]:
        """Return the patron's holds that have not lapsed."""
        return [hold for hold in standing(self.holds.values(), self.today) if hold.patron_ref == patron_ref]

    def hold_with_code(self, code: str) -> Hold | None:
        """Return whose code this is."""
        return self.holds.get(self.codes.get(code, ""))

    def another_here(self, thing: str, but: str) -> Item | None:
        """Return another copy that is on the shelf."""
        others = (item for item in self.items.values() if item.thing == thing and item.code != but)
        return next((item for item in others if self.ledger(item.code).shelf is Shelf.FREE), None)

    def copies_of(self, thing: str) -> Sequence[Item]:
        """Return all copies of a thing."""
        return [item for item in self.items.values() if item.thing == thing]

    def finds(self, words: str) -> bool:
        """Return whether anything is called so."""
        return bool(words) and any(words in item.name.get("nb") for item in self.items.values())

    def guesses(self, words: str) -> bool:  # noqa: ARG002
        """Return False: a name holds the words here, or nothing is found."""
        return False

    def left_here(self) -> Sequence[Item]:
        """Return what waits for staff."""
        return [item for item in self.items.values() if self.ledger(item.code).shelf is Shelf.LEFT]

    def expected_here(self) -> Sequence[str]:
        """Return what should stand here."""
        seen = {item_of(entry) for entry in self.entries}
        at_home = [code for code, item in self.items.items() if item.home == HERE and code not in seen]
        back = [code for code in self.items if self.ledger(code).place == HERE and not self.ledger(code).open_loans]
        return [*at_home, *back]

    def has_verified_pin(self, patron_ref: str) -> bool:
        """Return whether a right PIN was given."""
        return patron_ref in self.verified

    def known_of(self, patron_ref: str) -> KnownOf:
        """Return what is held about a card."""
        return KnownOf(patron_ref in self.cards, len(self.loans_of(patron_ref)), 0, len(self.holds_of(patron_ref)))

    def new_id(self) -> str:
        """Return an id that counts."""
        self._ids += 1
        return f"{self._ids:032x}"

    # --- what a test changes

    def pass_days(self, days: int) -> None:
        """Let days pass."""
        self.today += timedelta(days=days)

    def set_aside(self, hold: Hold, code: str = "") -> None:
        """Take a hold from the feed, with its pickup code."""
        self.holds[hold.hold_id] = hold
        if code:
            self.codes[code] = hold.hold_id

    def commit(self, drafts: Sequence[Draft]) -> None:
        """Write the drafts into the journal."""
        for draft in drafts:
            seq = len(self.entries) + 1
            entry = Entry(draft.entry_id, HERE, 1, seq, at(self.up_ms / 1000), draft.body, draft.personal)
            self.entries.append(entry)
            self._fold_holds(entry)
            code = item_of(entry)
            if code is not None:
                self._ledgers[code] = apply_entry(self.ledger(code), entry)

    def _fold_holds(self, entry: Entry) -> None:
        before, self.holds = self.holds, apply_hold(self.holds, entry)
        if isinstance(entry.body, HoldCollected) and entry.body.hold in before:
            self._collected[entry.body.loan] = before[entry.body.hold]
        again = self._collected.pop(undone_loan(entry) or "", None)
        if again is not None:
            self.holds = {**self.holds, again.hold_id: again}


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
            outcome = self._decide(self.visit, pointed(given, self.visit, self.facts), self.facts)
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


def lent_to(patron_ref: str, *items: Item, facts: MemoryFacts | None = None) -> MemoryFacts:
    """Return the facts after this card borrowed these items."""
    person = Person(facts).gives(CardShown(patron_ref, "sealed"))
    for item in items:
        person.gives(ItemScanned(item.code), RestIsHere(), ConfirmLoan())
        assert isinstance(person.step, Confirmed)
    return person.facts
