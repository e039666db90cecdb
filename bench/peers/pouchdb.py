"""PouchDB 9 to express-pouchdb, both over LevelDB, each in a Node process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.peers.result import PeerResult, read_result
from bench.throwaway import NotThereError, number_in, run, server

NAME = "PouchDB 9.0.0 to express-pouchdb 4.2.0"
_PROGRAMS = Path(__file__).parent / "pouchdb_programs"


def push(folder: Path, entries: Path, rounds: int, empty_rounds: int) -> PeerResult:
    """Install it, replicate the entries (lines of JSON) to a new server database `rounds` times, return what it took.

    Raises NotThereError if Node or the packages cannot be had.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotThereError(f"{program} is not installed here")
    place = folder / "pouchdb"
    shutil.copytree(_PROGRAMS, place)
    run(["npm", "install", "--no-audit", "--no-fund", "--no-update-notifier", "--no-package-lock"], place)
    for side in ("server", "client"):
        (place / side).mkdir()
    port_file, log = place / "port", place / "server.log"
    with server(["node", place / "server.js", place / "server", port_file], log, {}):
        url = f"http://127.0.0.1:{number_in(port_file, log)}"
        said = run(["node", "push.js", url, place / "client", entries, str(rounds), str(empty_rounds)], place)
    return read_result(said, len(entries.read_text("utf-8").splitlines()))
