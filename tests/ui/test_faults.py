"""When the screen itself goes wrong."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import kiosk.desk
from kiosk.desk.views import AccountView, View
from kiosk.ui.gallery import parts, views
from kiosk.ui.screens.all import SCREENS
from lending.visit import Done

pytestmark = pytest.mark.screen


@pytest.fixture
def stumbling(kiosk, caplog):
    """A kiosk that may stumble; what it logs is read, and its count is taken back at the end."""
    caplog.set_level(logging.CRITICAL, logger="kiosk.ui.app")
    yield kiosk
    assert kiosk.app.faults > 0
    kiosk.app.faults = 0


def test_a_view_that_cannot_be_drawn_shows_a_calm_screen(stumbling):
    """The screen says that what was finished is saved; the next view is shown as if nothing had been."""
    broken = replace(views()["borrow"], parts=(*parts(None), None))
    stumbling.show(broken)
    assert stumbling.person.sees("Her stoppet det litt opp.")
    stumbling.person.touch("Ferdig")
    assert stumbling.sent == [Done()]
    stumbling.show("idle")
    assert stumbling.person.sees("Her nå")


def test_a_touch_that_goes_wrong_shows_a_calm_screen(stumbling):
    """If a touch cannot be sent, no traceback comes to the screen and the loop goes on."""

    def refuse(_touch):
        raise RuntimeError("nobody takes it")

    stumbling.app._submit = refuse
    stumbling.show("account")
    stumbling.person.touch("Ferdig")
    assert stumbling.person.sees("Her stoppet det litt opp.")
    stumbling.person.wait(3)


@dataclass(frozen=True, slots=True)
class NewView(View):
    """A view nobody has drawn yet."""


@dataclass(frozen=True, slots=True)
class NewAccountView(AccountView):
    """A view much like one that is drawn."""

    more: int = 0


def test_a_view_nobody_has_drawn_yet_shows_the_calm_screen(kiosk):
    """A view of an unknown kind is no fault: it shows the calm screen, and the next view is shown as ever."""
    status = views()["account"].status
    kiosk.show(NewView(status))
    assert kiosk.person.sees("Her stoppet det litt opp.")
    kiosk.app.switch_language()
    kiosk.app.switch_language()
    kiosk.show("account")
    assert kiosk.person.sees("Hei! Du har 2 lån.")
    kiosk.show(NewAccountView(status, has_card=True, limit=3))
    assert kiosk.person.sees("Hei! Du har ingen lån.")


def test_every_view_has_a_screen_and_an_example():
    """No kind of view is left without a screen of its own or without an example in the gallery."""
    modules = [import_module(f"kiosk.desk.{found.name}") for found in iter_modules(kiosk.desk.__path__)]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, View) and kind is not View}
    assert len(kinds) > 40
    assert kinds <= set(SCREENS)
    assert set(SCREENS) == {type(view) for view in views().values()}


def fails_alone(program, folder):
    """Run a program of its own, without a display, in surroundings nobody has set; return how it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY", "NABOLAN", "SDL"))}
    clean |= {"KIVY_NO_ARGS": "1", "KIVY_HOME": str(folder), "KIVY_NO_FILELOG": "1", "PYTHONPATH": str(Path.cwd())}
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        clean.pop(display, None)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    return done.stderr


def test_kivy_must_not_be_imported_before_its_surroundings_are_set(tmp_path):
    """Setting the surroundings too late is an error, not a wrong window."""
    program = (
        "import kivy\nfrom pathlib import Path\nfrom kiosk.ui import environment\nenvironment.prepare(Path('k'))"
    )
    assert "TooLateError" in fails_alone(program, tmp_path)


@pytest.mark.parametrize(("width", "height", "late"), [(1280, 800, False), (800, 480, False), (720, 1280, True)])
def test_a_window_off_screen_that_would_have_to_grow_is_refused(tmp_path, width, height, late):
    """Whoever comes second and needs more than the first began would see nothing drawn there: it is told at once."""
    program = (
        "from pathlib import Path\nfrom kiosk.ui.environment import Window, prepare\n"
        f"prepare(Path('k'), Window(1280, 800))\nprepare(Path('k'), Window({width}, {height}))"
    )
    assert ("TooLateError" in fails_alone(program, tmp_path)) is late


def test_one_source_of_touches_only():
    """Kivy listens to the mouse events SDL makes of touches, and to nothing else: no touch comes twice."""
    from kivy.config import Config  # noqa: PLC0415

    assert Config.items("input") == [("mouse", "mouse,disable_multitouch")]
    assert Config.getint("kivy", "exit_on_escape") == 0
