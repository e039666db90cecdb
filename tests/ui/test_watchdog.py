"""The watchdog is fed by a screen that draws and a desk that answers, by nothing else; a real socket hears it."""

from __future__ import annotations

import logging
import socket
import threading
import time

import pytest
from kivy.clock import Clock
from kivy.graphics import Callback

from kiosk import notify as notify_module
from kiosk.desk import faults
from kiosk.desk.faults import Faults, count_threads
from kiosk.notify import Watchdog, is_asked
from kiosk.ui.loop import StumblesError
from lending.visit import CardShown

pytestmark = pytest.mark.screen


@pytest.fixture
def ear(tmp_path, monkeypatch):
    """The socket systemd would listen at; reading it gives all that was said since the last time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def read():
            said = []
            try:
                while True:
                    said.append(heard.recv(100).decode())
            except BlockingIOError:
                return said

        yield read


@pytest.fixture
def fed(kiosk, monkeypatch, ear):
    """A kiosk whose loop and frames feed a watchdog that is fed as often as it asks, and a desk that is asked."""
    monkeypatch.setattr(notify_module, "FEED_SECONDS", 0.0)
    silent = [0.0]
    dog = Watchdog(lambda: silent[0] < 10, kiosk.app.ask_frame)
    kiosk.app._on_frame = dog.drawn
    turns = Clock.schedule_interval(lambda _dt: dog.turned(), 0)
    kiosk.show("idle")
    ear()
    yield kiosk, silent, ear
    turns.cancel()


def test_a_screen_at_rest_feeds_the_watchdog(fed):
    """Nobody is there and nothing changes: frames are drawn for the watchdog, and it is fed."""
    kiosk, _, ear = fed
    kiosk.person.wait(10)
    assert ear().count("WATCHDOG=1") >= 4
    assert is_asked()


def test_a_loop_that_stands_still_does_not_feed_it(fed):
    """Planted defect: the loop hangs. Nothing is said."""
    _, _, ear = fed
    time.sleep(0.1)
    assert ear() == []


def test_a_loop_that_draws_nothing_does_not_feed_it(fed, caplog):
    """Planted defect: the loop turns, but each frame breaks on its way to the screen."""
    kiosk, _, ear = fed
    caplog.set_level(logging.CRITICAL, logger="kiosk.ui.app")

    def breaks(_instruction):
        raise OSError("no more picture")

    broken = Callback(breaks)
    kiosk.app._glass.canvas.add(broken)
    kiosk.person.wait(5)
    assert ear() == []
    kiosk.app._glass.canvas.remove(broken)
    kiosk.person.wait(5)
    assert "WATCHDOG=1" in ear()
    assert kiosk.app.faults > 0
    kiosk.app.faults = 0


def test_a_desk_that_is_stuck_does_not_feed_it(kiosk, ear, run, monkeypatch):
    """Planted defect: the desk's thread hangs in its work. The screen goes on, says "a moment", and feeds nothing."""
    monkeypatch.setattr(notify_module, "FEED_SECONDS", 0.0)
    monkeypatch.setattr("kiosk.ui.app.MOMENT_SECONDS", 1.2)  # at rest a desk comes round once in a second
    dog = Watchdog(lambda: run.desk.silent_seconds() < 1.5, kiosk.app.ask_frame)
    kiosk.app._on_frame, kiosk.app._silence = dog.drawn, run.desk.silent_seconds
    turns = Clock.schedule_interval(lambda _dt: dog.turned(), 0)
    kiosk.show("account")
    kiosk.person.wait(3)
    assert "WATCHDOG=1" in ear()
    gate = threading.Event()
    stuck = threading.Thread(target=lambda: run.desk.ask(lambda _store: gate.wait(20)))
    stuck.start()
    kiosk.person.wait_for("Et øyeblikk.")
    while run.desk.silent_seconds() < 1.6:
        kiosk.person.wait()
    ear()
    kiosk.person.wait(10)
    assert ear() == []
    gate.set()
    stuck.join()
    kiosk.person.wait_for("Hei! Du har 2 lån.")
    kiosk.person.wait(3)
    assert "WATCHDOG=1" in ear()
    turns.cancel()


def test_too_much_in_a_short_time_ends_the_loop(kiosk, monkeypatch, caplog):
    """A fault is a calm screen; ten within a minute end the program, so that systemd starts it anew."""
    caplog.set_level(logging.CRITICAL, logger="kiosk.ui.app")
    kiosk.show("idle")

    def breaks(_dt):
        raise RuntimeError("again")

    for _ in range(faults.RESTART_AFTER - 1):
        Clock.schedule_once(breaks, 0)
        kiosk.person.wait()
    assert kiosk.person.sees("Her stoppet det litt opp.")
    Clock.schedule_once(breaks, 0)
    with pytest.raises(RuntimeError, match="again"):
        kiosk.person.wait()
    monkeypatch.setattr(kiosk.app._pace, "loop", lambda: None)
    monkeypatch.setattr(kiosk.app, "open", lambda: None)
    monkeypatch.setattr(kiosk.app, "close", lambda: None)
    with pytest.raises(StumblesError):
        kiosk.app.run()
    monkeypatch.undo()
    kiosk.app.faults = 0


def test_few_faults_over_a_long_time_end_nothing(tmp_path):
    """Faults are counted for a day and over a new start; only many close together ask for one."""
    now = [1000.0]
    tally = Faults(tmp_path / "faults.json", lambda: now[0], lambda: now[0])
    for _ in range(30):
        tally.note()
        now[0] += 10
    assert not tally.too_many()
    again = Faults(tmp_path / "faults.json", lambda: now[0], lambda: now[0])
    assert again.in_a_day() == tally.in_a_day() == 30
    assert not again.too_many()
    for _ in range(faults.RESTART_AFTER):
        again.note()
    assert again.too_many()
    now[0] += 86_400
    assert again.in_a_day() == 0


@pytest.mark.parametrize("spoilt", ["", "{", '{"a": 1}', '["x", 5]'])
def test_a_spoilt_count_is_no_fault(tmp_path, spoilt):
    """What was counted may be lost; the station starts all the same."""
    (tmp_path / "faults.json").write_text(spoilt)
    tally = Faults(tmp_path / "faults.json", lambda: 6.0)
    assert tally.in_a_day() <= 1


def test_what_ends_a_thread_is_counted(monkeypatch):
    """An exception nobody caught in a thread of a device or the agent is counted."""
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    tally = Faults()
    count_threads(tally)

    def breaks():
        raise OSError("gone")

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    assert tally.in_a_day() == 1


def test_a_desk_that_stumbles_says_so_calmly(run, kiosk, monkeypatch):
    """What goes wrong at the desk ends the visit, is counted, and the screen says that what was finished is saved."""
    tally = Faults()
    run.desk._faults = tally
    run.gives(CardShown("1:" + "a" * 32))
    run.entries()  # served
    monkeypatch.setattr("kiosk.desk.worker.decide", lambda *_: 1 / 0)
    run.gives(CardShown("1:" + "b" * 32))
    run.desk.ask(lambda _store: None)
    assert tally.in_a_day() == 1
    kiosk.show(run.eyes.now)
    assert kiosk.person.sees("Her stoppet det litt opp.")
    monkeypatch.undo()
    run.gives(CardShown("1:" + "b" * 32))
    run.desk.ask(lambda _store: None)
    kiosk.show(run.eyes.now)
    assert not kiosk.person.sees("Her stoppet det litt opp.")
