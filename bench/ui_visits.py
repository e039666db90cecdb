"""Many visits at a station with its screen, in a process of its own: does its memory grow?

`python -m bench.ui_visits FOLDER VISITS`; prints figures as JSON. Cards and scans go to the desk as the devices would
hand them over and so do touches, since a finger may not come twice within half a second; every screen is drawn, and
the visits follow each other without a pause.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.ui_bring import Bring
from bench.ui_window import NO_HUB, resident_mb, window_of_a_station
from kiosk.desk.views import AccountView, BorrowView, ConfirmedView, IdleView, ReturnedView, View
from kiosk.settings import Settings
from kiosk.station import Station
from lending.visit import CardShown, ConfirmLoan, Done, Input, ItemScanned, RestIsHere
from sync.agent.identity import load

SETTLED = 200
"""After so many visits, with every screen seen, memory should stay as it is."""

EVERY = 20
_PATIENCE_SECONDS = 20.0
_LANGUAGE_EVERY = 10


def main() -> int:
    """Serve the visits, and print the memory after each `EVERY`."""
    folder, visits = Path(sys.argv[1]), int(sys.argv[2])
    settings = Settings(data_dir=folder, hub_url=NO_HUB)
    window_of_a_station(folder / "kivy", frames_per_second=0)
    from kiosk.ui.app import KioskApp  # noqa: PLC0415 - Kivy reads its surroundings at import
    from kiosk.ui.person import Person  # noqa: PLC0415

    app = KioskApp(
        lambda touch: station.submit(touch), lambda: station.read_clock().up_ms, lambda: station.local_now()
    )
    app.open()
    person = Person(app)
    station = Station(settings, app.show)
    station.start()
    identity, bring = load(folder), Bring.read(folder)

    def until(view: type[View], seconds: float = _PATIENCE_SECONDS) -> None:
        end = time.monotonic() + seconds
        while type(app.view) is not view:
            if time.monotonic() > end:
                raise TimeoutError(f"no {view.__name__}; the screen is {type(app.view).__name__}")
            person.wait()
            time.sleep(0.001)
        person.wait()

    def step(given: Input, view: type[View]) -> None:
        station.desk.submit(given)
        until(view)

    begun, after = resident_mb(), []
    until(IdleView)
    for number in range(visits):
        _visit(step, identity.card(bring.cards[number % len(bring.cards)])[0], bring.codes[number % len(bring.codes)])
        if number % _LANGUAGE_EVERY == 0:
            app.switch_language()
            person.wait()
        if (number + 1) % EVERY == 0:
            after.append(resident_mb())
    faults = app.faults
    app.close()
    station.stop()
    sys.stdout.write(json.dumps({"begun_mb": begun, "after_mb": after, "faults": faults}))
    return 0


def _visit(step: Callable[[Input, type[View]], None], card: str, code: str) -> None:
    """Borrow a thing, and bring it back."""
    step(CardShown(card), AccountView)
    step(ItemScanned(code), BorrowView)
    step(RestIsHere(), BorrowView)
    step(ConfirmLoan(), ConfirmedView)
    step(Done(), IdleView)
    step(ItemScanned(code), ReturnedView)
    step(Done(), IdleView)


if __name__ == "__main__":
    sys.exit(main())
