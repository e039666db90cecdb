"""Which rules held when: a limit that was lowered says nothing against the loans before."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from lending.limits import LimitAt
from lending.nouns import Rules
from sync.feed import rules_from_plain
from sync.hub.feed.models import FeedState
from sync.hub.ledger.models import RulesSince

EVER = -(2**53)
"""Before anything happened (Unix ms)."""


def note_rules(before: dict[str, Any], now: dict[str, Any], now_ms: int) -> None:
    """Note that the rules `now` hold from `now_ms` on, and `before` did until then. Runs inside a transaction."""
    RulesSince.objects.get_or_create(since_ms=EVER, defaults={"rules": before})
    RulesSince.objects.update_or_create(since_ms=now_ms, defaults={"rules": now})


def rules_at_last() -> Rules:
    """Return the rules that hold now."""
    return _rules(FeedState.objects.values_list("rules", flat=True).first() or {})


def _rules(kept: dict[str, Any]) -> Rules:
    return rules_from_plain(kept | {"version": 0})


class RulesThen:
    """The rules by time. As long as nobody has changed them, those that hold now always did."""

    def __init__(self) -> None:
        rows = RulesSince.objects.order_by("since_ms").values_list("since_ms", "rules")
        self._steps = [(since, _rules(rules)) for since, rules in rows] or [(EVER, rules_at_last())]

    def limit_of(self, category: str) -> LimitAt:
        """Return how many things a patron of this category could have at a time."""

        def limit_at(ms: int) -> int:
            rules = self._steps[max(0, bisect_right(self._steps, ms, key=_since) - 1)][1]
            own = rules.patron_rule(category).loan_limit
            return rules.loan_limit if own is None else own

        return limit_at


def _since(step: tuple[int, Rules]) -> int:
    return step[0]
