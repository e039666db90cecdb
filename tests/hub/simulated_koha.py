"""How Koha takes a .koc file (parser, queue and direct way), written from what was observed, not from our writer.

Both ways look for card and barcode first; an unknown one ends the direct way with an error, as it does in Koha.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d-\d\d-\d\d) (\d{3})")


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a file."""

    when: datetime
    action: str
    card: str
    barcode: str


def read_koc(content: bytes) -> list[Command]:
    """Return the lines of a file. Raises ValueError where Koha would stumble."""
    head, *lines = content.decode("ascii").split("\n")
    fields = dict(part.split("=") for part in head.split("\t"))
    if fields["Version"] != "1.0" or set(fields) != {"Version", "Generator", "GeneratorVersion"}:
        raise ValueError(head)
    if lines.pop() != "" or b"\r" in content:
        raise ValueError("every line ends with one line feed, and nothing comes after the last")
    return [_command(line) for line in lines]


def _command(line: str) -> Command:
    timestamp, action, *rest = line.split("\t")
    found = _TIME.fullmatch(timestamp)
    if found is None or found[3] != "000":
        raise ValueError(timestamp)
    when = datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H-%M-%S")  # noqa: DTZ007 - the file has local times
    if len(rest) != {"issue": 2, "return": 1}[action] or not all(text and text == text.strip() for text in rest):
        raise ValueError(line.replace("\t", " "))
    return Command(when, action, *(rest if action == "issue" else ("", *rest)))


@dataclass(slots=True)
class SimulatedKoha:
    """The loans of one Koha. `over` are loans that ended: card, barcode, begin, end."""

    cards: frozenset[str]
    barcodes: frozenset[str]
    loans: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    over: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)
    renewals: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def process(self, commands: Sequence[Command]) -> None:
        """Take a file directly: from top to bottom, only the day of each time counts."""
        for command in commands:
            day = command.when.replace(hour=0, minute=0, second=0)
            held = self.loans.get(command.barcode)
            if command.action == "issue" and held is not None and held[0] != command.card and held[1] >= day:
                self.errors.append("dropped")  # Koha says nothing at all here
                continue
            self._do(command, day)

    def process_queue(self, files: Iterable[Sequence[Command]]) -> None:
        """Take files by way of the queue: sorted by second, and in any order within one."""
        queued = [command for commands in files for command in commands][::-1]
        for command in sorted(queued, key=lambda command: command.when):
            self._do(command, command.when)

    def _do(self, command: Command, when: datetime) -> None:
        if command.barcode not in self.barcodes or (command.action == "issue" and command.card not in self.cards):
            raise LookupError("Koha stops here")
        held = self.loans.get(command.barcode)
        if command.action == "return":
            self._end(command.barcode, when)
        elif held is not None and held[0] == command.card:
            self.renewals.append(command.barcode)
        else:
            if held is not None:
                self.errors.append("ended another's loan")
                self._end(command.barcode, when)
            self.loans[command.barcode] = (command.card, when)

    def _end(self, barcode: str, when: datetime) -> None:
        if barcode not in self.loans:
            self.errors.append("not on loan")
            return
        card, begin = self.loans.pop(barcode)
        if when < begin:
            self.errors.append("ended before it began")
        self.over.append((card, barcode, begin, when))

    def has(self) -> dict[str, str]:
        """Return who has what: card by barcode."""
        return {barcode: card for barcode, (card, _) in self.loans.items()}
