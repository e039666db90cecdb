"""A window off screen, and a person in front of it. Kivy reads its surroundings at import: they are set first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import pytest
from support import window
from support.desks import DeskRun

from kiosk.desk.views import View

window.begin()

from kiosk.ui.app import KioskApp  # noqa: E402
from kiosk.ui.gallery import NOW, UP_MS, views  # noqa: E402
from kiosk.ui.gallery.measure import Gauge  # noqa: E402
from kiosk.ui.person import Person  # noqa: E402
from kiosk.ui.theme import Rect, Shape  # noqa: E402
from kiosk.ui.widgets.words import Words  # noqa: E402
from lending.visit import StillHere, Touch  # noqa: E402


@dataclass
class Kiosk:
    """The screen under test, what it sent, and the clocks it reads."""

    up_ms: int = UP_MS
    now: datetime = NOW
    sent: list[Touch] = field(default_factory=list)
    frames: int = 0
    language: str = "nb"

    def __post_init__(self) -> None:
        self.app = KioskApp(self.sent.append, lambda: self.up_ms, lambda: self.now, self.language, self._count)
        self.person = Person(self.app)

    def show(self, view: View | str) -> None:
        """Show a view, or the gallery's example of that name, and wait until it stands there."""
        self.app.show(views()[view] if isinstance(view, str) else view)
        self.person.wait(2)

    def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        self.app.resize(width, height)
        self.person.wait(2)

    def pass_time(self, seconds: float) -> None:
        """Let the clock since boot go on, and the screen notice."""
        self.up_ms += round(seconds * 1000)
        self.app._tell()
        self.person.wait(2)

    @property
    def asked(self) -> list[Touch]:
        """What was sent besides that somebody is still here."""
        return [touch for touch in self.sent if touch != StillHere()]

    def _count(self) -> None:
        self.frames += 1


@dataclass(frozen=True)
class Text:
    """Words on a page: their place, where the letters are, and the place of what they stand on."""

    says: str
    place: Rect
    letters: Rect
    ground: Rect

    @property
    def ink(self) -> Rect:
        """Where letters can be: a line has air above and below."""
        return self.letters.inset(0, min(5, self.letters.h / 4))


@dataclass(frozen=True)
class Page:
    """One example in one window shape and language."""

    name: str
    view: View
    shape: Shape
    texts: tuple[Text, ...]
    controls: tuple[tuple[str, Rect], ...]


def _all(kiosk, size):
    """Show every example of the gallery and measure it, but for its pixels."""
    kiosk.resize(*size)
    gauge = Gauge(kiosk.app, pixels=False)
    for name, view in views().items():
        kiosk.show(view)
        assert kiosk.app.faults == 0, name
        yield name, gauge.measure()


def _page(kiosk, name, view):
    kiosk.show(view)
    assert kiosk.app.faults == 0, name
    controls = tuple((box.says, box.rect) for box in kiosk.person.controls())
    return Page(name, view, kiosk.app.shape, tuple(_texts(kiosk.app.scene)), controls)


def _texts(ground):
    for box in ground.boxes:
        if isinstance(box, Words) and box.text:
            yield Text(box.text, box.rect, box.drawn, ground.rect)
        yield from _texts(box)


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    """A window of 1280x800 with nothing shown yet; the screen may not stumble unless a test expects it."""
    kiosk = Kiosk()
    kiosk.app.open()
    kiosk.resize(1280, 800)
    yield kiosk
    kiosk.app.close()
    assert kiosk.app.faults == 0


@pytest.fixture(scope="session")
def gallery():
    """Give what is wrong in some ways in a window size and language; each is measured once."""

    @cache
    def measured(size, language):
        kiosk = Kiosk(language=language)
        kiosk.app.open()
        try:
            return dict(_all(kiosk, size))
        finally:
            kiosk.app.close()

    def wrong(size, language, *kinds):
        return {name: found for name, one in measured(size, language).items() if (found := one.of(*kinds))}

    return wrong


@pytest.fixture
def measure():
    """Show one view and measure it."""
    return _page


@pytest.fixture
def run(tmp_path):
    """A desk that serves on its own thread."""
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    yield run
    run.desk.stop()
