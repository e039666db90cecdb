"""The window: it shows the newest view and sends touches. `show` may be called from any thread."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, ExceptionHandler, ExceptionManager, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels

from kiosk.desk.faults import Faults
from kiosk.desk.views import IdleView, PinTyped, Status, View
from kiosk.desk.views_care import MomentView, SorryView
from kiosk.desk.views_languages import LanguagesView
from kiosk.ui.environment import is_offscreen
from kiosk.ui.frame import Frame
from kiosk.ui.glass import Glass
from kiosk.ui.keys import Shutter
from kiosk.ui.png import write_png
from kiosk.ui.screens.all import screen_of
from kiosk.ui.screens.languages import LanguagesScreen
from kiosk.ui.screens.pauses import MomentScreen, SorryScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import PAPER, Shape, rgba, shape_for
from kiosk.ui.tr import Translator, warm_up
from kiosk.ui.widgets.box import Box, Stage
from lending.visit import StillHere, Touch

log = logging.getLogger(__name__)

_TELL_SECONDS = 0.25
_IDLE_LANGUAGE_SECONDS = 60.0
MOMENT_SECONDS = 5.0
"""How long the desk may be silent before the screen says that it takes a moment. A desk at rest comes round each
second, one whose disk rests every four.
"""


class StumblesError(RuntimeError):
    """So much went wrong in so short a time that only a new start of the program can help."""


class KioskApp:
    """The kiosk's screen.

    `submit` gets each touch and must return at once. `clock` gives milliseconds since boot (as in the views'
    countdowns), `now` the local time of day. `on_turn` is called in each turn of the loop, also when nothing is
    drawn, `on_frame` after each frame: a watchdog can listen there. `keeps_open` refuses whatever a keyboard or a
    window manager does to close the window; `stop` closes it. `silence` tells for how many seconds the desk has not
    answered. `faults` counts what went wrong inside the screen; `tally` does so for the whole program, and once it is
    too many, `run` raises StumblesError.
    """

    def __init__(self, submit: Callable[[Touch | PinTyped], None], clock: Callable[[], int],
                 now: Callable[[], datetime], language: str = "nb",
                 on_turn: Callable[[], None] | None = None, on_frame: Callable[[], None] | None = None, *,
                 silence: Callable[[], float] = lambda: 0.0, tally: Faults | None = None,
                 keeps_open: bool = False) -> None:  # fmt: skip
        self.faults = 0
        self.view: View | None = None
        self.screen: Screen[Any] | None = None
        self.tr = Translator(language=language)
        self._home_language = language
        self._submit, self._clock, self._now, self._silence = submit, clock, now, silence
        self._on_turn, self._on_frame = on_turn, on_frame
        self._tally = tally or Faults()
        self._shutter: Shutter | None = None
        self._lock = threading.Lock()
        self._newest: View | None = None
        self._trigger = Clock.create_trigger(lambda _dt: self._guarded(self._take_newest))
        self._glass: Glass | None = None
        self._frame: Frame | None = None
        self._stopping = False
        self._keeps_open = keeps_open
        self._touched_at = 0.0
        self._events: list[Any] = []
        self._handler = _Calm(self._fault, self._tally.too_many)

    # --- From any thread

    def show(self, view: View) -> None:
        """Show `view` soon. If several come at once, the newest is shown; the same one again changes nothing."""
        with self._lock:
            self._newest = view
        self._trigger()

    def stop(self) -> None:
        """Close the window soon; `run` then returns. Also from a signal handler: it takes no lock."""
        self._stopping = True

    # --- The loop; all of this on the main thread

    def run(self) -> None:
        """Open the window and stay until `stop`. Raises StumblesError if too much goes wrong."""
        self.open()
        gc.collect()
        gc.freeze()
        try:
            runTouchApp()
        finally:
            self.close()
        if self._tally.too_many():
            raise StumblesError

    def open(self) -> None:
        """Open the window without staying in its loop; `step` then drives it."""
        warm_up()
        EventLoop.ensure_window()
        window = EventLoop.window
        window.clearcolor = rgba(PAPER)
        if is_offscreen():
            window.bind(on_flip=_wait_for_the_picture)
        window.bind(size=self._resized, on_flip=self._flipped)
        self._shutter = Shutter(window, lambda: self._stopping or not self._keeps_open)
        self._shutter.down()
        ExceptionManager.add_handler(self._handler)
        self._glass = Glass(self._touched)
        window.add_widget(self._glass)
        self.tr.bind(language=self._spoken)
        self._events = [Clock.schedule_interval(lambda _dt: self._guarded(self._tell), _TELL_SECONDS)]
        if self._on_turn is not None:
            turn = self._on_turn
            self._events.append(Clock.schedule_interval(lambda _dt: turn(), 0))
        if self._newest is not None:
            self._trigger()

    def close(self) -> None:
        """Take everything out of the window; the window itself stays for a next app of the same process."""
        for event in self._events:
            event.cancel()
        self._trigger.cancel()
        self.tr.unbind(language=self._spoken)
        window = EventLoop.window
        if self._glass is not None and window is not None:
            window.unbind(size=self._resized, on_flip=self._flipped)
            window.remove_widget(self._glass)
        if self._shutter is not None:
            self._shutter.up()
            self._shutter = None
        ExceptionManager.remove_handler(self._handler)
        self._glass = None

    def step(self, frames: int = 1) -> None:
        """Run so many turns of the loop; for the demo tour and the tests, instead of `run`."""
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        for _ in range(frames):
            try:
                EventLoop.idle()
            except Exception as error:  # as Kivy's own loop does
                if ExceptionManager.handle_exception(error) == ExceptionManager.RAISE:
                    raise

    def screenshot(self, path: Path) -> Path:
        """Write what the window shows, pixel for pixel, as PNG to `path`, and return it."""
        window = EventLoop.window
        window.canvas.ask_update()
        window.dispatch("on_draw")
        width, height = (int(n) for n in window.system_size)
        write_png(path, width, height, glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
        return path

    def ask_frame(self) -> None:
        """Draw a frame in this turn, also when nothing has changed."""
        EventLoop.window.canvas.ask_update()

    def resize(self, width: int, height: int) -> None:
        """Make the window another size; everything on it is laid out anew."""
        EventLoop.window.size = (width, height)

    @property
    def shape(self) -> Shape:
        """The measures of the window as it is now."""
        width, height = EventLoop.window.size
        return shape_for(int(width), int(height))

    @property
    def scene(self) -> Box | None:
        """All that is on the window, or None before the first view."""
        return None if self._glass is None else self._glass.scene

    def switch_language(self) -> None:
        """Offer all languages in the place of the screen; a second touch on the same button takes them away."""
        if self.view is None:
            return
        if isinstance(self.screen, LanguagesScreen):
            self._make_anew()
        else:
            self._put(LanguagesScreen(self._stage(), LanguagesView(self.view.status, countdown=self.view.countdown)))
        if self._in_visit():
            self._submit(StillHere())

    # --- Views

    def _take_newest(self) -> None:
        with self._lock:
            view, self._newest = self._newest, None
        if view is None or self._glass is None:
            return
        before, self.view = self.view, view
        if isinstance(view, IdleView) and not isinstance(before, IdleView) and self._speaks_otherwise():
            self.tr.language = self._home_language
        elif before is None or self.scene is None:
            self._make_anew()
        else:
            self._show_screen(before, view)
            self._show_frame(view)

    def _show_screen(self, before: View, view: View) -> None:
        screen = self.screen
        if (
            isinstance(screen, LanguagesScreen)
            and replace(before, status=view.status, countdown=view.countdown) == view
        ):
            return
        if screen is not None and type(before) is type(view) and type(screen) is screen_of(view):
            same = screen.reads(before.status) == screen.reads(view.status)
            screen.view = replace(screen.view, status=view.status, countdown=view.countdown)
            if same and (screen.view == view or screen.update(view)):
                return
        self._put(screen_of(view)(self._stage(), view))

    def _show_frame(self, view: View) -> None:
        if self._frame is not None:
            self._frame.show(view.status, view.countdown)

    def _put(self, screen: Screen[Any]) -> None:
        if self._glass is None or self.scene is None:
            return
        if self.screen is not None:
            self.scene.remove(self.screen)
        if type(screen) is not type(self.screen):
            self._glass.screen_changed()
        self.screen = screen
        self.scene.add_below(screen)

    def _make_anew(self) -> None:
        """Lay everything out again: the first view, another language, another window."""
        if self.view is None or self._glass is None:
            return
        stage = self._stage()
        self.screen = None
        self._glass.hold(Box(stage, stage.shape.window))
        self._frame = Frame(stage, self._now, self.switch_language, lambda: self._submit(StillHere()))
        if self.scene is not None:
            self.scene.add(self._frame)
        self._show_frame(self.view)
        self._put(screen_of(self.view)(stage, self.view))

    # --- Time

    def _tell(self) -> None:
        if self._stopping or self._tally.too_many():
            stopTouchApp()
            return
        self._watch_the_desk()
        if isinstance(self.view, IdleView):
            self._forget_language()
        if self._frame is not None:
            self._frame.tell()
        if self.screen is not None and self._in_visit():
            self.screen.tell()

    def _watch_the_desk(self) -> None:
        """Say that it takes a moment while the desk is silent; go on where it was when it is not."""
        silent, waits = self._silence() > MOMENT_SECONDS, isinstance(self.screen, MomentScreen)
        if self.view is None or silent is waits:
            return
        if silent:
            self._put(MomentScreen(self._stage(), MomentView(self.view.status, phone=self.view.phone)))
        else:
            self._put(screen_of(self.view)(self._stage(), self.view))

    def _forget_language(self) -> None:
        alone = Clock.get_time() - self._touched_at > _IDLE_LANGUAGE_SECONDS
        if alone and (self._speaks_otherwise() or isinstance(self.screen, LanguagesScreen)):
            self.tr.speak(self._home_language)

    def _speaks_otherwise(self) -> bool:
        return bool(self.tr.language != self._home_language)

    # --- Touches and faults

    def _touched(self, on_control: bool) -> None:  # noqa: FBT001  # the glass tells just this
        """Note that a finger came down. Where it asks for nothing, it still says that somebody is there."""
        self._touched_at = Clock.get_time()
        if not on_control and self._in_visit():
            self._submit(StillHere())

    def _in_visit(self) -> bool:
        return self.view is not None and self.view.countdown is not None

    def _stage(self) -> Stage:
        return Stage(self.shape, self.tr, self._submit, self._clock)

    def _resized(self, *_: Any) -> None:
        self._guarded(self._make_anew)

    def _spoken(self, *_: Any) -> None:
        self._guarded(self._make_anew)

    def _flipped(self, *_: Any) -> None:
        if self._on_frame is not None:
            self._on_frame()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001  # nobody is there to read a traceback
            self._fault(error)

    def _fault(self, error: BaseException) -> None:
        self.faults += 1
        self._tally.note()
        log.error("the screen stumbled over %s", type(self.view).__name__, exc_info=error)
        try:
            view = self.view
            status, phone = (view.status, view.phone) if view is not None else (Status(""), "")
            calm = SorryView(status, phone=phone)
            self._put(SorryScreen(self._stage(), calm))
        except Exception:
            log.exception("not even the calm screen could be shown")


def _wait_for_the_picture(*_: Any) -> None:
    """Off screen nothing else waits for the drawing, and frames would queue up in memory."""
    glFinish()


class _Calm(ExceptionHandler):  # type: ignore[misc]  # Kivy has no types
    """Keeps the loop running whatever a callback does, until it is too much."""

    def __init__(self, fault: Callable[[BaseException], None], too_many: Callable[[], bool]) -> None:
        super().__init__()
        self._fault = fault
        self._too_many = too_many

    def handle_exception(self, inst: BaseException) -> Any:
        """Count an error and go on; let the end of the program through."""
        if not isinstance(inst, Exception):
            return ExceptionManager.RAISE
        self._fault(inst)
        return ExceptionManager.RAISE if self._too_many() else ExceptionManager.PASS
