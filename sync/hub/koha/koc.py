"""The form of a .koc file, as Koha's offline circulation reads it. Pure.

```text
Version=1.0 ⇥ Generator=nabolan ⇥ GeneratorVersion=1
2026-11-10 09-30-00 000 ⇥ issue ⇥ CARD ⇥ BARCODE      a loan; the same again for the same card renews it
2026-11-12 16-05-12 000 ⇥ return ⇥ BARCODE
```

Times are local, without a zone; Koha's queue sorts by them, to the second, and its direct way reads the file from top
to bottom. So one item's lines never share a second, and stand in the file in the order of their times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HEADER = "Version=1.0\tGenerator=nabolan\tGeneratorVersion=1"
LONGEST = 32
"""Characters of a card or barcode that Koha's queue has room for."""

_FORM = "%Y-%m-%d %H-%M-%S"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `written` is its local time, `card` empty for a return."""

    written: str
    item: str
    card: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """The line without its end."""
        action = f"issue\t{self.card}" if self.card else "return"
        return f"{self.written} 000\t{action}\t{self.item}"


def koc_bytes(lines: Iterable[Line]) -> bytes:
    """Return the file of these lines, in the order of their times."""
    ordered = sorted(lines, key=lambda line: (line.written, line.item))
    return "".join(f"{text}\n" for text in (HEADER, *(line.text for line in ordered))).encode("ascii")


def can_be_written(text: str) -> bool:
    """Return whether Koha would read this card or barcode as it is: no tab, nothing beyond ASCII, no outer blanks."""
    return 0 < len(text) <= LONGEST and text.isascii() and text.isprintable() and text == text.strip()


def local_time(ms: int, zone: ZoneInfo, after: str = "") -> str:
    """Return the local time of a Unix time (ms), but at least one second later than `after`, which one item has.

    It always exists: where clocks go forward it is the first moment after. Where they go back, an hour comes twice;
    then it may be up to an hour late, so that the order holds.
    """
    moment = datetime.fromtimestamp(ms // 1000, zone).replace(tzinfo=None)
    if after:
        moment = max(moment, datetime.strptime(after, _FORM) + _SECOND)  # noqa: DTZ007 - local on purpose
    return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).strftime(_FORM)
