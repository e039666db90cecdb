"""A whole bench that is a program: reader, scanner and the line that plays them.

Inside a program: `with SimulatedBench() as bench: …`. On its own, in another process than the station,
so that it stays when the station is killed: `python -m hardware.simulate --dir DIR` makes the links
`DIR/reader` and `DIR/scanner`, and the file `DIR/control` that holds host:port.
"""

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from hardware.card_reader.simulator import Pn532Simulator
from hardware.commands import Commands
from hardware.control import ControlServer
from hardware.scanner.simulator import ScannerSimulator

__all__ = ["SimulatedBench", "main"]


class SimulatedBench:
    """A reader, a scanner and their control line, running from construction to `close`."""

    def __init__(self, folder: Path | None = None, port: int = 0) -> None:
        with ExitStack() as stack:
            self.reader = stack.enter_context(Pn532Simulator(folder / "reader" if folder else None))
            self.scanner = stack.enter_context(ScannerSimulator(folder / "scanner" if folder else None))
            commands = Commands(self.reader, self.scanner)
            self.control = stack.enter_context(ControlServer(commands.perform, port))
            self._stack = stack.pop_all()
        self.reader_path = self.reader.path
        self.scanner_path = self.scanner.path
        self.control_address = self.control.address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing running and no links behind."""
        self._stack.close()


def main(arguments: list[str] | None = None) -> int:
    """Run a bench until SIGTERM or SIGINT, and return 0."""
    parser = argparse.ArgumentParser(prog="python -m hardware.simulate", description="Run simulated devices.")
    parser.add_argument("--dir", type=Path, required=True, help="folder for reader, scanner and control")
    parser.add_argument("--port", type=int, default=0, help="TCP port of the control line (default: a free one)")
    chosen = parser.parse_args(arguments)
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before any thread, so that only sigwait takes them
    chosen.dir.mkdir(parents=True, exist_ok=True)
    with SimulatedBench(chosen.dir, chosen.port) as bench:
        control = chosen.dir / "control"
        _write_whole(control, "{}:{}\n".format(*bench.control_address))
        sys.stdout.write(f"ready: {chosen.dir}\n")
        sys.stdout.flush()
        signal.sigwait(ends)
        control.unlink(missing_ok=True)
    return 0


def _write_whole(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main())
