"""One life of the station's program, with a person in front of it, in a process of its own.

`python -m bench.ui_program FOLDER DEVICES START IDLE_SECONDS ROUNDS`: START is the monotonic time at which this
process was begun. What runs is `kiosk.run.run`, as on a station. Prints figures as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.ui_window import NO_HUB, resident_mb, window_of_a_station

_TAP_SECONDS = 0.06
_BREATH_SECONDS = 0.45
"""Between two touches at one spot: a quicker one is taken for an echo."""

_GONE_SECONDS = 0.8
"""Until the reader has surely noticed that the card is gone."""


def main() -> int:
    """Run the program and play on it."""
    folder, devices, began, idle, rounds = sys.argv[1:]
    window_of_a_station(Path(folder) / "kivy")
    from kiosk.run import run  # noqa: PLC0415 - part of the start that is measured
    from kiosk.settings import Settings  # noqa: PLC0415

    settings = Settings(
        data_dir=Path(folder), hub_url=NO_HUB, reader_port=f"{devices}/reader", scanner_port=f"{devices}/scanner"
    )
    stage = Play(float(began), Path(folder), Path(devices), float(idle), int(rounds))
    stage.start()
    ended = run(settings)
    stage.join()
    sys.stdout.write(json.dumps(stage.found))
    return ended or (not stage.found)


class Play(threading.Thread):
    """What a person does, on a thread of its own; `found` is what it measured."""

    def __init__(self, began: float, folder: Path, devices: Path, idle: float, rounds: int) -> None:
        super().__init__(name="person", daemon=True)
        self.found: dict[str, Any] = {}
        self._began, self._idle, self._rounds = began, idle, rounds
        self._folder, self._devices = folder, devices
        from bench.ui_watch import Watch  # noqa: PLC0415 - opens the window

        self._watch = Watch(_look)

    def run(self) -> None:
        """Play, and then end the program as systemd would."""
        try:
            self._play()
        except BaseException:
            self.found = {}
            raise
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def _play(self) -> None:
        from bench.ui_watch import cpu_share  # noqa: PLC0415
        from kiosk.desk.views import IdleView  # noqa: PLC0415

        drawn = self._sees(IdleView, 0.0)
        answered = self._first_touch()
        found: dict[str, Any] = {"first_frame_s": drawn - self._began, "touchable_s": answered - self._began}
        found["started_mb"] = resident_mb()
        if self._idle:
            time.sleep(3)
            found["idle_cpu"] = cpu_share(self._idle)
        if self._rounds:
            found |= self._visits()
        found["mb"] = resident_mb()
        self.found = found

    def _first_touch(self) -> float:
        """Put a finger on a control of the status line, and return when it was drawn as pressed."""
        from kiosk.ui.person import Finger  # noqa: PLC0415

        x, y = self._middle(lambda box: box.rect.bottom <= box.stage.shape.top)
        began = time.monotonic()
        finger = Finger(x, y)
        finger.begin()
        answered = self._watch.wait(lambda shows: bool(shows[1]), began)  # type: ignore[index]
        finger.slide(1, 1)
        finger.end()
        time.sleep(_TAP_SECONDS)
        return answered

    def _visits(self) -> dict[str, list[float]]:
        from bench.ui_bring import Bring  # noqa: PLC0415 - no part of a start
        from hardware.control import ControlClient  # noqa: PLC0415
        from kiosk.desk.views import (  # noqa: PLC0415
            AccountView,
            BorrowView,
            ConfirmedView,
            IdleView,
            ReturnedView,
        )

        control = ControlClient.from_file(self._devices / "control")
        bring = Bring.read(self._folder)
        cards, codes = bring.cards, bring.codes
        account, borrow, confirmed, returned = [], [], [], []
        for number in range(self._rounds):
            code = codes[number % len(codes)]
            time.sleep(random.uniform(0.2, 0.5))
            account.append(self._command(control, f"place ntag {cards[number % len(cards)]}", AccountView))
            time.sleep(random.uniform(0.2, 0.5))
            borrow.append(self._command(control, f"scan {code}", BorrowView))
            time.sleep(_BREATH_SECONDS)
            self._answer_parts()
            confirmed.append(self._main(ConfirmedView))
            control.send("remove")
            time.sleep(_GONE_SECONDS)
            self._main(IdleView)
            time.sleep(random.uniform(0.2, 0.5))
            returned.append(self._command(control, f"scan {code}", ReturnedView))
            time.sleep(_BREATH_SECONDS)
            self._main(IdleView)
        return {"account_ms": account, "borrow_ms": borrow, "confirmed_ms": confirmed, "returned_ms": returned}

    def _command(self, control: Any, line: str, view: type) -> float:
        began = time.monotonic()
        control.send(line)
        return (self._sees(view, began) - began) * 1000

    def _main(self, view: type) -> float:
        """Touch the main button; return the milliseconds from the lifted finger to the flip of the frame."""
        began = self._tap(*self._middle(lambda box: box.rect == box.stage.shape.main))
        return (self._sees(view, began) - began) * 1000

    def _answer_parts(self) -> None:
        from bench.ui_watch import in_window_thread  # noqa: PLC0415

        words = in_window_thread(lambda: _screen().stage.tr("borrow.all"))
        if in_window_thread(lambda: any(box.says == words for box in _controls())):
            self._tap(*self._middle(lambda box: box.says == words))
            time.sleep(_BREATH_SECONDS)

    def _tap(self, x: float, y: float) -> float:
        from kiosk.ui.person import Finger  # noqa: PLC0415

        finger = Finger(x, y)
        finger.begin()
        time.sleep(_TAP_SECONDS)
        finger.end()
        return time.monotonic()

    def _middle(self, right: Any) -> tuple[float, float]:
        from bench.ui_watch import in_window_thread  # noqa: PLC0415

        rect = in_window_thread(lambda: next(box.rect for box in _controls() if right(box)))
        return rect.x + rect.w / 2, rect.y + rect.h / 2

    def _sees(self, view: type, after: float) -> float:
        return self._watch.wait(lambda shows: shows[0] is view, after)  # type: ignore[index]


def _scene() -> Any:
    from kivy.core.window import Window  # noqa: PLC0415

    return next((child.scene for child in Window.children if hasattr(child, "scene")), None)


def _screen() -> Any:
    from kiosk.ui.screens.screen import Screen  # noqa: PLC0415

    scene = _scene()
    return None if scene is None else next((box for box in scene.boxes if isinstance(box, Screen)), None)


def _controls() -> list[Any]:
    from kiosk.ui.widgets.touchable import Touchable  # noqa: PLC0415

    return [box for box in _scene().walk() if isinstance(box, Touchable)]


def _look() -> tuple[type | None, bool]:
    """Return the kind of the view that is drawn, and whether a control is drawn as pressed."""
    screen = _screen()
    return (None, False) if screen is None else (type(screen.view), any(box.down for box in _controls()))


if __name__ == "__main__":
    sys.exit(main())
