"""A station let in by its own scanner: real bytes on a pty, a real hub behind real TLS, pinned by its key."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.desks import Eyes
from support.tls import TlsFront

from hardware.scanner.simulator import ScannerSimulator
from kiosk import run as run_module
from kiosk.desk.views import EnrolStep, EnrolView, IdleView, NoticeView, ShutOut
from kiosk.run import WaitingStation
from kiosk.settings import Settings
from nabolan.demo import world
from nabolan.demo.processes import run
from sync.agent.agent import Pace
from sync.agent.identity import FILE, KEY_FILE, load
from sync.agent.line import NetworkLine
from sync.invitation import read, write

PACE = Pace(every=0.05, feed_every=0.2, first_wait=0.05, longest_wait=0.1)


class Site:
    """A new station with its scanner, at a hub behind TLS whose line can be cut."""

    def __init__(self, folder: Path, hub: world.Hub, scanner: ScannerSimulator, name: str) -> None:
        self.folder, self.hub, self.scanner, self.name = folder, hub, scanner, name
        self.line = NetworkLine(("127.0.0.1", hub.port))
        self.front = TlsFront(folder, self.line.port)
        self.eyes = Eyes()
        self.settings = Settings(data_dir=folder / "station", scanner_port=scanner.path)
        self.station = WaitingStation(self.settings, self.eyes, pace=PACE)

    def letter(self, name: str = "", front: TlsFront | None = None) -> str:
        """Return what the hub's QR holds."""
        front = front or self.front
        settings = {"HUB_URL": front.url, "HUB_CERTIFICATE": str(front.file)}
        shown = run("sync.hub", ["station", name or self.name, "Test", "--qr"], self.hub.environment | settings)
        return shown.strip().splitlines()[-1]

    def close(self) -> None:
        """Leave nothing running."""
        self.station.stop()
        self.front.close()
        self.line.close()


@pytest.fixture
def site(
    hub: tuple[world.Hub, Path], tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """A station that waits for its code."""
    monkeypatch.setattr(run_module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(run_module, "ANSWER_SECONDS", 0.1)
    with ScannerSimulator() as scanner:
        made = Site(tmp_path, hub[0], scanner, f"e-{abs(hash(request.node.nodeid)) % 10**8:08}")
        made.station.start()
        assert made.eyes.see(EnrolView).step is EnrolStep.WAITING
        while not made.station._scanner_up:
            time.sleep(0.01)
        yield made
        made.close()


def sees(site: Site, step: EnrolStep) -> None:
    site.eyes.see(EnrolView, lambda view: view.step is step)


def test_a_station_reads_its_code_and_goes_on_to_lend(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """From the QR on the scanner to the idle screen with the library's things, without a restart; the code is used
    up, nothing of it is logged, and the station knows the hub by its key from now on.
    """
    caplog.set_level(logging.DEBUG)
    letter = site.letter()
    site.scanner.scan(letter)
    site.eyes.see(IdleView, lambda view: view.status.station == "Test")  # the name comes with the feed
    identity = load(site.settings.data_dir)
    assert (identity.station, identity.hub_url, identity.pin) == (site.name, site.front.url, site.front.pin)
    assert read(letter).code not in caplog.text
    assert read(letter).code not in "".join(str(view) for view in site.eyes.views)
    assert not (site.settings.data_dir / KEY_FILE).exists()


def no_code(_: Site) -> str:
    return "2809901017"


def torn(site: Site) -> str:
    return site.letter()[:-3]


def of_tomorrow(_: Site) -> str:
    return "NB7*ANYTHING"


def replaced_by_a_newer(site: Site) -> str:
    older = site.letter()
    site.letter()
    return older


ODD: list[tuple[Callable[[Site], str], EnrolStep]] = [
    (no_code, EnrolStep.NOT_READ),
    (torn, EnrolStep.NOT_READ),
    (of_tomorrow, EnrolStep.TOO_NEW),
    (replaced_by_a_newer, EnrolStep.REFUSED),
]


@pytest.mark.parametrize(("make", "step"), ODD, ids=[make.__name__ for make, _ in ODD])
def test_a_code_that_does_not_count_gets_its_answer(site: Site, make: Callable[[Site], str], step: EnrolStep) -> None:
    """Each kind of wrong code has its own words on the screen, keeps nothing, and a good one works after it."""
    site.scanner.scan(make(site))
    sees(site, step)
    assert not (site.settings.data_dir / FILE).exists()
    site.scanner.scan(site.letter())
    site.eyes.see(IdleView)


def test_a_hub_with_another_key_is_sent_nothing(site: Site) -> None:
    """A server that does not have the key in the code is not told the code."""
    before = read(site.letter())
    other = TlsFront(site.folder, site.line.port)
    site.scanner.scan(write(replace(before, url=other.url)))
    sees(site, EnrolStep.STRANGER)
    assert other.heard == 0
    other.close()


def test_without_network_the_code_is_kept_and_tried_again(site: Site) -> None:
    """With the line cut the screen says so; once it is mended the station goes on by itself with the same code."""
    letter = site.letter()
    site.line.cut()
    site.scanner.scan(letter)
    sees(site, EnrolStep.NO_NETWORK)
    site.line.mend()
    site.eyes.see(IdleView)


def test_a_lost_answer_does_not_cost_the_code(site: Site) -> None:
    """The hub has used the code up but its answer is lost: the same key gets in with the same code."""
    letter = site.letter()
    site.line.drop_after(20)
    site.scanner.scan(letter)
    sees(site, EnrolStep.NO_NETWORK)
    site.line.mend()
    site.eyes.see(IdleView)
    assert load(site.settings.data_dir).epoch == 1


def test_a_station_that_was_shut_out_reads_a_new_code(site: Site, tmp_path: Path) -> None:
    """Shut out by staff, the station says so; a new code held to its scanner lets it in again, with a new epoch. One
    of another hub, which anybody could bring, is not taken while no staff are at work.
    """
    site.scanner.scan(site.letter())
    site.eyes.see(IdleView, lambda view: view.status.station == "Test")
    run("sync.hub", ["revoke", site.name], site.hub.environment)
    site.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.NOT_ALLOWED)
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    stranger = TlsFront(strangers, site.line.port)
    site.scanner.scan(site.letter(front=stranger))
    site.eyes.see(NoticeView)
    site.scanner.scan(site.letter())
    site.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.NO and view.status.queued == 0)
    assert load(site.settings.data_dir).epoch == 2
    assert stranger.heard == 0
    stranger.close()


def test_a_code_that_is_read_twice_counts_once(site: Site) -> None:
    """A scanner reads a code for as long as it lies before it; once the station is in, that changes nothing."""
    letter = site.letter()
    site.scanner.scan(letter)
    site.scanner.scan(letter)
    site.eyes.see(IdleView, lambda view: view.status.station == "Test")
    before = len(site.eyes.views)
    time.sleep(0.3)
    assert not [view for view in site.eyes.views[before:] if isinstance(view, EnrolView)]
    assert load(site.settings.data_dir).epoch == 1
