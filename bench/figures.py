"""A measured figure beside its baseline and its goal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `baseline` was measured in the same run; `goal` is an upper bound on `ratio` (None: no goal)."""

    name: str
    value: float
    unit: str
    baseline: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the baseline the value is."""
        return self.value / self.baseline if self.baseline else math.inf

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        return None if self.goal is None else self.ratio <= self.goal

    def as_dict(self) -> dict[str, Any]:
        """Return `{name, value, unit, baseline, ratio, goal, met}`."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text."""
    lines = [f"{'figure':34} {'value':>10} {'baseline':>10} {'ratio':>7} {'goal':>6}  met"]
    for f in figures:
        goal = "" if f.goal is None else f"{f.goal:.2f}"
        met = "" if f.met is None else ("yes" if f.met else "MISSED")
        lines.append(
            f"{f.name:34} {f.value:7.3f} {f.unit:2} {f.baseline:7.3f} {f.unit:2} {f.ratio:7.2f} {goal:>6}  {met}"
        )
    return "\n".join(lines) + "\n"
