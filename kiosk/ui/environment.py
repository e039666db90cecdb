"""Kivy's surroundings, set before Kivy is imported: it reads the environment and its settings once, at import."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

_QUIET = ("kivy", "PIL")
_begun: list[Window] = []
"""What the first call asked for."""


class TooLateError(RuntimeError):
    """Kivy was imported before its surroundings were set; what it read then no longer changes."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the window is like. `width` and `height` in pixels count when `fullscreen` is off."""

    width: int = 1280
    height: int = 800
    fullscreen: bool = False
    cursor: bool = False
    rotation: int = 0
    frames_per_second: int = 30


def prepare(home: Path, window: Window | None = None) -> None:
    """Set all that Kivy reads at import; the first window is then as `window` says.

    `home` is a folder Kivy may write to. A variable that is set already (by the systemd unit, say) stays.
    With no display and no wish for one, pictures are drawn off screen. Raises TooLateError if Kivy is imported
    already. A further call changes nothing; off screen, where a window cannot grow, it raises TooLateError if it asks
    for a larger window than the first: what lies beyond would never be drawn.
    """
    window = window or Window()
    if _begun:
        if is_offscreen() and (window.width > _begun[0].width or window.height > _begun[0].height):
            raise TooLateError(f"off screen a window that began as {_begun[0]} cannot become {window}")
        return
    if "kivy" in sys.modules:
        raise TooLateError("import kiosk.ui.app only after kiosk.ui.environment.prepare()")
    home.mkdir(parents=True, exist_ok=True)
    for name, value in _variables(home).items():
        os.environ.setdefault(name, value)
    _begun.append(window)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    _configure(window)


def is_offscreen() -> bool:
    """Return whether pictures are drawn off screen: nobody shows them, so each must be waited for."""
    return os.environ.get("SDL_VIDEODRIVER") == "offscreen"


def _variables(home: Path) -> dict[str, str]:
    variables = {
        "KIVY_HOME": str(home),
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_IMAGE": "sdl2",  # reads all our pictures; the others would be loaded too, and never used
    }
    display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))
    if not display:
        variables |= {"SDL_VIDEODRIVER": "offscreen", "KIVY_GRAPHICS": "gles", "SDL_AUDIODRIVER": "dummy"}
    return variables


def _configure(window: Window) -> None:
    from kivy.config import Config  # noqa: PLC0415  # Kivy reads the environment when it is imported

    Config.set("kivy", "exit_on_escape", 0)
    Config.set("kivy", "log_level", "warning")
    graphics = {
        "width": window.width,
        "height": window.height,
        "fullscreen": "auto" if window.fullscreen else 0,
        "borderless": int(window.fullscreen),
        "show_cursor": int(window.cursor),
        "rotation": window.rotation,
        "maxfps": window.frames_per_second,
        "multisamples": 0,
        "allow_screensaver": 0,
    }
    for option, value in graphics.items():
        Config.set("graphics", option, value)
    # SDL makes mouse events from touches; a second source would bring every touch twice.
    for option in list(Config.options("input")):
        Config.remove_option("input", option)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    # Kivy's modules are tools for those who build: an inspector, a screenshot key, a web page. None on a station.
    for option in list(Config.options("modules")):
        Config.remove_option("modules", option)
