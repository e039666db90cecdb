"""What is found when examples are measured: kinds, worst values, and how they add up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What can be wrong with an example."""

    FAINT = "faint words"
    EDGE = "faint edge"
    SMALL = "small target"
    CLOSE = "controls overlap"
    NAMELESS = "control without words"
    HIGH = "out of reach"
    MAIN = "main button moved"
    CUT = "words cut"
    FLOWS = "words flow over"
    OVERLAP = "words on words"
    COVERED = "words under a control"
    LETTERS = "letters too small"
    GLYPH = "missing glyph"
    UNFILLED = "place not filled"
    MISSED = "not whole on any page"
    LEFT_OUT = "left out"
    EMPTY = "nothing drawn"


class Figure(StrEnum):
    """What is measured of everything; the lowest value is the worst."""

    CONTRAST = "contrast"
    EDGE = "edge"
    TARGET = "target"
    SHARE = "letter share"


class Finding(NamedTuple):
    """One thing that is wrong. `figure` is what was measured (contrast, pixels, a share), where there is a figure."""

    kind: Kind
    text: str
    figure: float | None = None
    page: int = 0


class Worst(NamedTuple):
    """The lowest value of a figure, and the words it was measured at."""

    value: float
    text: str


@dataclass(slots=True)
class Measured:
    """What came of one example, or of many. `pages` counts what was looked at."""

    pages: int = 0
    findings: list[Finding] = field(default_factory=list)
    worst: dict[Figure, Worst] = field(default_factory=dict)

    def find(self, kind: Kind, text: str, figure: float | None = None, page: int = 0) -> None:
        """Note something that is wrong; the same on another page is the same."""
        if not any(one.kind is kind and one.text == text for one in self.findings):
            self.findings.append(Finding(kind, text, None if figure is None else round(figure, 2), page))

    def note(self, figure: Figure, value: float, text: str) -> None:
        """Keep the value if it is the worst so far."""
        if figure not in self.worst or value < self.worst[figure].value:
            self.worst[figure] = Worst(value, text)

    def of(self, *kinds: Kind) -> list[Finding]:
        """Return what is wrong in these ways."""
        return [one for one in self.findings if one.kind in kinds]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, for another process."""
        return {
            "pages": self.pages,
            "findings": [list(one) for one in self.findings],
            "worst": {figure: [round(value, 3), text] for figure, (value, text) in self.worst.items()},
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Measured:
        """Return what `as_dict` was made of."""
        findings = [Finding(Kind(kind), text, figure, page) for kind, text, figure, page in plain["findings"]]
        worst = {Figure(figure): Worst(value, text) for figure, (value, text) in plain["worst"].items()}
        return cls(plain["pages"], findings, worst)


class Example(NamedTuple):
    """What came of one example in one look; `look` is the folder of the look, which begins with its language."""

    look: str
    name: str
    measured: Measured

    @property
    def language(self) -> str:
        """The language it was drawn in."""
        return self.look.partition("/")[0]


def as_data(examples: Iterable[Example]) -> dict[str, Any]:
    """Return what `measured.json` says: pictures, pages, the worst of each figure, sums by language, all findings."""
    there = sorted(examples)
    languages = dict.fromkeys(example.language for example in there)
    return {
        **_sums(there),
        "languages": {tag: _sums([one for one in there if one.language == tag]) for tag in languages},
        "findings": [
            {"example": one.name, "look": one.look, "what": finding.kind, "text": finding.text,
             "figure": finding.figure, "page": finding.page}
            for one in there for finding in one.measured.findings
        ],
    }  # fmt: skip


def _sums(examples: list[Example]) -> dict[str, Any]:
    worst: dict[Figure, tuple[Worst, Example]] = {}
    for one in examples:
        for figure, value in one.measured.worst.items():
            if figure not in worst or value.value < worst[figure][0].value:
                worst[figure] = value, one
    return {
        "pictures": len(examples),
        "pages": sum(one.measured.pages for one in examples),
        "found": dict(Counter(finding.kind for one in examples for finding in one.measured.findings).most_common()),
        "worst": {
            figure: {"value": value.value, "text": value.text, "example": one.name, "look": one.look}
            for figure, (value, one) in worst.items()
        },
    }


_COLUMNS = "{:<5}{:>9}{:>8}{:>10}{:>10}{:>7}{:>8}{:>14}  {}"


def table(data: Mapping[str, Any]) -> str:
    """Return `as_data` as lines to read: one per language, then where the worst of all was."""
    lines = [_COLUMNS.format("", "pictures", "pages", "findings", "contrast", "edge", "target", "letter share", "")]
    lines += [_row(tag, sums) for tag, sums in data["languages"].items()]
    lines += [
        f"worst {figure}: {worst['value']:.2f}, {worst['text'][:40]!r} in {worst['look']}/{worst['example']}"
        for figure, worst in data["worst"].items()
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(tag: str, sums: Mapping[str, Any]) -> str:
    values = [f"{sums['worst'][figure]['value']:.2f}" if figure in sums["worst"] else "-" for figure in Figure]
    found = ", ".join(f"{count} {kind}" for kind, count in sums["found"].items())
    return _COLUMNS.format(tag, sums["pictures"], sums["pages"], sum(sums["found"].values()), *values, found)
