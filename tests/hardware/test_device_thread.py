"""The thread that keeps a device running."""

import logging
import termios
import threading
import time
from pathlib import Path

import pytest
import serial

from hardware.device import Backoff, DeviceDown, DeviceEvent, DeviceThread, DeviceUp
from hardware.errors import DeviceFault, Reason, SettingError, plain_reason


class Script:
    """A driver that plays a list: an exception is raised, a list of events returned; then it is quiet."""

    def __init__(self, opens=(), polls=(), closes=(), interval=0.001):
        self.interval = interval
        self.opens, self.polls, self.closes = list(opens), list(polls), list(closes)
        self.opened_at, self.closed = [], 0

    def open(self):
        """Play the next opening."""
        self.opened_at.append(time.monotonic())
        self._play(self.opens)

    def poll(self):
        """Play the next poll."""
        return self._play(self.polls) or []

    def close(self):
        """Play the next closing."""
        self.closed += 1
        self._play(self.closes)

    def _play(self, steps):
        step = steps.pop(0) if steps else None
        if isinstance(step, Exception):
            raise step
        return step


FAULTS = [
    OSError(5, "secret-4711"),
    termios.error(5, "secret-4711"),
    serial.SerialException("secret-4711"),
    IndexError("secret-4711"),
    AssertionError("secret-4711"),
    DeviceFault("secret-4711"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_any_fault_is_told_once_in_plain_words_and_the_device_opened_again(start, caplog, fault):
    """Whatever a driver raises: closed, down once, up again; and nothing of the fault's text is told."""
    caplog.set_level(logging.DEBUG)
    script = Script(polls=[fault], closes=[fault])
    run = start("device", script)
    told = [run.events.next(), run.events.next(), run.events.next()]
    assert [type(event) for event in told] == [DeviceUp, DeviceDown, DeviceUp]
    assert isinstance(told[1].reason, Reason)
    assert script.closed == 1
    assert run.thread.health().last_error == type(fault).__name__
    assert "secret-4711" not in f"{told} {caplog.text} {run.thread.health()}"


def test_a_device_that_cannot_be_opened_is_down_once(start):
    """Ten failed opens make one event; the eleventh that works makes another."""
    run = start("device", Script(opens=[OSError(2, "")] * 10))
    assert run.events.next() == DeviceDown("device", Reason.NOT_FOUND)
    assert run.events.next() == DeviceUp("device")
    assert run.thread.health().opens == 1


def test_the_pauses_double_up_to_a_bound_and_start_afresh():
    """Pauses go 0.2, 0.4, … to 5 s, are cut by up to a half by the jitter, and start afresh when told."""
    plain, cut = Backoff(jitter=lambda: 0.0), Backoff(jitter=lambda: 0.999)
    assert [plain.pause() for _ in range(8)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert 0.1 < cut.pause() < 0.11
    plain.reset()
    assert plain.pause() == 0.2


def test_a_device_that_answers_and_fails_at_once_is_not_hammered():
    """Opening alone does not bring the pauses back to the shortest; staying up does."""
    for steady, longest in ((60.0, 0.16), (0.0, 0.02)):
        script = Script(polls=[[], OSError(5, "")] * 4, interval=0)
        backoff = Backoff(first=0.02, most=0.16, jitter=lambda: 0.0)
        thread = DeviceThread("device", script, lambda _: None, backoff=backoff, steady=steady)
        thread.start()
        until = time.monotonic() + 5
        while len(script.opened_at) < 5 and time.monotonic() < until:
            time.sleep(0.005)
        assert thread.stop()
        gaps = [after - before for before, after in zip(script.opened_at, script.opened_at[1:], strict=False)]
        assert gaps[3] == pytest.approx(longest, abs=0.06)


def test_a_listener_that_fails_does_not_stop_the_device(caplog):
    """When nobody can take an event, that is logged without the event, and the device goes on."""
    took = []
    done = threading.Event()

    def listener(event):
        took.append(event)
        done.set() if len(took) == 3 else None
        raise RuntimeError("secret-4711")

    script = Script(polls=[[DeviceEvent()], [DeviceEvent()]])
    thread = DeviceThread("device", script, listener)
    thread.start()
    assert done.wait(5)
    assert thread.stop()
    assert thread.health().opens == 1
    assert "nobody took an event" in caplog.text
    assert "secret-4711" not in caplog.text


def test_stopping_interrupts_the_longest_pause_and_closes():
    """A device in its longest pause stops at once; one that runs is closed, and not told as down."""
    told = []
    waiting = DeviceThread("waiting", Script(opens=[OSError(2, "")]), told.append, backoff=Backoff(first=60))
    running_driver = Script(interval=60)
    running = DeviceThread("running", running_driver, told.append)
    waiting.start()
    running.start()
    until = time.monotonic() + 5
    while len(told) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    began = time.monotonic()
    assert waiting.stop()
    assert running.stop()
    assert time.monotonic() - began < 0.5
    assert running_driver.closed == 1
    assert sorted(map(type, told), key=repr) == [DeviceDown, DeviceUp]


def test_a_thread_that_never_started_stops():
    """Stopping before starting is no error."""
    assert DeviceThread("device", Script(), lambda _: None).stop()


def test_stop_says_when_a_driver_does_not_return():
    """A driver that hangs makes stop return False in time, instead of hanging too."""
    hang = threading.Event()
    script = Script()
    script.poll = lambda: hang.wait(10) and []
    thread = DeviceThread("device", script, lambda _: None)
    thread.start()
    assert not thread.stop(0.05)
    hang.set()
    assert thread.stop()


def test_health_follows_the_device(start):
    """Health tells up or down, since when, the class of the last error and how often it was opened."""
    before = time.monotonic()
    run = start("device", Script(polls=[OSError(5, "")]))
    assert [type(run.events.next()) for _ in range(3)] == [DeviceUp, DeviceDown, DeviceUp]
    health = run.thread.health()
    assert (health.device, health.up, health.last_error, health.opens) == ("device", True, "OSError", 2)
    assert before < health.since <= time.monotonic()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(2, "x"), Reason.NOT_FOUND),
        (OSError(19, "x"), Reason.NOT_FOUND),
        (PermissionError(13, "x"), Reason.NOT_ALLOWED),
        (serial.SerialException(11, "x"), Reason.IN_USE),
        (serial.SerialException("x"), Reason.NO_ANSWER),
        (termios.error(5, "x"), Reason.NO_ANSWER),
        (OSError(), Reason.NO_ANSWER),
        (SettingError("x"), Reason.WRONG_SETTING),
        (KeyError("x"), Reason.UNEXPECTED),
    ],
)
def test_every_fault_has_a_plain_reason(error, reason):
    """Each kind of fault is told in one of six plain reasons."""
    assert plain_reason(error) is reason


def test_this_floor_imports_nothing_of_ours():
    """No file of this floor names lending, sync, kiosk or Kivy in an import."""
    folder = Path(__file__).parents[2] / "hardware"
    files = list(folder.rglob("*.py"))
    assert len(files) > 15
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(("import ", "from ")):
                assert line.split()[1].split(".")[0] not in {"lending", "sync", "kiosk", "assets", "nabolan", "kivy"}
