"""A station on a stage: the real one, with its screen drawn off screen, played line by line through its own pipes.

`python -m nabolan.demo.stage --config FILE --shape 1280x800` reads one JSON command per line and answers each with
one JSON line. It is what the tour kills and starts again, and it is no part of a station in service.

| command | does |
|---|---|
| `{"do": "touch", "words": "Ferdig", "beside": ""}` | touches the control that says so, at its pixels |
| `{"do": "wait", "view": "AccountView", "seconds": 5}` | waits until that screen is drawn |
| `{"do": "read"}` | returns the words on the screen |
| `{"do": "look", "file": "…png"}` | takes a picture of the window |
| `{"do": "figures"}` | returns how long commits took (ms), how many entries wait for the hub, whether it is offline |

Every answer carries `view` and `at`, the monotonic time at which it was true.
"""

from __future__ import annotations

import argparse
import json
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.settings import read_settings
from kiosk.station import Station
from kiosk.ui import environment
from nabolan.demo.clock import TrustedClock
from sync.agent.agent import Pace

if TYPE_CHECKING:
    from kiosk.ui.app import KioskApp
    from kiosk.ui.person import Person

REHEARSAL_PACE = Pace(every=0.5, feed_every=5.0, first_wait=0.2, longest_wait=1.0)
"""The tour is short, so the agent tries more often than a station in service; what it does is the same."""


class Stage:
    """The station, its screen, and somebody in front of it."""

    def __init__(self, config: Path, width: int, height: int) -> None:
        settings = read_settings(config)
        environment.prepare(settings.data_dir / "kivy", environment.Window(width, height))
        from kiosk.ui.app import KioskApp  # noqa: PLC0415 - only after prepare
        from kiosk.ui.person import Person  # noqa: PLC0415

        self._app: KioskApp = KioskApp(
            lambda touch: self._station.submit(touch),
            lambda: self._station.read_clock().up_ms,
            lambda: self._station.local_now(),
            language=settings.language,
        )
        self._app.open()
        self._person: Person = Person(self._app)
        self._station = Station(settings, self._app.show, clock=TrustedClock(), pace=REHEARSAL_PACE)
        self._words: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "touch": self._touch,
            "wait": self._wait,
            "read": lambda _: {"words": list(self._person.reads())},
            "look": self._look,
            "figures": self._figures,
        }

    def play(self) -> None:
        """Serve until the pipe ends."""
        self._station.start()
        self._say({"ready": True})
        while True:
            ready, _, _ = select.select([sys.stdin], [], [], 0.005)
            if not ready:
                self._person.wait()
                continue
            line = sys.stdin.readline()
            if not line:
                break
            self._say(self._perform(line))
        self._app.close()
        self._station.stop()

    def _perform(self, line: str) -> dict[str, Any]:
        try:
            command = json.loads(line)
            return {"ok": True, **self._words[command["do"]](command)}
        except (LookupError, ValueError, TypeError) as error:
            return {"ok": False, "why": str(error)}

    def _say(self, answer: dict[str, Any]) -> None:
        here = {"view": self._view(), "at": time.monotonic()}
        sys.stdout.write(json.dumps({**answer, **here}) + "\n")
        sys.stdout.flush()

    def _view(self) -> str:
        return type(self._app.view).__name__

    def _touch(self, command: dict[str, Any]) -> dict[str, Any]:
        """Touch it as soon as it is there: a person, too, waits for the button they were told to press."""
        words, beside = command["words"], command.get("beside", "")
        until = time.monotonic() + command.get("seconds", 5.0)
        while True:
            try:
                self._person.find(words, beside)
                break
            except LookupError:
                if time.monotonic() > until:
                    raise
            self._person.wait()
            time.sleep(0.001)
        self._person.touch(words, beside)
        return {}

    def _figures(self, _: dict[str, Any]) -> dict[str, Any]:
        desk, view = self._station.desk, self._app.view
        return {
            "commit_ms": list(desk.commit_ms),
            "waiting": desk.ask(lambda store: store.waiting_count()),
            "offline": view is not None and view.status.offline,
            "faults": self._app.faults,
        }

    def _wait(self, command: dict[str, Any]) -> dict[str, Any]:
        until = time.monotonic() + command.get("seconds", 5.0)
        while self._view() != command["view"]:
            if time.monotonic() > until:
                raise LookupError(f"no {command['view']}; the screen is {self._view()}: {self._person.reads()}")
            self._person.wait()
            time.sleep(0.001)
        self._person.wait()
        return {}

    def _look(self, command: dict[str, Any]) -> dict[str, Any]:
        self._person.wait(3)
        self._person.look(Path(command["file"]))
        return {}


def main() -> int:
    """Play until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m nabolan.demo.stage")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--shape", default="1280x800")
    chosen = parser.parse_args()
    width, height = (int(n) for n in chosen.shape.split("x"))
    Stage(chosen.config, width, height).play()
    return 0


if __name__ == "__main__":
    sys.exit(main())
