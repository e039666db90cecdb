"""Names of days and months and the way figures are written, for each language of the screen.

They are Unicode's CLDR as Babel has it. `python -m assets.calendars` writes them to `locale/calendars.json`.
A station reads that small file: Babel would keep the whole of each language in memory, ten megabytes in all.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assets import words

FILE = Path(__file__).parent / "locale" / "calendars.json"

_PART = re.compile(r"'([^']*)'|([A-Za-z])\2*")
_MOST_DECIMALS = 3
"""As in CLDR's pattern `#,##0.###`, which all languages of the screen share."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One language: months from January, weekdays from Monday, in full and short, and the signs in a number."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    group: str
    decimal: str

    def say(self, day: date, pattern: str) -> str:
        """Return `day` as `pattern` says in CLDR's letters: EEEE, EEE, MMMM, MMM and d, other letters in quotes.

        Raises ValueError for a letter that is none of these.
        """
        parts: Mapping[str, Callable[[], str]] = {
            "EEEE": lambda: self.weekdays[day.weekday()],
            "EEE": lambda: self.short_weekdays[day.weekday()],
            "MMMM": lambda: self.months[day.month - 1],
            "MMM": lambda: self.short_months[day.month - 1],
            "d": lambda: str(day.day),
        }

        def filled(part: re.Match[str]) -> str:
            if part[1] is not None:
                return part[1]
            if part[0] not in parts:
                raise ValueError(f"{part[0]!r} in the date pattern {pattern!r} is not known here")
            return parts[part[0]]()

        return _PART.sub(filled, pattern)

    def figure(self, value: float) -> str:
        """Return "1 900" or "1,900", with three decimals at most."""
        whole, _, decimals = f"{abs(value):,.{_MOST_DECIMALS}f}".partition(".")
        decimals = decimals.rstrip("0")
        sign = "-" if value < 0 and (decimals or whole != "0") else ""
        return sign + whole.replace(",", self.group) + (self.decimal + decimals if decimals else "")


@cache
def calendar(language: str) -> Calendar:
    """Return the calendar of a language of the screen."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))[language]
    read: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in found.items()}
    return Calendar(**read)


def from_cldr(language: str) -> Calendar:
    """Return what Babel knows of a language."""
    from babel import Locale  # noqa: PLC0415 - a station does without it

    locale = Locale.parse(language)
    months, days, signs = locale.months["format"], locale.days["format"], locale.number_symbols["latn"]

    def in_order(names: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(names[at] for at in sorted(names))

    return Calendar(
        in_order(months["wide"]),
        in_order(months["abbreviated"]),
        in_order(days["wide"]),
        in_order(days["abbreviated"]),
        signs["group"],
        signs["decimal"],
    )


def main() -> int:
    """Write the file."""
    said = {language: asdict(from_cldr(language)) for language in words.FORMS}
    FILE.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
