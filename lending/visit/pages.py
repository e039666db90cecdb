"""Opening pages, going back from them, and writing on them. Whatever they cover waits for its return."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import Body, OfferedItem, Suggestion
from lending.said import cleaned
from lending.visit.model import Facts, Outcome, Search, Visit
from lending.visit.moves import COVERS, draft, stay, uncovered
from lending.visit.page_steps import AtPage, Heard, Page

_WRITTEN: dict[Page, type[Suggestion | OfferedItem]] = {Page.SUGGEST: Suggestion, Page.OFFER: OfferedItem}


def open_page(visit: Visit | None, page: Page, facts: Facts) -> Outcome:
    """Return the visit with this page open; one that is open further down is gone back to.

    A question about another card is dropped by it, and can be asked again.
    """
    if visit is None:
        return stay(Visit(None, AtPage(page)), facts)
    if not isinstance(visit.step, AtPage):
        covered = visit.before if isinstance(visit.step, COVERS) else visit.step
        searched = visit.step.words if isinstance(visit.step, Search) and page is Page.SUGGEST else ""
        return stay(replace(visit, step=AtPage(page, words=searched), before=covered), facts)
    way = (*visit.step.via, visit.step.page)
    via = way[: way.index(page)] if page in way else way
    return stay(replace(visit, step=AtPage(page, via)), facts)


def back(visit: Visit, facts: Facts) -> Outcome:
    """Return the visit at the page before, or at the step below; nobody is here if there was none."""
    step = visit.step
    if isinstance(step, AtPage) and step.via:
        return stay(replace(visit, step=AtPage(step.via[-1], step.via[:-1])), facts)
    if visit.before is None and visit.patron is None and not visit.lines:
        return Outcome(None)
    return uncovered(visit, facts)


def written(visit: Visit, step: AtPage, words: str, facts: Facts) -> Outcome:
    """Return the visit with the words written, as far as they may be kept."""
    kind = _WRITTEN.get(step.page)
    if kind is None:
        return stay(visit, facts)
    said = cleaned(words)
    heard = replace(visit, step=Heard(step.page, bool(said.words), said.left_out))
    if not said.words:
        return stay(heard if said.left_out else visit, facts)
    body: Body = kind(said.words)
    return stay(heard, facts, draft(facts, body))
