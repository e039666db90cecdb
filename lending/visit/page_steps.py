"""The steps of a visit that are pages to read or to write on: they cover what was there and give it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Page(StrEnum):
    """A page anybody can open at any time, with or without a card. None of them shows anything of a patron."""

    HELP = "help"
    NEARBY = "nearby"
    IMPACT = "impact"
    COUNTING = "counting"
    SUGGEST = "suggest"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class AtPage:
    """A page is open; `via` are the pages it was opened from, the first first. `words` stand on a page to write on
    from the start: what somebody searched for in vain. No repr shows them.
    """

    page: Page
    via: tuple[Page, ...] = ()
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was written on `page`. `saved`: it was kept; `left_out`: a number or an address was not."""

    page: Page
    saved: bool
    left_out: bool = False
