"""Which entries of one item are written, and why the others are not. Pure: the hub gathers what it must know.

The invariant: what Koha is told of an item is in the order in which it happened. Koha does not compare: an older loan
that comes late ends the newer one, and a return that comes before its loan leaves the loan open for ever. So nothing
is written behind what Koha was told already, and whatever waits makes all later entries of its item wait too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from sync.hub.koha.koc import Line, can_be_written, local_time


class Why(StrEnum):
    """Why an entry is not in the file."""

    LATE = "late"
    WAITS_FOR_STAFF = "waits_for_staff"
    WAITS_FOR_LIBRARY = "waits_for_library"
    IN_THE_FUTURE = "in_the_future"
    NOT_COUNTED_YET = "not_counted_yet"
    UNDONE = "undone"
    UNKNOWN_ITEM = "unknown_item"
    UNKNOWN_CARD = "unknown_card"
    FORGOTTEN_CARD = "forgotten_card"
    UNWRITABLE = "unwritable"
    ENDED_BY_STAFF = "ended_by_staff"
    LOAN_NOT_IN_KOHA = "loan_not_in_koha"
    NOT_IN_FORCE = "not_in_force"


WAITING = frozenset({Why.WAITS_FOR_STAFF, Why.WAITS_FOR_LIBRARY, Why.IN_THE_FUTURE, Why.NOT_COUNTED_YET})
"""A later run writes these entries. All other reasons hold until something about the entry or its card changes."""

BY_HAND = frozenset({Why.LATE, Why.ENDED_BY_STAFF})
"""What a person must see to in Koha."""

EXPLAINED: Mapping[Why, str] = {
    Why.LATE: "came after a later entry of the item had been written; do by hand in Koha what is still missing there",
    Why.WAITS_FOR_STAFF: "a case must be answered first (lent twice, or the clock in doubt)",
    Why.WAITS_FOR_LIBRARY: "an earlier entry of the item belongs to another library: write that one's file first",
    Why.IN_THE_FUTURE: "dated later than now by a wrong clock, or behind such an entry",
    Why.NOT_COUNTED_YET: "the hub has not yet worked out what it means; ask again in a minute",
    Why.UNDONE: "taken back within the same visit: the thing never left",
    Why.UNKNOWN_ITEM: "no item of the catalogue has this code",
    Why.UNKNOWN_CARD: "the card is not in the register; Koha would stop at it",
    Why.FORGOTTEN_CARD: "who borrowed has been erased",
    Why.UNWRITABLE: "card or code is too long or has characters that the file cannot carry",
    Why.ENDED_BY_STAFF: "staff ended the loan here; if Koha has it, end it there by hand",
    Why.LOAN_NOT_IN_KOHA: "return or renewal of a loan that was not written",
    Why.NOT_IN_FORCE: "in quarantine, behind a gap or in a forked journal: it counts nowhere yet",
}


class What(StrEnum):
    """What an entry is to Koha."""

    LOAN = "loan"
    RETURN = "return"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry in force about the item. `loan` is the loan a return or renewal names, or None; `ref` whose it is.

    `written` is the time it has in an earlier file, or empty. `lent_twice` and `doubtful` (its time) say that a case
    of that kind stands on it and is not answered.
    """

    entry_id: str
    what: What
    at_ms: int
    station: str
    seq: int
    library: str = ""
    loan: str | None = None
    undo: bool = False
    ref: str | None = field(default=None, repr=False)
    written: str = ""
    lent_twice: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one item: its entries in order, and `on_loan`, the loan Koha was last told of, if any.

    `due` says that the hub has yet to work out what its newest entries mean, its cases among it.
    `written` is the time of the last line about it. `ended` are loans that staff ended; `cards` are numbers by ref.
    """

    item: str
    known: bool
    facts: Sequence[Fact]
    on_loan: str | None = None
    written: str = ""
    ended: AbstractSet[str] = frozenset()
    due: bool = False
    cards: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: entries from `from_ms` to before `to_ms`, of one library or, if empty, of all."""

    from_ms: int
    to_ms: int
    now_ms: int
    zone: ZoneInfo
    library: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that stands in the file now, with the time of the return written before it, or empty."""

    fact: Fact
    item: str
    loan: str
    written: str
    return_first: str = ""
    card: str = field(default="", repr=False)

    @property
    def lines(self) -> Iterator[Line]:
        """What it is in the file."""
        if self.return_first:
            yield Line(self.return_first, self.item)
        yield Line(self.written, self.item, self.card)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry within the window that is not in the file."""

    fact: Fact
    item: str
    why: Why


def plan(history: History, window: Window) -> tuple[list[Written], list[LeftOut]]:
    """Return what is written of one item now, in order, and what of the window is not."""
    planner = Planner(history, window)
    planner.run()
    return planner.written, planner.left_out


class Planner:
    """Goes through one item's entries once. Its questions are methods, so that a test can plant a defect in one."""

    def __init__(self, history: History, window: Window) -> None:
        self.written: list[Written] = []
        self.left_out: list[LeftOut] = []
        self._history, self._window = history, window
        self._last = history.written
        self._waits: Why | None = None
        # Whether the loan that is open here was left out, so that its return must be too.
        self._not_there = False
        told = [number for number, fact in enumerate(history.facts) if fact.written]
        self._told_up_to = told[-1] if told else -1
        # What Koha was told of up to the entry that is looked at.
        self._on_loan = None if told else history.on_loan
        self._refs = {fact.entry_id: fact.ref for fact in history.facts if fact.what is What.LOAN}
        self._undone = {fact.loan for fact in history.facts if fact.undo}

    def run(self) -> None:
        """Decide about every entry."""
        for number, fact in enumerate(self._history.facts):
            if fact.at_ms >= self._window.to_ms:
                break
            if fact.written:
                self._pass_over(number, fact)
                continue
            why = self._why_never(fact) or self._why_not_now(number, fact)
            if fact.at_ms >= self._window.from_ms and why is None:
                self._write(fact)
            elif fact.at_ms >= self._window.from_ms and why is not None:
                self.left_out.append(LeftOut(fact, self._history.item, why))
            if fact.what is not What.RENEWAL:
                self._not_there = why not in {None, Why.LATE} and fact.what is What.LOAN
        self._name_ended()

    def _pass_over(self, number: int, fact: Fact) -> None:
        """Note what Koha was told by an entry in an earlier file."""
        told = {What.LOAN: fact.entry_id, What.RENEWAL: fact.loan, What.RETURN: None}[fact.what]
        self._on_loan = self._history.on_loan if number == self._told_up_to else told
        self._not_there = False

    def _why_never(self, fact: Fact) -> Why | None:
        """Return the reason that lies in the entry itself, or None."""
        if not self._history.known:
            return Why.UNKNOWN_ITEM
        if not can_be_written(self._history.item):
            return Why.UNWRITABLE
        match fact.what:
            case What.LOAN:
                return self._why_no_loan(fact)
            case What.RENEWAL:
                return self._why_no_renewal(fact)
            case What.RETURN:
                return self._why_no_return(fact)

    def _why_no_loan(self, fact: Fact) -> Why | None:
        if fact.entry_id in self._undone:
            return Why.UNDONE
        if fact.entry_id in self._history.ended:
            return Why.ENDED_BY_STAFF
        return self._why_no_card(fact.ref)

    def _why_no_card(self, ref: str | None) -> Why | None:
        if ref is None:
            return Why.FORGOTTEN_CARD
        card = self._history.cards.get(ref)
        if card is None:
            return Why.UNKNOWN_CARD
        return None if can_be_written(card) else Why.UNWRITABLE

    def _why_no_renewal(self, fact: Fact) -> Why | None:
        """A renewal is a loan line again. Where Koha has no such loan it would make a new one."""
        if fact.loan is None or fact.loan != self._on_loan:
            return self._waits or Why.LOAN_NOT_IN_KOHA
        return self._why_no_card(self._refs.get(fact.loan))

    def _why_no_return(self, fact: Fact) -> Why | None:
        if fact.undo and fact.loan != self._on_loan:
            return Why.UNDONE
        if self._not_there and self._on_loan is None:
            return self._waits or Why.LOAN_NOT_IN_KOHA
        return None

    def _why_not_now(self, number: int, fact: Fact) -> Why | None:
        if fact.at_ms < self._window.from_ms:
            return None
        if self.is_late(number):
            return Why.LATE
        if self._waits is None:
            self._waits = self.why_wait(fact)
        return self._waits

    def is_late(self, number: int) -> bool:
        """Return whether Koha was told already of something that came after."""
        return number < self._told_up_to

    def why_wait(self, fact: Fact) -> Why | None:
        """Return why this entry, and with it all later ones of the item, must wait; None if it need not."""
        if self._history.due:
            return Why.NOT_COUNTED_YET
        if fact.doubtful or (fact.lent_twice and self._on_loan is not None):
            return Why.WAITS_FOR_STAFF
        if fact.at_ms > self._window.now_ms:
            return Why.IN_THE_FUTURE
        if self._window.library not in {"", fact.library}:
            return Why.WAITS_FOR_LIBRARY
        return None

    def _write(self, fact: Fact) -> None:
        first = ""
        if self.needs_return(fact):
            first = self._last = self._time(fact)
        loan = {What.LOAN: fact.entry_id, What.RENEWAL: fact.loan or "", What.RETURN: ""}[fact.what]
        card = self._history.cards[self._refs[loan] or ""] if loan else ""
        self._last = self._time(fact)
        self.written.append(Written(fact, self._history.item, loan, self._last, first, card))
        self._on_loan = loan or None

    def needs_return(self, fact: Fact) -> bool:
        """Return whether Koha must be told first that the item is back: it drops a second loan of one day."""
        return fact.what is What.LOAN and self._on_loan is not None

    def _time(self, fact: Fact) -> str:
        return local_time(fact.at_ms, self._window.zone, self._last)

    def _name_ended(self) -> None:
        """Name the loan that Koha still has though staff ended it here."""
        if self._on_loan in self._history.ended:
            fact = next((fact for fact in self._history.facts if fact.entry_id == self._on_loan), None)
            if fact is not None:
                self.left_out.append(LeftOut(fact, self._history.item, Why.ENDED_BY_STAFF))
