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

from kivy.base import EventLoop, ExceptionManager, stopTouchApp
from kivy.clock import Clock

from kiosk.desk.faults import Faults
from kiosk.desk.views import IdleView, PinTyped, Status, View
from kiosk.desk.views_care import MomentView, SorryView
from kiosk.desk.views_languages import LanguagesView
from kiosk.ui import memory
from kiosk.ui.aids import Aids
from kiosk.ui.aloud import Aloud
from kiosk.ui.environment import is_offscreen
from kiosk.ui.fits import shape_of_line, shapes_for
from kiosk.ui.frame import Frame
from kiosk.ui.glass import Glass
from kiosk.ui.keys import Shutter
from kiosk.ui.loop import Calm, StumblesError, drawn, turn, wait_for_the_picture
from kiosk.ui.pace import Pace
from kiosk.ui.png import write_png
from kiosk.ui.screens.aids import AidsScreen, Desk, can_open_help
from kiosk.ui.screens.all import screen_of
from kiosk.ui.screens.languages import LanguagesScreen
from kiosk.ui.screens.pauses import MomentScreen, SorryScreen
from kiosk.ui.screens.screen import LeftAt, Screen
from kiosk.ui.strain import least_strained
from kiosk.ui.theme import PALETTES, PAPER, Rect, Shape
from kiosk.ui.tr import Translator, warm_up
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.status import Acts
from lending.visit import OpenPage, Page, StillHere, Touch

log = logging.getLogger(__name__)

_TELL_SECONDS = 0.25
_ALONE_MS = 60_000
"""When nobody has been there for so long, the station is again as it was set up."""
_STILL_MS = 3_000
"""When nobody has touched anything for so long outside of a visit, the loop comes round seldom."""
MOMENT_SECONDS = 5.0
"""How long the desk may be silent before the screen says that it takes a moment. A desk at rest comes round each
second, one whose disk rests every four.
"""


class KioskApp:
    """The kiosk's screen.

    `submit` gets each touch and must return at once. `clock` gives milliseconds since boot (as in the views'
    countdowns), `now` the local time of day. `on_turn` is called in each turn of the loop, also when nothing is
    drawn, `on_frame` after each frame: a watchdog can listen there. `keeps_open` refuses whatever a keyboard or a
    window manager does to close the window; `stop` closes it. `silence` tells for how many seconds the desk has not
    answered. `home` are the station's own reading aids and language. `faults` counts what went wrong inside the
    screen; `tally` does so for the whole program, and once it is too many, `run` raises StumblesError.
    """

    def __init__(self, submit: Callable[[Touch | PinTyped], None], clock: Callable[[], int],
                 now: Callable[[], datetime], language: str = "nb",
                 on_turn: Callable[[], None] | None = None, on_frame: Callable[[], None] | None = None, *,
                 silence: Callable[[], float] = lambda: 0.0, tally: Faults | None = None,
                 keeps_open: bool = False, home: Aids | None = None) -> None:  # fmt: skip
        self.faults = 0
        self.view: View | None = None
        self.screen: Screen[Any] | None = None
        self.home = home or Aids(language=language)
        self.aids = self.home
        self.tr = Translator(language=self.home.language)
        self._aloud: Aloud | None = None
        self._panel: Screen[Any] | None = None
        self._kept: LeftAt | None = None
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
        self._pace = Pace()
        self._keeps_open = keeps_open
        self._there_ms = 0
        self._events: list[Any] = []
        self._handler = Calm(self._fault, self._tally.too_many)

    # --- From any thread

    def show(self, view: View) -> None:
        """Show `view` soon. If several come at once, the newest is shown; the same one again changes nothing."""
        with self._lock:
            self._newest = view
        self._trigger()
        self._pace.hurry()

    def read_aloud(self, aloud: Aloud) -> None:
        """Offer a voice among the reading aids; without one, or in a language it does not speak, none is offered."""
        self._aloud = aloud

    def stop(self) -> None:
        """Close the window soon; `run` then returns. Also from a signal handler: it takes no lock."""
        self._stopping = True

    # --- The loop; all of this on the main thread

    def run(self) -> None:
        """Open the window and stay until `stop`. Raises StumblesError if too much goes wrong."""
        self.open()
        if gc.isenabled():
            gc.collect()
        gc.freeze()
        gc.enable()
        try:
            self._pace.loop()
        finally:
            self.close()
        if self._tally.too_many():
            raise StumblesError

    def open(self) -> None:
        """Open the window without staying in its loop; `step` then drives it."""
        memory.settle()
        warm_up()
        EventLoop.ensure_window()
        window = EventLoop.window
        if is_offscreen():
            window.bind(on_flip=wait_for_the_picture)
        window.bind(size=self._resized, on_flip=self._flipped)
        self._shutter = Shutter(window, lambda: self._stopping or not self._keeps_open)
        self._shutter.down()
        ExceptionManager.add_handler(self._handler)
        self._glass = Glass(self._touched)
        window.add_widget(self._glass)
        self.tr.bind(language=self._spoken)
        self._events = [Clock.schedule_interval(lambda _dt: self._guarded(self._tell), _TELL_SECONDS)]
        if self._on_turn is not None:
            turned = self._on_turn
            self._events.append(Clock.schedule_interval(lambda _dt: turned(), 0))
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
        turn(frames)

    def screenshot(self, path: Path) -> Path:
        """Write what the window shows, pixel for pixel, as PNG to `path`, and return it."""
        write_png(path, *drawn())
        return path

    def ask_frame(self) -> None:
        """Draw a frame in this turn, also when nothing has changed."""
        EventLoop.window.canvas.ask_update()

    def resize(self, width: int, height: int) -> None:
        """Make the window another size; everything on it is laid out anew."""
        EventLoop.window.size = (width, height)

    @property
    def shape(self) -> Shape:
        """The measures of the screen that is shown, or those it will have."""
        return self._shapes()[0] if self.screen is None else self.screen.stage.shape

    @property
    def scene(self) -> Box | None:
        """All that is on the window, or None before the first view."""
        return None if self._glass is None else self._glass.scene

    def switch_language(self) -> None:
        """Offer all languages in the place of the screen; a second touch on the same button takes them away."""
        if isinstance(self._panel, LanguagesScreen):
            self.close_panel()
        elif self.view is not None:
            self._open(LanguagesScreen, LanguagesView(self.view.status, countdown=self.view.countdown))

    def open_aids(self) -> None:
        """Lay the reading aids over the screen; a second touch on the same button takes them away."""
        if isinstance(self._panel, AidsScreen):
            self.close_panel()
        elif self.view is not None:
            self._open(self._aids_screen, View(self.view.status, countdown=self.view.countdown))

    def close_panel(self) -> None:
        """Show the screen again that lies under the reading aids or the languages."""
        panel, self._panel = self._panel, None
        if panel is None or self.scene is None or self._glass is None:
            return
        self.scene.remove(panel)
        if self.screen is not None:
            self.scene.add_below(self.screen)
        self._glass.screen_changed()
        self._stay()

    def use(self, aids: Aids) -> None:
        """Use other reading aids or another language, at once. Nothing of the visit is lost."""
        self._there_ms = self._clock()
        self._use(aids)
        self._stay()

    # --- Views

    def _take_newest(self) -> None:
        with self._lock:
            view, self._newest = self._newest, None
        if view is None or self._glass is None:
            return
        before, self.view = self.view, view
        if before is not None and not _is_about_the_same(before, view):
            self._glass.about_changed()
        self._see_who_is_there()
        if before is None or self.scene is None:
            self._make_anew()
        else:
            self._show_screen(before, view)
            self._show_frame(view)
        self._say()

    def _show_screen(self, before: View, view: View) -> None:
        screen, panel = self.screen, self._panel
        if screen is not None and type(before) is type(view) and type(screen) is screen_of(view):
            same = screen.reads(before.status) == screen.reads(view.status)
            screen.view = replace(screen.view, status=view.status, countdown=view.countdown)
            if same and (screen.view == view or screen.update(view)):
                if panel is not None:
                    panel.view = replace(panel.view, status=view.status, countdown=view.countdown)
                return
        made = self._made(screen_of(view), view)
        same_view = _is_the_same(before, view)
        if same_view:
            self._resume(made, self._left_at())
        if panel is not None and screen is not None and same_view:
            self.screen = made
            screen.take_apart()
        else:
            self._put(made)

    def _show_frame(self, view: View) -> None:
        if self._frame is not None:
            self._frame.show(view.status, view.countdown)

    def _put(self, screen: Screen[Any]) -> None:
        """Show `screen` instead of the one before, and of what lies over it."""
        if self._glass is None or self.scene is None:
            return
        panel, self._panel = self._panel, None
        if panel is not None:
            self.scene.remove(panel)
        if self.screen is not None:
            self.scene.remove(self.screen)
            self.screen.take_apart()
        if type(screen) is not type(self.screen) or panel is not None:
            self._glass.screen_changed()
        self.screen, self._kept = screen, None
        self.scene.add_below(screen)

    def _left_at(self) -> LeftAt | None:
        """Return where the person is, also where the screen only says that it takes a moment."""
        if self._kept is not None or self.screen is None:
            return self._kept
        return self.screen.left_at()

    def _resume(self, screen: Screen[Any], left_at: LeftAt | None) -> None:
        if left_at is not None:
            screen.resume(left_at)

    def _made(self, kind: Callable[[Stage, Any], Screen[Any]], view: View) -> Screen[Any]:
        """Return the screen on the first canvas everything fits on, or on the one it fits best."""
        return least_strained(lambda shape: kind(self._stage(shape), view), self._shapes())

    def _make_anew(self) -> None:
        """Lay everything out again: the first view, another language, other aids, another window."""
        if self.view is None or self._glass is None:
            return
        left_at = self._left_at()
        panel, self._panel, self.screen = self._panel, None, None
        EventLoop.window.clearcolor = PALETTES[self.aids.theme].rgba(PAPER)
        width, height = self._size()
        stage = self._stage(shape_of_line(width, height, self.aids.text, reach=self.aids.reach))
        self._glass.hold(Box(stage, stage.shape.window))
        self._frame = self._make_frame(stage)
        if self.scene is not None:
            self.scene.add(self._frame)
        self._show_frame(self.view)
        screen = self._made(screen_of(self.view), self.view)
        self._put(screen)
        self._resume(screen, left_at)
        if isinstance(panel, AidsScreen):
            self.open_aids()

    def _make_frame(self, stage: Stage) -> Frame:
        place = self._shapes()[0].tools_place
        zoom = stage.shape.zoom
        tools = None if place is None else Rect(place.x / zoom, place.y / zoom, place.w / zoom, place.h / zoom)
        return Frame(stage, self._now, Acts(self.switch_language, self.open_aids, self._stay), tools)

    # --- Reading aids

    def _use(self, aids: Aids) -> None:
        if aids == self.aids:
            return
        self.aids = aids
        if self.tr.language != aids.language:
            self.tr.language = aids.language
        else:
            self._make_anew()
        self._say()

    def _open(self, kind: Callable[[Stage, Any], Screen[Any]], view: View) -> None:
        """Lay a screen over the one of the view, which stays as it is."""
        if self.scene is None or self._glass is None:
            return
        made = self._made(kind, view)
        before, self._panel = self._panel, made
        if before is not None:
            self.scene.remove(before)
        elif self.screen is not None:
            self.scene.lay_aside(self.screen)
        self.scene.add_below(made)
        self._glass.screen_changed()
        self._stay()

    def _aids_screen(self, stage: Stage, view: View) -> AidsScreen:
        speaks = self._aloud is not None and self._aloud.offers(self.aids.language)
        opens = self._open_help if self.view is not None and can_open_help(self.view) else None
        desk = Desk(self.aids, self.home, speaks, self.use, self.switch_language, self.close_panel, opens)
        return AidsScreen(stage, view, desk)

    def _open_help(self) -> None:
        """Put the sheet away and ask for the help page; what lies under it waits."""
        self.close_panel()
        self._submit(OpenPage(Page.HELP))

    def _say(self) -> None:
        if self._aloud is not None and self._frame is not None:
            self._aloud.turn(self._panel or self.screen, self._frame.banner, self.tr, on=self.aids.voice)

    def _shapes(self) -> tuple[Shape, ...]:
        return shapes_for(*self._size(), self.aids.text, self.aids.reach)

    def _size(self) -> tuple[int, int]:
        width, height = EventLoop.window.size
        return int(width), int(height)

    # --- Time

    def _tell(self) -> None:
        if self._stopping or self._tally.too_many():
            stopTouchApp()
            return
        self._see_who_is_there()
        self._watch_the_desk()
        self._forget_choices()
        if self._frame is not None:
            self._frame.tell()
        if self.screen is not None:
            self.screen.tell()
        self._say()

    def _watch_the_desk(self) -> None:
        """Say that it takes a moment while the desk is silent; go on where it was when it is not."""
        silent, waits = self._silence() > MOMENT_SECONDS, isinstance(self.screen, MomentScreen)
        if self.view is None or silent is waits:
            return
        left_at = self._left_at()
        if silent:
            self._put(self._made(MomentScreen, MomentView(self.view.status, phone=self.view.phone)))
            self._kept = left_at
        else:
            screen = self._made(screen_of(self.view), self.view)
            self._resume(screen, left_at)
            self._put(screen)

    def _forget_choices(self) -> None:
        """Once nobody has been there for a while, be again as the station was set up."""
        alone = not self._in_visit() and self._clock() - self._there_ms >= _ALONE_MS
        if alone and (self.aids != self.home or self._panel is not None):
            self.close_panel()
            self._use(self.home)

    # --- Touches and faults

    def _touched(self, on_control: bool) -> None:  # noqa: FBT001  # the glass tells just this
        """Note that a finger came down. Where it asks for nothing, it still says that somebody is there."""
        self._there_ms = self._clock()
        self._pace.alone = False
        if not on_control:
            self._stay()

    def _stay(self) -> None:
        if self._in_visit():
            self._submit(StillHere())

    def _see_who_is_there(self) -> None:
        """Go slowly while nobody is there; once they have left, give back what their screens have used."""
        alone = not self._in_visit() and self._clock() - self._there_ms >= _STILL_MS
        if alone and not self._pace.alone:
            memory.give_back()
        self._pace.alone = alone

    def _in_visit(self) -> bool:
        return self.view is not None and self.view.countdown is not None

    def _stage(self, shape: Shape) -> Stage:
        return Stage(shape, self.tr, self._submit, self._clock, PALETTES[self.aids.theme])

    def _resized(self, *_: Any) -> None:
        self._guarded(self._make_anew)

    def _spoken(self, *_: Any) -> None:
        self._there_ms = self._clock()
        self.aids = replace(self.aids, language=self.tr.language)
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
            self._put(self._made(SorryScreen, calm))
        except Exception:
            log.exception("not even the calm screen could be shown")


def _is_about_the_same(before: View, view: View) -> bool:
    """Return whether a finger that came down on the one means the same on the other."""
    return _is_the_same(before, view) or (isinstance(before, IdleView) and isinstance(view, IdleView))


def _is_the_same(before: View, view: View) -> bool:
    """Return whether nothing is different but the state of the station and the time that is left."""
    return replace(before, status=view.status, countdown=view.countdown) == view
