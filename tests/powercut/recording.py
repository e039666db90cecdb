"""Records what a real station process does to its files."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_HEAD = struct.Struct("<cHIQ")


@dataclass(frozen=True, slots=True)
class Did:
    """One thing that was done to a file; `op` is a letter of `recorder.c`."""

    op: str
    name: str
    offset: int
    data: bytes


def build_recorder(folder: Path, compiler: str) -> Path:
    """Return the recorder as a library, compiled into `folder`."""
    library = folder / "recorder.so"
    flags = ["-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", str(library), str(HERE / "recorder.c"), "-ldl"], check=True)
    return library


def run_station(recorder: Path, folder: Path, record: Path, *, seed: int, steps: int, synchronous: str) -> None:
    """Let a station work in `folder` until the plug is pulled; what it did is appended to `record`."""
    root, tests = HERE.parents[1], HERE.parent
    environment = os.environ | {
        "LD_PRELOAD": str(recorder),
        "NABOLAN_RECORD_FOLDER": str(folder),
        "NABOLAN_RECORD_TO": str(record),
        "PYTHONPATH": os.pathsep.join([str(root), str(tests)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    script = [sys.executable, str(HERE / "station_to_cut.py"), str(folder), str(seed), str(steps), synchronous]
    subprocess.run(script, env=environment, check=True, timeout=100)


def read_record(record: Path) -> list[Did]:
    """Return everything that was done, in order."""
    content, at, done = record.read_bytes(), 0, []
    while at < len(content):
        op, name_length, data_length, offset = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        name = content[at : at + name_length].decode()
        at += name_length
        done.append(Did(op.decode(), name, offset, content[at : at + data_length]))
        at += data_length
    return done
