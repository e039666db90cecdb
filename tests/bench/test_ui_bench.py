"""The benchmark of the screen plays what it says, at a tiny size, and weighs what it found against the goals."""

from __future__ import annotations

import os

import pytest

from bench import ui
from bench.figures import Figure, table

pytestmark = pytest.mark.screen

_START = {"first_frame_s": 0.8, "touchable_s": 0.9, "mb": 150.0}
_LABEL = {"label_ms": [10.0] * 20, "idle_cpu": 1.0, "mb": 140.0}
_LONG = {"after_mb": [150.0] * 10 + [152.0] * 90, "faults": 0}


def _life(**other):
    quick = dict.fromkeys(("account_ms", "borrow_ms", "confirmed_ms", "returned_ms"), [50.0] * 20)
    return quick | {"idle_cpu": 1.5} | other


def _found(life, long):
    found = ui.figures([_START] * 3, [_START] * 3, life, _LABEL, long)
    goals: dict[str, Figure] = {figure.name: figure for figure in found if figure.goal is not None}
    assert len(goals) == 7
    return goals


def test_goals_are_met_or_missed_by_what_was_found():
    """A quick, small station meets every goal; a slow p95, a busy idle screen and growing memory each miss theirs."""
    assert all(figure.met for figure in _found(_life(), _LONG).values())
    slow = _found(
        _life(returned_ms=[50.0] * 18 + [151.0] * 2, idle_cpu=2.1), _LONG | {"after_mb": [151.0] * 10 + [160.0] * 5}
    )
    missed = {figure.name for figure in slow.values() if not figure.met}
    assert missed == {
        "scan of a return to confirmed drawn, p95",
        "processor while nobody is there, of one core",
        "memory grown from visit 200 to 300",
    }
    assert table(list(slow.values())).count("MISSED") == 3


def test_a_loan_counts_the_scan_and_the_touch():
    """What a person waits for in a loan is the sum of both answers."""
    both = _found(_life(borrow_ms=[100.0] * 20, confirmed_ms=[60.0] * 20), _LONG)
    assert both["scan, then touch of a loan, to confirmed drawn, p95"].value == 160


def test_a_screen_that_stumbled_is_no_measurement():
    """If any screen could not be drawn, there are no figures."""
    with pytest.raises(RuntimeError, match="could not be drawn"):
        _found(_life(), _LONG | {"faults": 1})


def test_the_real_program_is_played(monkeypatch: pytest.MonkeyPatch):
    """One start, one visit and twenty more with the real program and a bare window give plausible figures."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in [name for name in os.environ if name.startswith(("KIVY_", "NABOLAN_", "SDL_"))]:
        monkeypatch.delenv(name)  # as another test of this process may have left them
    found = {figure.name: figure for figure in ui.run_ui(visits=20, rounds=1, idle=0.5, starts=1)}
    assert 0.2 < found["start to the first touch answered"].value < 60
    assert found["start to the first touch answered"].value > found["start to the idle screen drawn"].value
    assert 1 < found["card laid down to account drawn, p50"].value < 20_000
    assert 50 < found["memory after 20 visits"].value < 1000
