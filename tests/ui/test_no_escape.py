"""Nobody gets out of the kiosk: real key events of SDL, requests to close, wheels, and what Kivy has for builders."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kivy.base import EventLoop

from lending.visit import Done, StillHere

pytestmark = pytest.mark.screen

QUIT, KEY_DOWN, KEY_UP, TEXT, WHEEL, BUTTON_DOWN, BUTTON_UP = 0x100, 0x300, 0x301, 0x303, 0x403, 0x401, 0x402
CTRL, SHIFT, ALT, GUI = 0x40, 0x1, 0x100, 0x400
F1, F4, F5, F11, F12 = (0x40000000 + 58 + n for n in (0, 3, 4, 10, 11))
PRINT, MENU, HOME, PAUSE = (0x40000000 + n for n in (70, 101, 74, 72))
ESCAPE, TAB, RETURN, DELETE = 27, 9, 13, 127
KEYS = [
    *((key, 0) for key in (ESCAPE, F1, F5, F11, F12, PRINT, MENU, HOME, PAUSE, TAB, RETURN, DELETE)),
    *((F4, ALT), (TAB, ALT), (DELETE, CTRL | ALT), (F1, CTRL | ALT), (ESCAPE, CTRL | SHIFT)),
    *((ord(key), CTRL) for key in "qcwezdlrpam"),
    *((ord(key), GUI) for key in "qwlr"),
]
"""Keys that do something in some program, Kivy's own settings (F1), inspector (Ctrl+E) and way out (Escape) first."""


class Keysym(ctypes.Structure):
    """SDL_Keysym."""

    _fields_ = [
        ("scancode", ctypes.c_int),
        ("sym", ctypes.c_int),
        ("mod", ctypes.c_uint16),
        ("unused", ctypes.c_uint32),
    ]


class KeyEvent(ctypes.Structure):
    """SDL_KeyboardEvent."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("type", "timestamp", "window")),
        *((name, ctypes.c_uint8) for name in ("state", "repeat", "pad1", "pad2")),
        ("keysym", Keysym),
    ]


class TextEvent(ctypes.Structure):
    """SDL_TextInputEvent."""

    _fields_ = [*((name, ctypes.c_uint32) for name in ("type", "timestamp", "window")), ("text", ctypes.c_char * 32)]


class WheelEvent(ctypes.Structure):
    """SDL_MouseWheelEvent."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("type", "timestamp", "window", "which")),
        *((name, ctypes.c_int32) for name in ("x", "y")),
        ("direction", ctypes.c_uint32),
    ]


class MouseEvent(ctypes.Structure):
    """SDL_MouseButtonEvent."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("type", "timestamp", "window", "which")),
        *((name, ctypes.c_uint8) for name in ("button", "state", "clicks", "pad")),
        *((name, ctypes.c_int32) for name in ("x", "y")),
    ]


class Keyboard:
    """Pushes real events into the SDL that Kivy uses, and lets Kivy's own loop read them."""

    def __init__(self, kiosk):
        import kivy  # noqa: PLC0415

        libraries = Path(kivy.__file__).parents[1] / "Kivy.libs"
        self.sdl = ctypes.CDLL(str(next(libraries.glob("libSDL2-2-*.so*"))))
        self.kiosk = kiosk

    def push(self, event):
        """Hand one event to SDL and let the window's loop deal with it, as `run` does."""
        room = (ctypes.c_uint8 * 128)()
        ctypes.memmove(room, ctypes.byref(event), ctypes.sizeof(event))
        assert self.sdl.SDL_PushEvent(room) == 1
        EventLoop.window.mainloop()
        self.kiosk.person.wait(1)

    def type(self, key, mod=0):
        """Press and lift a key."""
        for kind, state in ((KEY_DOWN, 1), (KEY_UP, 0)):
            self.push(KeyEvent(kind, 0, 1, state, 0, 0, 0, Keysym(0, key, mod, 0)))

    def write(self, text):
        """Type a text, as a scanner set to "keyboard" does."""
        for letter in text:
            self.type(ord(letter))
            self.push(TextEvent(TEXT, 0, 1, letter.encode()))
        self.type(RETURN)


@pytest.fixture
def keyboard(kiosk):
    """A keyboard plugged into a station that shows an account."""
    kiosk.app._keeps_open = True
    kiosk.show("account")
    yield Keyboard(kiosk)
    EventLoop.quit = False


def goes_on(kiosk):
    """Return whether the kiosk shows what it showed, sent nothing and still takes a touch."""
    assert not EventLoop.quit
    assert EventLoop.status == "started"
    assert len(EventLoop.window.children) == 1
    assert kiosk.sent == []
    assert kiosk.person.sees(kiosk.app.tr("account.title", n=2))
    kiosk.person.touch(kiosk.app.tr("done"))
    return kiosk.sent == [Done()]


@pytest.mark.parametrize(("language", "size"), [("nb", (1280, 800)), ("en", (800, 480)), ("uk", (720, 1280))])
def test_no_key_leads_out(kiosk, keyboard, tmp_path, language, size):
    """F1, Escape, Alt+F4, Ctrl+Q, Print, the menu key and their like change no pixel and open nothing."""
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    before = kiosk.person.look(tmp_path / "before.png").read_bytes()
    for key, mod in KEYS:
        keyboard.type(key, mod)
    assert kiosk.person.look(tmp_path / "after.png").read_bytes() == before
    assert goes_on(kiosk)


def test_the_events_are_real(kiosk, keyboard):
    """The keys and texts of these tests arrive at the window: without the shutter they are heard there."""
    heard = []
    window = EventLoop.window
    window.fbind("on_key_down", lambda *given: heard.append(given[1]))
    window.fbind("on_textinput", lambda *given: heard.append(given[1]))
    keyboard.write("07")
    assert heard.count("0") == heard.count("7") == 1  # bound later, so it hears first
    assert {ord("0"), ord("7"), RETURN} <= set(heard)
    kiosk.sent.clear()


def test_what_a_keyboard_scanner_types_does_nothing(kiosk, keyboard):
    """Text that arrives as keys is no scan and no command, however it reads."""
    keyboard.write("0301082412\t;reboot")
    assert goes_on(kiosk)


def test_the_window_does_not_close(kiosk, keyboard):
    """A request to close (Alt+F4, a window manager) is not granted."""
    keyboard.push(KeyEvent(QUIT, 0))
    assert goes_on(kiosk)


def test_without_the_shutter_the_window_would_close(kiosk, keyboard):
    """Planted defect: a kiosk that leaves requests to close to Kivy ends by one."""
    kiosk.app._shutter.up()
    keyboard.push(KeyEvent(QUIT, 0))
    assert EventLoop.quit
    kiosk.app._shutter.down()


def test_a_wheel_or_another_button_touches_nothing(kiosk, keyboard):
    """Only a finger, or the left button it comes as, touches: a wheel over a button sends nothing."""
    place = kiosk.person.find("Ferdig").rect
    x, y = round(place.x + place.w / 2), round(place.y + place.h / 2)
    for button in (2, 3):
        for kind, state in ((BUTTON_DOWN, 1), (BUTTON_UP, 0)):
            keyboard.push(MouseEvent(kind, 0, 1, 0, button, state, 1, 0, x, y))
    keyboard.push(WheelEvent(WHEEL, 0, 1, 0, 0, 1, 0))
    kiosk.person.wait(2)
    assert kiosk.sent in ([], [StillHere()])
    kiosk.sent.clear()
    for kind, state in ((BUTTON_DOWN, 1), (BUTTON_UP, 0)):
        keyboard.push(MouseEvent(kind, 0, 1, 0, 1, state, 1, 0, x, y))
    kiosk.person.wait(2)
    assert kiosk.sent == [Done()]


def test_kivy_brings_none_of_its_tools():
    """No inspector, no screenshot key, no settings page: no module of Kivy is active, whatever its settings say."""
    from kivy.app import App  # noqa: PLC0415
    from kivy.config import Config  # noqa: PLC0415

    assert Config.items("modules") == []
    assert App.get_running_app() is None  # F1 opens settings only where there is a Kivy app


TYPED = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP)
"""What a console makes of Ctrl+C, Ctrl+\\, Ctrl+Z and its end."""

_PROGRAM = """
import sys, time
from kiosk.run import hear_signals
ended = []
hear_signals(lambda: ended.append(1))
print("ready", flush=True)
while not ended:
    time.sleep(0.02)
"""


@pytest.mark.parametrize("by_systemd", [True, False])
def test_ctrl_c_on_the_console_ends_only_what_was_started_by_hand(tmp_path, by_systemd):
    """On the station's own console what is typed is nothing; SIGTERM ends it."""
    env = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"} | {
        "PYTHONPATH": str(Path.cwd())
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        if by_systemd:
            env["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        with subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], env=env, stdout=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            try:
                assert program.stdout.readline() == "ready\n"
                for typed in TYPED if by_systemd else ():
                    program.send_signal(typed)
                time.sleep(0.2)
                assert program.poll() is None
                program.send_signal(signal.SIGTERM if by_systemd else signal.SIGINT)
                assert program.wait(10) == 0
            finally:
                program.kill()
