"""No way out by keyboard: whatever is plugged in or typed, the window takes no key and does not close by itself.

The station needs none: a scanner speaks over a serial line, and people touch. A scanner set to "keyboard", or
somebody with a keyboard of their own, reaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_KEYS = ("on_key_down", "on_key_up", "on_keyboard", "on_textinput", "on_textedit")
_DROPS = ("on_drop_begin", "on_drop_file", "on_drop_text", "on_drop_end")


class Shutter:
    """Swallows keys and requests to close, for as long as it is down. `may_close` says that the end is ours."""

    def __init__(self, window: Any, may_close: Callable[[], bool]) -> None:
        self._window = window
        self._may_close = may_close

    def down(self) -> None:
        """Take no key from now on."""
        for event in (*_KEYS, *_DROPS):
            self._window.fbind(event, _swallow)
        self._window.fbind("on_request_close", self._closing)

    def up(self) -> None:
        """Let the window be as it was."""
        for event in (*_KEYS, *_DROPS):
            self._window.funbind(event, _swallow)
        self._window.funbind("on_request_close", self._closing)

    def _closing(self, *_: Any, **__: Any) -> bool:
        return not self._may_close()


def _swallow(*_: Any, **__: Any) -> bool:
    """Say that it is dealt with: nothing bound before hears of it, nor Kivy itself."""
    return True
