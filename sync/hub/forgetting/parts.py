"""Which personal parts of entries may be erased: the rule, applied to a few hundred of them at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lending.entries import HoldCancelled, HoldCollected, HoldPlaced, Loan, Renewal
from sync.hub.forgetting.ended import End, LoanRow, ends_of, loans_named
from sync.hub.forgetting.needed import named_of
from sync.hub.forgetting.over import holds_over
from sync.hub.forgetting.times import Times
from sync.hub.journal.models import PersonalPart
from sync.hub.koha import still
from sync.hub.ledger.models import DueKind, LedgerDue

_HOLDS = (HoldPlaced.kind, HoldCancelled.kind, HoldCollected.kind)
_COLUMNS = (
    "pk",
    "entry__entry_id",
    "entry__kind",
    "entry__item",
    "entry__hold",
    "entry__seq",
    "entry__in_force",
    "entry__journal__station_id",
    "entry__journal__held",
    "entry__wire",
)


class Kept(StrEnum):
    """Why the personal part of an entry stays for now."""

    OPEN = "open"
    LATELY = "lately"
    CASE = "case"
    KOHA = "koha"
    ASIDE = "aside"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Part:
    """A personal part, by its key, with what the entry says that has it. `wire` is the entry's text."""

    pk: int
    entry_id: str
    kind: str
    item: str
    hold: str
    seq: int
    in_force: bool
    station: str
    held: int
    wire: str = field(repr=False)

    @property
    def loan(self) -> str:
        """The loan it is about, empty for none."""
        if self.kind == Loan.kind:
            return self.entry_id
        return str(json.loads(self.wire)["body"].get("loan") or "") if self.kind == Renewal.kind else ""


@dataclass(frozen=True, slots=True)
class Round:
    """What holds for a whole run: the times, what live cases name whatever item it is of, the stations whose journals
    are not sorted out, and whether Koha is told of loans.
    """

    times: Times
    named: Collection[str]
    unsorted_lines: Collection[str]
    unsorted_journals: Collection[str]
    koha: bool


def parts_after(pk: int, times: Times, limit: int) -> list[Part]:
    """Return the next personal parts behind this key whose entries came long enough ago."""
    rows = PersonalPart.objects.filter(pk__gt=pk, entry__received_ms__lte=times.over_ms).order_by("pk")
    return [Part(*values) for values in rows.values_list(*_COLUMNS)[:limit]]


def why_kept(parts: Sequence[Part], about: Round) -> dict[int, Kept]:
    """Return why these parts stay, by their keys; those that are not among them may go.

    Runs inside a transaction that has locked their items and holds.
    """
    kept = {part.pk: Kept.ASIDE for part in parts if not part.in_force and _lies_aside(part, about)}
    counting = [part for part in parts if part.in_force]
    loans = [part for part in counting if part.kind in (Loan.kind, Renewal.kind)]
    holds = [part for part in counting if part.kind in _HOLDS]
    return kept | _of_loans(loans, about) | _of_holds(holds, about)


def _lies_aside(part: Part, about: Round) -> bool:
    """Return whether an entry that counts nowhere may still count: behind a gap, or until staff have looked."""
    return part.seq > part.held or part.station in about.unsorted_journals


def _of_loans(parts: Sequence[Part], about: Round) -> dict[int, Kept]:
    loans = loans_named({part.loan for part in parts})
    ends = ends_of(loans)
    due = _due(DueKind.ITEM, {row.item for row in loans.values()} | {part.item for part in parts})
    named = {*named_of({row.item for row in loans.values()}, about.times), *about.named}
    reasons = {loan: _why(row, ends.get(loan), due, named, about) for loan, row in loans.items()}
    kept = dict[int, Kept]()
    for part in parts:
        # A renewal of a loan that is not in force keeps nothing waiting.
        why = reasons.get(part.loan) or (Kept.CASE if part.entry_id in named else None)
        if why is not None or part.item in due:
            kept[part.pk] = why or Kept.DUE
    return kept | _for_koha([part for part in parts if part.pk not in kept], loans, about)


def _why(row: LoanRow, end: End | None, due: Collection[str], named: Collection[str], about: Round) -> Kept | None:
    """Return why it must be known whose loan this was, as far as the hub alone is concerned."""
    if row.item in due:
        return Kept.DUE
    if end is None:
        return Kept.OPEN
    if end.at_ms > (about.times.settled_ms if end.by_staff else about.times.over_ms):
        return Kept.LATELY
    if row.entry_id in named or end.entry_id in named:
        return Kept.CASE
    return Kept.ASIDE if {row.station, end.station} & set(about.unsorted_lines) else None


def _for_koha(parts: Sequence[Part], loans: Mapping[str, LoanRow], about: Round) -> dict[int, Kept]:
    if not about.koha:
        return {}
    left = {part.loan: loans[part.loan].item for part in parts if part.loan in loans}
    waits = still.not_told_yet(left, about.times.now_ms)
    return {part.pk: Kept.KOHA for part in parts if part.loan in waits}


def _of_holds(parts: Sequence[Part], about: Round) -> dict[int, Kept]:
    names = {part.hold for part in parts}
    due = _due(DueKind.HOLD, names)
    over = holds_over(names, about.times)
    # A hold nobody placed is over at once.
    return {part.pk: Kept.OPEN for part in parts if part.hold in due or not over.get(part.hold, True)}


def _due(kind: DueKind, names: Collection[str]) -> set[str]:
    return set(LedgerDue.objects.filter(kind=kind, name__in=names).values_list("name", flat=True))
