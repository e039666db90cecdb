"""The window: it shows the newest view and sends touches. `show` may be called from any thread."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, ExceptionHandler, ExceptionManager, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels

from kiosk.desk.views import Countdown, IdleView, Status, View
from kiosk.ui.environment import is_offscreen
from kiosk.ui.png import write_png
from kiosk.ui.screens.all import SCREENS
from kiosk.ui.screens.pauses import SorryScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import PAPER, Shape, rgba, shape_for
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.status import StatusLine, StayBanner, TimeLeft, left_ms
from lending.visit import StillHere, Touch

log = logging.getLogger(__name__)

SAME_SPOT_PIXELS = 24
SECOND_TOUCH_SECONDS = 0.1
NEW_SCREEN_SECONDS = 0.4
"""A touch at the spot of the one before is taken as its echo for so long; longer if the screen changed meanwhile,
so that a double tap on "borrow" does not also touch "done" behind it.
"""
_TELL_SECONDS = 0.25
_IDLE_LANGUAGE_SECONDS = 60.0


class KioskApp:
    """The kiosk's screen.

    `submit` gets each touch and must return at once. `clock` gives milliseconds since boot (as in the views'
    countdowns), `now` the local time of day. `on_frame` is called in each turn of the loop, also when nothing is
    drawn: a watchdog can listen there. `faults` counts what went wrong inside the screen.
    """

    def __init__(self, submit: Callable[[Touch], None], clock: Callable[[], int], now: Callable[[], datetime],
                 language: str = "nb", on_frame: Callable[[], None] | None = None) -> None:  # fmt: skip
        self.faults = 0
        self.view: View | None = None
        self.screen: Screen[Any] | None = None
        self.tr = Translator(language=language)
        self._home_language = language
        self._submit, self._clock, self._now, self._on_frame = submit, clock, now, on_frame
        self._lock = threading.Lock()
        self._newest: View | None = None
        self._trigger = Clock.create_trigger(lambda _dt: self._guarded(self._take_newest))
        self._root: _Root | None = None
        self._status: StatusLine | None = None
        self._left: TimeLeft | None = None
        self._stay: StayBanner | None = None
        self._touched_at = 0.0
        self._events: list[Any] = []
        self._handler = _Calm(self._fault)

    # --- From any thread

    def show(self, view: View) -> None:
        """Show `view` soon. If several come at once, the newest is shown; the same one again changes nothing."""
        with self._lock:
            self._newest = view
        self._trigger()

    def stop(self) -> None:
        """Close the window soon; `run` then returns."""
        Clock.schedule_once(lambda _dt: stopTouchApp(), 0)

    # --- The loop

    def run(self) -> None:
        """Open the window and stay until `stop`. Only on the main thread."""
        self.open()
        try:
            runTouchApp()
        finally:
            self.close()

    def open(self) -> None:
        """Open the window without staying in its loop; `step` then drives it."""
        EventLoop.ensure_window()
        window = EventLoop.window
        window.clearcolor = rgba(PAPER)
        if is_offscreen():
            window.bind(on_flip=_wait_for_the_picture)
        window.bind(size=self._resized)
        ExceptionManager.add_handler(self._handler)
        self._root = _Root(self)
        window.add_widget(self._root)
        self.tr.bind(language=lambda *_: self._guarded(self._make_anew))
        self._events = [Clock.schedule_interval(lambda _dt: self._guarded(self._tell), _TELL_SECONDS)]
        if self._on_frame is not None:
            frame = self._on_frame
            self._events.append(Clock.schedule_interval(lambda _dt: frame(), 0))
        if self._newest is not None:
            self._trigger()

    def close(self) -> None:
        """Take everything out of the window; the window itself stays for a next app of the same process."""
        for event in self._events:
            event.cancel()
        self._trigger.cancel()
        window = EventLoop.window
        if self._root is not None and window is not None:
            window.unbind(size=self._resized)
            window.remove_widget(self._root)
        ExceptionManager.remove_handler(self._handler)
        self._root = None

    def step(self, frames: int = 1) -> None:
        """Run so many turns of the loop; for the demo tour and the tests, instead of `run`."""
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        for _ in range(frames):
            try:
                EventLoop.idle()
            except Exception as error:  # noqa: BLE001  # as Kivy's own loop does
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

    def resize(self, width: int, height: int) -> None:
        """Make the window another size; everything on it is laid out anew."""
        EventLoop.window.size = (width, height)

    @property
    def shape(self) -> Shape:
        """The measures of the window as it is now."""
        width, height = EventLoop.window.size
        return shape_for(int(width), int(height))

    def switch_language(self) -> None:
        """Speak the next language, at once."""
        self.tr.language = self.tr.next_language
        if self._in_visit():
            self._submit(StillHere())

    # --- Views

    def _take_newest(self) -> None:
        with self._lock:
            view, self._newest = self._newest, None
        if view is None or self._root is None:
            return
        before, self.view = self.view, view
        if isinstance(view, IdleView) and not isinstance(before, IdleView) and self._speaks_otherwise():
            self.tr.language = self._home_language
            return
        self._show_screen(before, view)
        self._show_frame(before, view)

    def _show_screen(self, before: View | None, view: View) -> None:
        screen = self.screen
        if screen is not None and before is not None and type(before) is type(view):
            screen.view = replace(screen.view, status=view.status, countdown=view.countdown)
            if screen.view == view and _reads_same(before.status, view.status):
                return
            if screen.update(view):
                return
        self._put(SCREENS[type(view)](self._stage(), view))

    def _put(self, screen: Screen[Any]) -> None:
        root = self._root
        if root is None:
            return
        if self.screen is not None:
            root.remove_widget(self.screen)
        root.screen_changed(new_kind=type(screen) is not type(self.screen))
        self.screen = screen
        root.add_widget(screen, len(root.children))

    def _show_frame(self, before: View | None, view: View) -> None:
        if before is None or before.status != view.status or self._status is None:
            self._make_status(view.status)
        if before is None or before.countdown != view.countdown:
            self._make_countdown(view.countdown)
        self._tell()

    def _make_anew(self) -> None:
        """Lay everything out again: another language or another window."""
        if self.view is None or self._root is None:
            return
        self._put(SCREENS[type(self.view)](self._stage(), self.view))
        self._make_status(self.view.status)
        self._make_countdown(self.view.countdown)
        self._tell()

    def _make_status(self, status: Status) -> None:
        self._take_away(self._status)
        self._status = StatusLine(self._stage(), status, self._now(), self.switch_language)
        if self._root is not None and self._stay is None:
            self._root.add_widget(self._status)

    def _make_countdown(self, countdown: Countdown | None) -> None:
        self._take_away(self._left)
        self._leave_banner()
        self._left = None if countdown is None else TimeLeft(self._stage(), countdown)
        if self._left is not None and self._root is not None:
            self._root.add_widget(self._left)

    def _leave_banner(self) -> None:
        if self._stay is None:
            return
        self._take_away(self._stay)
        self._stay = None
        if self._root is not None and self._status is not None and self._status.parent is None:
            self._root.add_widget(self._status)

    def _take_away(self, box: Box | None) -> None:
        if box is not None and box.parent is not None:
            box.parent.remove_widget(box)

    # --- Time

    def _tell(self) -> None:
        """Show what changes with time: the clock, the line, the last seconds. Nothing is laid out anew."""
        if self._status is not None:
            self._status.tell(self._now())
        self._forget_language()
        countdown = self.view.countdown if self.view is not None else None
        if countdown is None or self._left is None:
            return
        left = left_ms(countdown, self._clock())
        if self._stay is None and 0 < left <= countdown.warn_ms:
            self._enter_banner(countdown)
        elif self._stay is not None:
            self._stay.tell()
        else:
            self._left.tell()
        if self.screen is not None:
            self.screen.tell()

    def _enter_banner(self, countdown: Countdown) -> None:
        if self._root is None:
            return
        self._take_away(self._status)
        self._take_away(self._left)
        self._stay = StayBanner(self._stage(), countdown, lambda: self._submit(StillHere()))
        self._root.add_widget(self._stay)

    def _forget_language(self) -> None:
        idle = isinstance(self.view, IdleView) and self._speaks_otherwise()
        if idle and Clock.get_time() - self._touched_at > _IDLE_LANGUAGE_SECONDS:
            self.tr.language = self._home_language

    def _speaks_otherwise(self) -> bool:
        return bool(self.tr.language != self._home_language)

    # --- Touches and faults

    def touched(self, *, on_control: bool) -> None:
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

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001  # nobody is there to read a traceback
            self._fault(error)

    def _fault(self, error: BaseException) -> None:
        self.faults += 1
        log.error("the screen stumbled over %s", type(self.view).__name__, exc_info=error)
        try:
            view = self.view
            calm = View(view.status if view is not None else Status(""), phone=view.phone if view is not None else "")
            self._put(SorryScreen(self._stage(), calm))
        except Exception:
            log.exception("not even the calm screen could be shown")


def _reads_same(one: Status, other: Status) -> bool:
    """Whether a screen says the same with both: only network, reader and scanner are spoken of."""
    return (one.offline, one.reader_up, one.scanner_up) == (other.offline, other.reader_up, other.scanner_up)


def _wait_for_the_picture(*_: Any) -> None:
    """Off screen nothing else waits for the drawing, and frames would queue up in memory."""
    glFinish()


class _Calm(ExceptionHandler):  # type: ignore[misc]  # Kivy has no types
    """Keeps the loop running whatever a callback does."""

    def __init__(self, fault: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._fault = fault

    def handle_exception(self, inst: BaseException) -> Any:
        """Count an error and go on; let the end of the program through."""
        if not isinstance(inst, Exception):
            return ExceptionManager.RAISE
        self._fault(inst)
        return ExceptionManager.PASS


class _Root(Box):
    """Everything on the window. Swallows the echo of a touch, and reports touches that hit nothing."""

    def __init__(self, app: KioskApp) -> None:
        stage = Stage(app.shape, app.tr, lambda _touch: None, lambda: 0)
        super().__init__(stage, app.shape.window)
        self._app = app
        self._last: tuple[float, float, float] | None = None
        self._changed_at = -math.inf

    def screen_changed(self, *, new_kind: bool) -> None:
        """Note when a screen of another kind came."""
        if new_kind:
            self._changed_at = Clock.get_time()

    def on_touch_down(self, touch: Any) -> bool:
        """Pass a touch on, unless it is the echo of the one before."""
        if self._is_echo(touch):
            return True
        self._last = (touch.x, touch.y, Clock.get_time())
        taken = bool(super().on_touch_down(touch))
        self._app.touched(on_control=taken)
        return True

    def _is_echo(self, touch: Any) -> bool:
        if self._last is None:
            return False
        x, y, when = self._last
        since = Clock.get_time() - when
        quiet = NEW_SCREEN_SECONDS if self._changed_at >= when else SECOND_TOUCH_SECONDS
        return bool(math.dist((x, y), (touch.x, touch.y)) < SAME_SPOT_PIXELS and 0 <= since < quiet)
