"""morango 0.8 between two Django processes, each over SQLite in WAL mode with `synchronous=FULL`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.peers.result import PeerResult, read_result
from bench.throwaway import number_in, run, server

NAME = "morango 0.8.15"
_PROJECT = Path(__file__).parent / "morango_project"
_PACKAGES = (
    "morango==0.8.15",
    "gunicorn==23.0.0",
    "Django==3.2.25",
    "asgiref==3.13.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "django-ipware==4.0.2",
    "django-js-asset==2.2.0",
    "django-mptt==0.19.1",
    "djangorestframework==3.15.1",
    "idna==3.20",
    "ifcfg==0.24",
    "packaging==26.3",
    "pyasn1==0.6.5",
    "pytz==2026.6",
    "requests==2.34.2",
    "rsa==4.9.1",
    "sqlparse==0.6.1",
    "urllib3==2.8.0",
)


def push(folder: Path, entries: Path) -> PeerResult:
    """Install it, push the entries (lines of JSON) once and nothing once, return what it took.

    Raises NotThereError if the packages cannot be had.
    """
    place = folder / "morango"
    sides = {name: place / name for name in ("server", "client")}
    for side in sides.values():
        side.mkdir(parents=True)
    python = place / "venv" / "bin" / "python"
    run([sys.executable, "-m", "venv", place / "venv"], place)
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *_PACKAGES], place)
    port_file, root_file, log = place / "port", place / "root", place / "server.log"
    with server([python, _PROJECT / "serve.py", port_file, root_file], log, _environment(sides["server"])):
        url = f"http://127.0.0.1:{number_in(port_file, log)}"
        command = [python, _PROJECT / "push.py", url, root_file.read_text("ascii"), entries]
        said = run([*command, sides["server"] / "db.sqlite3"], place, _environment(sides["client"]))
    return read_result(said, len(entries.read_text("utf-8").splitlines()))


def _environment(side: Path) -> dict[str, str]:
    return {
        "BENCH_SIDE": str(side),
        "MORANGO_SYSTEM_ID": side.name,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(_PROJECT),
    }
