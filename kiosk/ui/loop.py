"""Kivy's loop and its window: turned by hand, looked at pixel for pixel, and kept going whatever a callback does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kivy.base import EventLoop, ExceptionHandler, ExceptionManager, runTouchApp
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels


class StumblesError(RuntimeError):
    """So much went wrong in so short a time that only a new start of the program can help."""


class Pixels(NamedTuple):
    """What a window shows: four bytes a pixel (RGBA), the lowest row first."""

    width: int
    height: int
    rgba: bytes


class Calm(ExceptionHandler):  # type: ignore[misc]  # Kivy has no types
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


def turn(times: int = 1) -> None:
    """Run so many turns of the loop, without staying in it."""
    if EventLoop.status != "started":
        runTouchApp(embedded=True)
    for _ in range(times):
        try:
            EventLoop.idle()
        except Exception as error:  # as Kivy's own loop does
            if ExceptionManager.handle_exception(error) == ExceptionManager.RAISE:
                raise


def drawn() -> Pixels:
    """Draw the window now and return what it shows."""
    window = EventLoop.window
    window.canvas.ask_update()
    window.dispatch("on_draw")
    width, height = (int(n) for n in window.system_size)
    return Pixels(width, height, glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))


def wait_for_the_picture(*_: Any) -> None:
    """Wait until all is drawn. Off screen nothing else does, and frames would queue up in memory."""
    glFinish()
