"""Who may let a station in anew, and what of it is kept whatever comes in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.journals import make_identity
from support.library import HERE, at

from hardware.clock import ClockReading, SystemClock
from kiosk.care import care_for
from kiosk.enrolment import is_from_own_hub, is_of_another
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.store.station_store import StationStore
from kiosk.store.upkeep import whose_journal
from lending.entries import Draft, Started
from lending.errors import Refused
from sync.agent.identity import FILE, load, save
from sync.invitation import Invitation, write

PIN = "ab" * 32
URL = "https://hub.example.org"
LETTER = Invitation("ls-0042", "A" * 16, URL, PIN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a unit that has a journal and has lost its identity."""
    settings = Settings(data_dir=tmp_path)
    store = StationStore.open(settings.database, HERE)
    store.commit([Draft("a" * 32, Started("test", unclean=False))], at(0))
    store.close()
    return settings


@pytest.mark.parametrize("spoilt", [None, "{"], ids=["gone", "spoilt"])
def test_the_journal_says_whose_unit_this_is(settings: Settings, spoilt: str | None) -> None:
    """Also without an identity beside it a journal is not taken over by another station."""
    if spoilt is not None:
        (settings.data_dir / FILE).write_text(spoilt)
    assert whose_journal(settings.database) == HERE
    assert is_of_another(settings, "another")
    assert not is_of_another(settings, HERE)


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100], ids=["none", "empty", "spoilt"])
def test_a_unit_without_a_journal_is_nobodys(tmp_path: Path, content: bytes | None) -> None:
    """A new unit, or one whose file cannot be read, may become any station."""
    settings = Settings(data_dir=tmp_path)
    if content is not None:
        settings.database.write_bytes(content)
    assert whose_journal(settings.database) == ""
    assert not is_of_another(settings, HERE)


@pytest.mark.parametrize(
    ("letter", "own"),
    [
        (LETTER, True),
        (replace(LETTER, code="B" * 16), True),
        (replace(LETTER, url="https://hub.example.com"), False),
        (replace(LETTER, pin="cd" * 32), False),
        (replace(LETTER, pin=""), False),
        (replace(LETTER, station="another"), False),
    ],
)
def test_only_the_hub_that_let_it_in_may_call_again(tmp_path: Path, letter: Invitation, own: bool) -> None:  # noqa: FBT001
    """A code of another hub, of another key or for another station is not its own; nor is one that was torn."""
    identity = replace(make_identity("ls-0042"), hub_url=URL, pin=PIN)
    text = write(letter).encode()
    assert is_from_own_hub(Settings(data_dir=tmp_path), identity, text) is own
    assert not is_from_own_hub(Settings(data_dir=tmp_path), identity, text[:-1])


def test_a_late_token_does_not_undo_a_new_enrolment(tmp_path: Path) -> None:
    """A token that comes after the station was let in anew is not kept: it belongs to the identity of before."""
    before = make_identity()
    save(tmp_path, replace(before, epoch=2, token="of the new one"))
    care = care_for(pytest.fail, pytest.fail, tmp_path, pytest.fail)
    with pytest.raises(Refused):
        care.keep(replace(before, token="too late"))
    assert load(tmp_path).token == "of the new one"
    care.keep(replace(before, epoch=2, token="rolled"))
    assert load(tmp_path).token == "rolled"


class StumblingClock(SystemClock):
    """A clock that cannot be read yet, as an RTC on a bus that is still waking up."""

    def __init__(self) -> None:
        super().__init__()
        self.stumbles = True

    def read(self) -> ClockReading:
        if self.stumbles:
            raise OSError
        return super().read()


def test_a_station_that_could_not_be_put_together_can_be_tried_again(tmp_path: Path) -> None:
    """Whatever goes wrong lets go of file and folder; else each later try would find a station running."""
    save(tmp_path, make_identity())
    clock, shown = StumblingClock(), []
    with pytest.raises(OSError):  # noqa: PT011 - the fault itself is not the point
        Station(Settings(data_dir=tmp_path), shown.append, clock=clock)
    clock.stumbles = False
    station = Station(Settings(data_dir=tmp_path), shown.append, clock=clock)
    station.start()
    station.stop()
    assert shown
