"""A small world on this machine: a hub, a network line that can be cut, simulated devices, an enrolled station."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware.control import ControlClient
from nabolan.demo import library
from nabolan.demo.processes import Processes, run, wait_for_file
from sync.agent.identity import FILE, enrol
from sync.agent.line import NetworkLine
from sync.agent.link import HubLink

STATION = "ls-0001"


@dataclass(frozen=True, slots=True)
class Hub:
    """A running hub and how to log in. The password was made for this demo and shows in no repr."""

    port: int
    staff: str
    password: str
    codes: dict[str, str]
    environment: dict[str, str]

    def __repr__(self) -> str:
        return f"Hub(port={self.port})"

    @property
    def url(self) -> str:
        """Where staff find it."""
        return f"http://127.0.0.1:{self.port}"


def start_hub(folder: Path, processes: Processes) -> Hub:
    """Return a hub that runs in `folder`, furnished with the invented library. An old one is used again."""
    environment = {
        "HUB_DATA_DIR": str(folder),
        "HUB_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HUB_LIBRARY_PHONE": library.RULES.phone,
    }
    folder.mkdir(parents=True, exist_ok=True)
    access = folder / "demo-access.json"
    if not access.exists():
        access.touch(mode=0o600)
        access.write_text(run("nabolan.demo.furnish", [], environment), encoding="utf-8")
    granted: dict[str, Any] = json.loads(access.read_text(encoding="utf-8"))
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    serving = processes.start("hub", "sync.hub", ["serve", "--port", "0", "--port-file", str(port_file)], environment)
    port = int(wait_for_file(port_file, serving))
    return Hub(port, granted["staff"], granted["password"], granted["codes"], environment)


def start_devices(folder: Path, processes: Processes) -> ControlClient:
    """Return the control line of a simulated card reader and scanner; their devices are links in `folder`."""
    control = folder / "control"
    control.unlink(missing_ok=True)
    playing = processes.start("devices", "hardware.simulate", ["--dir", str(folder)])
    wait_for_file(control, playing)
    return ControlClient.from_file(control)


def prepare_station(folder: Path, devices: Path, hub: Hub, line: NetworkLine) -> Path:
    """Return the settings file of a station that is enrolled at `hub` and calls it through `line`."""
    url = f"http://127.0.0.1:{line.port}"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "station.toml"
    settings.write_text(
        f'[station]\ndata_dir = "{folder}"\nlanguage = "nb"\n\n'
        f'[hub]\nurl = "{url}"\n\n'
        f'[card_reader]\nport = "{devices / "reader"}"\n\n'
        f'[scanner]\nport = "{devices / "scanner"}"\n\n'
        "[screen]\nshow_cursor = true\n",
        encoding="utf-8",
    )
    if not (folder / FILE).exists():
        link = HubLink(url)
        enrol(link, hub.codes[STATION], folder)
        link.close()
    return settings


def alive(process: subprocess.Popen[bytes]) -> bool:
    """Return whether the process still runs."""
    return process.poll() is None
