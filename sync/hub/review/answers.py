"""The answers staff can give to a case, and which loans each of them ends."""

from __future__ import annotations

from dataclasses import dataclass

from lending.cases import CaseKind
from lending.nouns import Text
from sync.hub.ledger.models import ReviewCase

ACCEPTED, NEWEST_OVER, ALL_OVER, NOTHING, OWN = "accepted", "newest_over", "all_over", "nothing", "answered"


def _text(nb: str, en: str) -> Text:
    return Text.of({"nb": nb, "en": en})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer beside the suggestion: what its button says, and what it does."""

    name: str
    label: Text
    effect: Text


_NOTHING = Answer(
    NOTHING,
    _text("Ingenting å gjøre", "Nothing to do"),
    _text("Saken lukkes. Lån og ting blir som de er.", "The case closes. Loans and things stay as they are."),
)
_LENT_TWICE = (
    Answer(
        NEWEST_OVER,
        _text("Det nyeste lånet er over", "The newest loan is over"),
        _text(
            "Det nyeste lånet skrives levert. De før det står.", "The newest loan counts as returned, others stand."
        ),
    ),
    Answer(
        ALL_OVER,
        _text("Alle lånene er over", "All the loans are over"),
        _text("Tingen er tilbake. Ingen har den lånt.", "The thing is back. Nobody has it on loan."),
    ),
)


def other_answers(kind: str) -> tuple[Answer, ...]:
    """Return the answers beside the suggestion and words of one's own."""
    return (*_LENT_TWICE, _NOTHING) if kind == CaseKind.LENT_TWICE else (_NOTHING,)


def may_answer(kind: str, name: str) -> bool:
    """Return whether a case of this kind can be answered so."""
    return name in (ACCEPTED, OWN) or any(answer.name == name for answer in other_answers(kind))


def loans_ended(case: ReviewCase, name: str) -> list[str]:
    """Return the loans that this answer to the case ends. What else was suggested is done by hand."""
    if case.kind != CaseKind.LENT_TWICE:
        return []
    ids = list(case.entry_ids)
    return {ACCEPTED: ids[:-1], NEWEST_OVER: ids[-1:], ALL_OVER: ids}.get(name, [])
