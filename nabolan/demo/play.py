"""`bin/demo`: a station in a window of this machine, its hub, and a panel to lay cards and scan things.

Everything is a process of its own and ends with the others. `python -m nabolan.demo.play --station FILE` is the
station's: the real one, in a window instead of on the whole screen.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from hardware.control import ControlServer
from hardware.errors import ControlRefused
from kiosk.settings import read_settings
from kiosk.station import Station
from kiosk.store.owner import Ownership
from kiosk.ui import environment
from lending.errors import NabolanError, Refused
from nabolan.demo import world
from nabolan.demo.clock import TrustedClock
from nabolan.demo.processes import Processes
from nabolan.demo.stage import REHEARSAL_PACE
from sync.agent.line import NetworkLine

EXIT_REFUSED = 2
FOLDER = ".demo"
TITLE = "Nabolån"
BESIDE = 16
"""Pixels between the station's window and the panel."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_demo(shape: str) -> int:
    """Play until a window is closed or Ctrl-C; return 0, 1 if a program ended by itself, 2 if it cannot be played.

    The world lies in `.demo` of the current folder and is there again the next time.
    """
    if not os.environ.get("DISPLAY"):
        return _complain("There is no display here to open a window on (DISPLAY is not set).\n"
                         "`bin/demo --tour` plays a whole visit without one and leaves pictures.")  # fmt: skip
    width, height = size(shape)
    folder = Path.cwd() / FOLDER
    try:
        with _stopped_by_signals(), _alone(folder), Programs(folder / "logs") as programs:
            return _play_here(folder, programs, width, height)
    except KeyboardInterrupt:
        return _say("The demo has ended. What was done in it is kept.")


def size(shape: str) -> tuple[int, int]:
    """Return width and height of "800x480"; raises Refused for anything else."""
    width, _, height = shape.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise Refused(f"the shape is width x height in pixels, like 800x480, not {shape!r}")
    return int(width), int(height)


def _play_here(folder: Path, programs: Programs, width: int, height: int) -> int:
    try:
        return _play(folder, programs, width, height)
    except NabolanError as no:
        return _complain(f"The demo cannot be played: {no}\nIf it stays so, delete {folder} and start anew.")


def _play(folder: Path, programs: Programs, width: int, height: int) -> int:
    _say("A hub, a card reader and a scanner are starting")
    _forget_half_a_world(folder)
    hub = world.start_hub(folder / "hub", programs)
    line = NetworkLine(("127.0.0.1", hub.port))
    with ControlServer(_Switch(line).perform) as network:
        devices = world.start_devices(folder / "devices", programs)
        config = world.prepare_station(folder / "station", folder / "devices", hub, line)
        station = ["--station", str(config), "--shape", f"{width}x{height}"]
        programs.start("station", __name__, station, _window_at(0))
        addresses = ["--devices", _address(devices.address), "--network", _address(network.address)]
        programs.start("panel", "nabolan.demo.panel", addresses, _window_at(width + BESIDE))
        programs.start_warden()
        _say(f"The station stands in its window, the panel for cards and things beside it.\n"
             f"Staff pages: {hub.url}/   name: {hub.staff}   password: {hub.password}\n"
             f"Close a window or press Ctrl-C to stop. The next time it goes on from here; to start anew, "
             f"delete {folder}")  # fmt: skip
        status = programs.wait()
        line.close()
    return status


class Programs(Processes):
    """The demo's processes by name; the first one to end ends the demo."""

    def __init__(self, logs: Path) -> None:
        super().__init__(logs)
        self._logs_folder = logs
        self._by_name: dict[str, subprocess.Popen[bytes]] = {}

    def __exit__(self, *error: object) -> None:
        if "warden" in self._by_name:
            self._by_name["warden"].kill()  # or it would end all at once, the hub before the station has said goodbye
        super().__exit__(*error)

    def start(
        self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program of the demo, as Processes does."""
        process = super().start(name, module, arguments, environment)
        self._by_name[name] = process
        return process

    def start_warden(self) -> None:
        """Start what ends all the others if this process is killed and can no longer do so."""
        self.start("warden", __name__, ["--warden", *(str(process.pid) for process in self._by_name.values())])

    def wait(self) -> int:
        """Return 0 once a window was closed, 1 once another program ended by itself."""
        while True:
            for name, process in self._by_name.items():
                if process.poll() is not None:
                    return self._ended(name, process.returncode)
            sleep(0.1)

    def _ended(self, name: str, status: int) -> int:
        if status == 0 and name in {"station", "panel"}:
            return _say("A window was closed, so the demo has ended. What was done in it is kept.")
        _complain(f"The demo has ended: its {name} stopped by itself (exit {status}). "
                  f"See {self._logs_folder / name}.log")  # fmt: skip
        return 1


class _Switch:
    """Takes the panel's two words for the network."""

    def __init__(self, line: NetworkLine) -> None:
        self._words = {"cut": line.cut, "mend": line.mend}

    def perform(self, word: str) -> str:
        """Cut or mend the line; raises ControlRefused for any other word."""
        if word not in self._words:
            raise ControlRefused("say: cut, or mend")
        self._words[word]()
        return ""


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Make SIGINT, SIGTERM and SIGHUP one KeyboardInterrupt; what follows must not disturb the tidying up."""

    def stop(*_: object) -> None:
        for ending in _ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {ending: signal.signal(ending, stop) for ending in _ENDINGS}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second demo out of the same folder. Raises Refused."""
    folder.mkdir(exist_ok=True)
    try:
        ownership = Ownership(folder)
    except Refused:
        raise Refused(f"a demo is running in {folder} already; close it first") from None
    try:
        yield
    finally:
        ownership.release()


def _forget_half_a_world(folder: Path) -> None:
    """Begin anew where an earlier start was stopped before the hub was furnished; nothing was lent there yet."""
    access = folder / "hub" / "demo-access.json"
    if not access.exists() or not access.stat().st_size:
        for part in ("hub", "station"):
            shutil.rmtree(folder / part, ignore_errors=True)


def _window_at(left: int) -> dict[str, str]:
    """Return the variables that put a program's window there, and nowhere if there is no display after all."""
    return {
        "KCFG_GRAPHICS_POSITION": "custom",
        "KCFG_GRAPHICS_LEFT": str(left),
        "KCFG_GRAPHICS_TOP": "0",
        "SDL_VIDEO_X11_WMCLASS": "nabolan",
        "SDL_VIDEODRIVER": os.environ.get("SDL_VIDEODRIVER", "x11"),
    }


def _address(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"


def _say(text: str) -> int:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return 0


def _complain(text: str) -> int:
    sys.stderr.write(text + "\n")
    return EXIT_REFUSED


# --- In processes of their own


def show_station(config: Path, width: int, height: int) -> int:
    """Serve in a window until it is closed, or until SIGTERM or SIGINT.

    It calls the hub more often than a station in service, so that a cut network shows while somebody looks.
    """
    settings = read_settings(config)
    environment.prepare(settings.data_dir / "kivy", environment.Window(width, height, cursor=True))
    from kiosk.ui.aids import Aids  # noqa: PLC0415 - only after prepare
    from kiosk.ui.app import KioskApp  # noqa: PLC0415
    from kiosk.ui.panel import name_window  # noqa: PLC0415

    app = KioskApp(
        lambda touch: station.submit(touch),
        lambda: station.read_clock().up_ms,
        lambda: station.local_now(),
        home=Aids.of(settings),
    )
    station = Station(settings, app.show, clock=TrustedClock(), pace=REHEARSAL_PACE)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: app.stop())
    name_window(TITLE)
    station.start()
    try:
        app.run()
    finally:
        station.stop()
    return 0


def keep_watch(programs: Sequence[int]) -> int:
    """End `programs` (process ids) once standard input ends, which it does however its other end goes."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.stdin.read()
    for program in programs:
        with suppress(ProcessLookupError):
            os.kill(program, signal.SIGTERM)
    return 0


def main() -> int:
    """Be the station in a window, or the warden."""
    parser = argparse.ArgumentParser(prog="python -m nabolan.demo.play")
    role = parser.add_mutually_exclusive_group(required=True)
    role.add_argument("--station", type=Path, help="show the station with these settings")
    role.add_argument("--warden", type=int, nargs="+", help="end these processes when standard input ends")
    parser.add_argument("--shape", default="1280x800")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    if chosen.warden:
        return keep_watch(chosen.warden)
    return show_station(chosen.station, *size(chosen.shape))


if __name__ == "__main__":
    sys.exit(main())
