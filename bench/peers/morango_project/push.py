"""The client's side: `python push.py URL ROOT ENTRIES_FILE SERVER_DATABASE`.

Pushes the entries once and nothing once; writes `{"entries", "seconds", "empty_ms"}` as its last line. The records
are serialized into morango's store, and the session is open, before the clock starts.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from pathlib import Path

from common import ready, scopes


def main() -> None:
    """Make a certificate and the records, push, count what arrived."""
    url, root, file, server_database = sys.argv[1:]
    ready()
    scopes()
    from morango.models.certificates import Filter  # noqa: PLC0415 - Django is ready only now
    from morango.sync.controller import MorangoProfileController  # noqa: PLC0415

    controller = MorangoProfileController("bench")
    connection = controller.create_network_connection(f"{url}/")
    theirs = connection.get_remote_certificates(root, "library")[0]
    ours = connection.certificate_signing_request(theirs, "station", {"library": root}, "anna", "anna")
    session = connection.create_sync_session(ours, theirs)
    lines = Path(file).read_text("utf-8").splitlines()
    _store(lines, root)
    only = Filter(root)
    controller.serialize_into_store(only)
    seconds = _push(session, only)
    with sqlite3.connect(server_database) as there:
        (held,) = there.execute("SELECT COUNT(*) FROM records_entry").fetchone()
    if held != len(lines):
        raise RuntimeError(f"the server holds {held} of {len(lines)}")
    empty_ms = _push(session, only) * 1000
    sys.stdout.write(json.dumps({"entries": held, "seconds": [seconds], "empty_ms": [empty_ms]}) + "\n")


def _store(lines: list[str], root: str) -> None:
    from django.db import transaction  # noqa: PLC0415 - Django is ready only now
    from records.models import Entry  # noqa: PLC0415

    with transaction.atomic():
        for line in lines:
            Entry(entry_id=json.loads(line)["id"], library=root, text=line).save()


def _push(session, only) -> float:  # noqa: ANN001 - morango ships no types
    client = session.get_push_client()
    began = time.perf_counter()
    client.initialize(only)
    client.run()
    client.finalize()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
