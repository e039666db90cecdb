"""What changes with time alone."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from kiosk.desk.views import Countdown
from kiosk.ui.gallery import UP_MS, views
from kiosk.ui.theme import SHAPES
from lending.visit import StillHere

pytestmark = pytest.mark.screen


def test_the_last_seconds_ask_whether_somebody_is_there(kiosk):
    """In the last 15 seconds a banner counts down in words; a touch on it keeps the visit, and then it is gone."""
    view = views()["account"]
    kiosk.show(view)
    kiosk.pass_time(20)
    assert not kiosk.person.sees("Jeg er her fortsatt")
    kiosk.pass_time(4)
    assert kiosk.person.sees("12 sekunder")
    kiosk.pass_time(11)
    assert kiosk.person.sees("1 sekund")
    kiosk.person.touch("Jeg er her fortsatt")
    assert kiosk.sent == [StillHere()]
    kiosk.show(replace(view, countdown=Countdown(kiosk.up_ms + 60_000, 60_000, 15_000)))
    assert not kiosk.person.sees("Jeg er her fortsatt")
    assert kiosk.person.find("Bokmål")


@pytest.mark.parametrize("size", SHAPES)
def test_the_banner_moves_no_other_control(kiosk, size):
    """When the banner comes, everything under it stays where it is, and nothing touchable overlaps it."""
    kiosk.resize(*size)
    kiosk.show("account")
    before = {box.says: box.rect for box in kiosk.person.controls() if box.says not in {"Bokmål", "Lesehjelp"}}
    kiosk.pass_time(30)
    after = {box.says: box.rect for box in kiosk.person.controls()}
    banner = after.pop("Jeg er her fortsatt")
    assert after == before
    assert not any(banner.overlaps(rect) for rect in after.values())


def test_a_confirmation_does_not_ask(kiosk):
    """A screen that closes by itself says when, and asks nothing."""
    kiosk.show("confirmed")
    assert kiosk.person.sees("Lukkes selv om 8 sekunder")
    kiosk.pass_time(7)
    assert kiosk.person.sees("Lukkes selv om 1 sekund")
    assert not kiosk.person.sees("Jeg er her fortsatt")


def test_time_alone_lays_nothing_out_anew(kiosk):
    """While time passes, or the same view comes again, the screen stays the very same."""
    view = views()["account"]
    kiosk.show(view)
    screen, boxes = kiosk.app.screen, list(kiosk.app.screen.walk())
    kiosk.pass_time(5)
    kiosk.show(view)
    kiosk.show(replace(view, countdown=Countdown(UP_MS + 60_000, 60_000, 15_000)))
    kiosk.show(replace(view, status=replace(view.status, queued=7)))
    assert kiosk.app.screen is screen
    assert list(screen.walk()) == boxes


def test_the_clock_is_hidden_when_it_is_not_trusted(kiosk):
    """The time of day is shown, goes on, and is left out when the station does not know it."""
    view = views()["idle"]
    kiosk.show(view)
    kiosk.now = kiosk.now.replace(minute=33)
    kiosk.pass_time(1)
    assert kiosk.person.sees("14:33")
    kiosk.show(replace(view, status=replace(view.status, clock_synced=False)))
    assert not kiosk.person.sees("14:33")


def test_views_may_come_from_any_thread(kiosk):
    """Views shown from other threads arrive, and the newest of them stays."""
    names = ["account", "borrow", "confirmed", "returned", "thanks"] * 20

    def desk():
        for name in names:
            kiosk.app.show(views()[name])

    thread = threading.Thread(target=desk)
    thread.start()
    while thread.is_alive():
        kiosk.person.wait()
    thread.join()
    kiosk.person.wait(3)
    assert kiosk.app.view == views()["thanks"]
    assert kiosk.person.sees("Takk! Slagdrillen kan lånes igjen.")


def test_the_loop_tells_that_it_runs(kiosk):
    """A watchdog hears of each turn of the loop, also when nothing is drawn."""
    kiosk.show("idle")
    before = kiosk.frames
    kiosk.person.wait(10)
    assert kiosk.frames - before == 10


def test_a_moment_without_power_is_not_counted_in_minutes(kiosk):
    """When the power was gone for less than a minute, the screen names the time of day and no minutes."""
    view = views()["power-back"]
    kiosk.show(replace(view, minutes=0))
    assert not kiosk.person.sees("minutt")
    assert kiosk.person.sees("Fra klokka")
