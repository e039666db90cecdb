"""Hubs to be killed. Reads lines, one order each, and forks a process for each:

`serve NAME PORT_FILE KIND` is `nabolan hub serve`; `KIND` is `real`, or a planted defect
`furnish NAME FILE` migrates, and leaves a one-time code for each station in the file, as JSON
`look NAME FILE` leaves in the file what the database holds
`command NAME WORD...` is `nabolan hub WORD...`

Everything is imported before, so that a new hub is there at once. Prints `pid NAME N` and `gone NAME`.
"""

import os
import signal
import threading
import time

from sync.hub import setup

setup()

from kill.forking import fork_for_each_line, say  # noqa: E402
from kill.look import furnish, look  # noqa: E402 - Django is ready only now

from sync.hub import clock  # noqa: E402
from sync.hub.__main__ import main as hub_main  # noqa: E402
from sync.hub.fleet import forks  # noqa: E402
from sync.hub.journal.ingest import Ingest  # noqa: E402
from sync.protocol import Receipt  # noqa: E402


class HastyIngest(Ingest):
    """Planted defect: says that it holds a batch, and takes it in a little later."""

    def take(self, station, batch, now_ms):
        """Answer at once."""

        def later():
            time.sleep(0.3)
            super(HastyIngest, self).take(station, batch, clock.now_ms())

        threading.Thread(target=later, daemon=True).start()
        return Receipt(batch.entries[-1].seq, (), now_ms)


INGESTS = {"real": Ingest, "hasty": HastyIngest}


def serve(name, port_file, kind):
    """Be a hub until killed, with a group of processes of its own."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    forks.Ingest = INGESTS[kind]
    say("pid", name, os.getpid())
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    hub_main(["serve", "--port", "0", "--port-file", port_file])


def command(_, *words):
    """Run one of the hub's commands; what it says goes into the log."""
    os.dup2(2, 1)
    if hub_main(words):
        raise SystemExit(1)


ORDERS = {"serve": serve, "furnish": furnish, "look": look, "command": command}


if __name__ == "__main__":
    fork_for_each_line(lambda order, *words: ORDERS[order](*words))
