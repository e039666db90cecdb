"""How often the window's loop comes round."""

from __future__ import annotations

import threading
import time

import pytest
from kivy.base import EventLoop, stopTouchApp
from kivy.clock import Clock
from kivy.config import Config

from kiosk.ui import pace as pace_module
from kiosk.ui.pace import Pace

pytestmark = pytest.mark.screen


@pytest.fixture
def limited():
    """Give the window the limit it has at a station, for as long as the test takes."""
    most = Config.get("graphics", "maxfps")
    Config.set("graphics", "maxfps", 30)
    yield
    Config.set("graphics", "maxfps", most)


def took(act):
    """Return how many seconds `act` took."""
    began = time.monotonic()
    act()
    return time.monotonic() - began


@pytest.mark.usefixtures("limited")
def test_the_loop_rests_longer_while_nobody_is_there():
    """Thirty rounds a second, fifteen while nobody is there."""
    pace = Pace()
    pace.rest()
    assert took(pace.rest) >= 1 / 31
    pace.alone = True
    assert took(pace.rest) >= 1 / 16


def test_a_window_without_a_limit_never_rests():
    """As in tests, where the next frame comes at once."""
    pace = Pace()
    pace.alone = True
    assert took(lambda: [pace.rest() for _ in range(10)]) < 0.2


@pytest.mark.usefixtures("limited")
def test_a_new_view_ends_the_rest(kiosk, monkeypatch):
    """What a card or a scan brings is not kept waiting; the round after it rests again."""
    monkeypatch.setattr(pace_module, "ALONE_FPS", 0.2)
    kiosk.show("idle")
    pace = kiosk.app._pace
    pace.rest()
    pace.alone = True
    threading.Timer(0.05, kiosk.app.show, [kiosk.app.view]).start()
    assert took(pace.rest) < 2.5
    threading.Timer(0.3, pace.hurry).start()
    assert took(pace.rest) >= 0.25


def test_somebody_is_there_from_the_first_touch_and_throughout_a_visit(kiosk, monkeypatch):
    """A touch on the idle screen counts for a while, a visit until it ends."""
    kiosk.show("idle")
    pace = kiosk.app._pace
    assert pace.alone
    kiosk.person.touch_at(*(length / 2 for length in EventLoop.window.size))
    assert not pace.alone
    monkeypatch.setattr("kiosk.ui.app._STILL_MS", 0)
    kiosk.show("idle")
    assert pace.alone
    kiosk.show("account")
    assert not pace.alone


@pytest.mark.usefixtures("limited")
def test_the_loop_goes_on_after_a_fault_and_ends_when_it_is_stopped(kiosk, monkeypatch):
    """A callback that breaks is counted, and the rounds go on; then the clock has its own limit again."""
    most, began = Clock._max_fps, Clock.frames
    seen = []

    def breaks(_dt):
        seen.append(Clock._max_fps)
        raise RuntimeError("once")

    monkeypatch.setattr(kiosk.app._handler, "_fault", seen.append)
    Clock.schedule_once(breaks, 0)
    Clock.schedule_once(lambda _dt: stopTouchApp(), 0.2)
    assert took(kiosk.app._pace.loop) >= 0.15
    assert seen[0] == 0
    assert str(seen[1]) == "once"
    assert 3 <= Clock.frames - began <= 20
    assert Clock._max_fps == most
