"""What stands around every screen: the status line, the time left, and the banner of the last seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.desk.views import Countdown, Status
from kiosk.ui.theme import Rect
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.status import Acts, StatusLine, StayBanner, TimeLeft, Tools, left_ms


class Frame(Box):
    """Lies over the screen. The banner of the last seconds takes the status line's place.

    In reach mode the buttons of the status line stand at `tools`, and so does the banner's.
    """

    def __init__(self, stage: Stage, now: Callable[[], datetime], acts: Acts, tools: Rect | None = None) -> None:
        super().__init__(stage, stage.shape.window)
        self._now, self._acts, self._tools_at = now, acts, tools
        self._status: StatusLine | None = None
        self._left: TimeLeft | None = None
        self._banner: StayBanner | None = None
        self._tools: Tools | None = None
        self._countdown: Countdown | None = None
        self._last_status: Status | None = None
        self._show_tools(stays=False)

    @property
    def banner(self) -> StayBanner | None:
        """The warning of the last seconds, while it is shown."""
        return self._banner

    def show(self, status: Status, countdown: Countdown | None) -> None:
        """Show another status or countdown; the same ones change nothing."""
        if status != self._last_status:
            self._last_status = status
            if self._status is not None:
                self.remove(self._status)
                self._status.take_apart()
            self._status = StatusLine(self.stage, status, self._now(), self._acts)
            if self._banner is None:
                self.add_below(self._status)
        if countdown != self._countdown:
            self._countdown = countdown
            self._show_countdown(countdown)
        self.tell()

    def tell(self) -> None:
        """Show what changes with time alone. Nothing is laid out anew."""
        if self._status is not None:
            self._status.tell(self._now())
        if self._countdown is None:
            return
        left = left_ms(self._countdown, self.stage.clock())
        if self._banner is not None:
            self._banner.tell()
        elif 0 < left <= self._countdown.warn_ms:
            self._ask(self._countdown)
        elif self._left is not None:
            self._left.tell()

    def _show_countdown(self, countdown: Countdown | None) -> None:
        if self._left is not None:
            self.remove(self._left)
        if self._banner is not None:
            self.remove(self._banner)
            self._banner = None
            if self._status is not None:
                self.add_below(self._status)
            self._show_tools(stays=False)
        self._left = None if countdown is None else TimeLeft(self.stage, countdown)
        if self._left is not None:
            self.add(self._left)

    def _ask(self, countdown: Countdown) -> None:
        if self._status is not None:
            self.lay_aside(self._status)
        if self._left is not None:
            self.remove(self._left)
            self._left = None
        self._banner = StayBanner(self.stage, countdown, self._acts)
        self.add(self._banner)
        self._show_tools(stays=True)

    def _show_tools(self, *, stays: bool) -> None:
        if self._tools_at is None:
            return
        if self._tools is not None:
            self.remove(self._tools)
        self._tools = Tools(self.stage, self._tools_at, self._acts, stays=stays)
        self.add(self._tools)
