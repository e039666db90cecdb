"""Which cases a list shows, how many, and which comes after one; as quick with a million cases as with ten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from sync.hub.catalogue.models import CatalogueItem
from sync.hub.ledger.models import CaseState, ReviewCase
from sync.hub.review.keyset import Piece, mark_of, piece
from sync.hub.review.kinds import kind_names

A_PAGE = 50
COUNTED = 1000
"""So many cases of one kind are counted; beyond that a list says "more than", which costs the same for ever."""

M = TypeVar("M", bound=Model)
_BY_RISK = ("risk", "at_ms", "pk")
_NEWEST_FIRST = ("decided_ms", "pk")
_LONGEST = 200
_MOST_ITEMS = 200
_MOST_FOUND = 5000
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Selection:
    """What staff chose to see. `state` is one of CaseState, the others are empty where everything is meant."""

    state: str = "open"
    station: str = ""
    kind: str = ""
    q: str = ""

    @classmethod
    def of(cls, asked: QueryDict | Mapping[str, str]) -> Selection:
        """Return what a query asks for; what makes no sense is left out."""
        state = asked.get("state", "")
        words = {name: _clean(asked.get(name, "")) for name in ("station", "kind", "q")}
        return cls(state=state if state in CaseState.values else CaseState.OPEN.value, **words)

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the state was chosen."""
        return bool(self.station or self.kind or self.q)

    def query(self, **other: str) -> str:
        """Return the selection as the query of a link, with some of it put otherwise."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)} | other
        if chosen["state"] == CaseState.OPEN.value:
            chosen["state"] = ""
        return urlencode({name: value for name, value in chosen.items() if value})

    def rows(self) -> QuerySet[ReviewCase]:
        """Return the cases chosen, in no order."""
        rows = ReviewCase.objects.filter(state=self.state)
        if self.station:
            rows = rows.filter(station=self.station)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return rows.filter(pk__in=_named(self.q)) if self.q else rows


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:_LONGEST]


def _named(words: str) -> list[int]:
    """Return the cases of the item with this barcode, of items with these words in their name, or of this number.

    They are looked up by item alone, so that no database is led to go through all that is open instead.
    """
    items = CatalogueItem.objects.filter(name__icontains=words).order_by("code").values_list("code", flat=True)
    codes = {words, words.replace(" ", ""), *items[:_MOST_ITEMS]}
    found = list(ReviewCase.objects.filter(item__in=codes).values_list("pk", flat=True)[:_MOST_FOUND])
    number = words.removeprefix("#")
    return [*found, int(number)] if _NUMBER.fullmatch(number) else found


def page_of(chosen: Selection, after: str) -> Piece[ReviewCase]:
    """Return a page of the cases chosen: what is urgent first, then the oldest; decided ones the newest first."""
    if chosen.state == CaseState.DECIDED:
        return piece(chosen.rows(), _NEWEST_FIRST, after, A_PAGE, down=True)
    return piece(chosen.rows(), _BY_RISK, after, A_PAGE)


def next_after(case: ReviewCase, chosen: Selection) -> ReviewCase | None:
    """Return the open case that comes after this one among those chosen, or else the first of them; None if no other
    is open.
    """
    others = Selection(CaseState.OPEN.value, chosen.station, chosen.kind, chosen.q).rows().exclude(pk=case.pk)
    for mark in (mark_of(case, _BY_RISK), ""):
        for found in piece(others, _BY_RISK, mark, 1).rows:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases there are; `more` says that there are more than were counted."""

    n: int
    more: bool = False

    @property
    def word(self) -> int | str:
        """The number where it is one: sentences of one thing have a form of their own."""
        return str(self) if self.more else self.n

    def __str__(self) -> str:
        return f"{self.n}+" if self.more else str(self.n)


def count(rows: QuerySet[M]) -> Counted:
    """Return how many rows there are, up to COUNTED."""
    found = rows.order_by()[: COUNTED + 1].count()
    return Counted(min(found, COUNTED), more=found > COUNTED)


def count_by_kind(chosen: Selection) -> dict[str, Counted]:
    """Return how many of the cases chosen are of each kind there is any of, whatever kind was chosen."""
    rows = Selection(chosen.state, chosen.station, "", chosen.q).rows()
    if chosen.station or chosen.q:
        kinds = list(rows.values_list("kind", flat=True)[: COUNTED * len(kind_names())])
        counts = {kind: Counted(kinds.count(kind)) for kind in set(kinds)}
    else:
        counts = {kind: count(rows.filter(kind=kind)) for kind in kind_names()}
    return {kind: counts[kind] for kind in kind_names() if kind in counts and counts[kind].n}


def waiting_in_all() -> Counted:
    """Return how many cases are open, up to COUNTED."""
    return count(ReviewCase.objects.filter(state=CaseState.OPEN))
