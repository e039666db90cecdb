"""What of a visit outlives a power cut: the things it has done, and the one it was about to do."""

from __future__ import annotations

from dataclasses import replace

from lending.nouns import Shelf
from lending.visit.model import (
    AskDamage,
    BorrowParts,
    Facts,
    Line,
    LineState,
    PowerBack,
    Step,
    Trace,
    Visit,
)
from lending.visit.moves import COVERS


def trace_of(visit: Visit | None) -> Trace:
    """Return what to keep of `visit`; empty when nobody is here or nothing has happened yet."""
    if visit is None:
        return Trace()
    step = _at_hand(visit)
    lines = tuple(line if line.was is Shelf.FREE else replace(line, was=Shelf.FREE) for line in visit.lines)
    return Trace(lines, step.item if isinstance(step, BorrowParts) else None)


def _at_hand(visit: Visit) -> Step | None:
    """Return the step the visit is at, looking through whatever covers it."""
    step: Step | None = visit.before if isinstance(visit.step, COVERS) else visit.step
    return step.back if isinstance(step, AskDamage) else step


def after_power_cut(trace: Trace, facts: Facts, since_ms: int | None = None) -> Visit | None:
    """Return what to show when the station comes back in the middle of the visit that left `trace` at `since_ms`.

    Every line was committed, so it is saved; a thing that was being borrowed was not. The card is not kept:
    whoever stands there now shows theirs. Returns None if nothing had happened yet.
    """
    if not trace:
        return None
    lines = trace.lines
    if trace.pending is not None:
        lines = (*lines, Line(trace.pending, LineState.NOT_SAVED))
    span = facts.rules.idle_seconds * 2000
    step = PowerBack(since_ms, facts.up_ms)
    return Visit(None, step, lines, deadline_ms=facts.up_ms + span, span_ms=span)
