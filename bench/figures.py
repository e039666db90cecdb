"""A measured figure beside its baseline and its goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    `baseline` was measured in the same run, in the same unit; `goal` is then an upper bound on `ratio`. Without a
    baseline `goal` is an upper bound on `value` itself. With `at_least` it is a lower bound. Without a goal the
    figure is only told.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    goal: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the baseline the value is; None without one."""
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        if self.goal is None:
            return None
        reached = self.value if self.ratio is None else self.ratio
        return reached >= self.goal if self.at_least else reached <= self.goal

    def as_dict(self) -> dict[str, Any]:
        """Return `{name, value, unit, baseline, ratio, goal, met}`."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text. A goal with `x` bounds the ratio, one with a unit the value; `>=` marks a
    lower bound.
    """
    lines = [f"{'figure':50} {'value':>18} {'baseline':>18} {'ratio':>7} {'goal':>9}  met"]
    for f in figures:
        baseline = "" if f.baseline is None else f"{f.baseline:.3f} {f.unit}"
        ratio = "" if f.ratio is None else f"{f.ratio:.2f}"
        bound = ">=" if f.at_least else ""
        goal = "" if f.goal is None else f"{bound}{f.goal:g} {'x' if f.ratio is not None else f.unit}"
        met = {None: "", True: "yes", False: "MISSED"}[f.met]
        value = f"{f.value:.3f} {f.unit}"
        lines.append(f"{f.name:50} {value:>18} {baseline:>18} {ratio:>7} {goal:>9}  {met}".rstrip())
    return "\n".join(lines) + "\n"
