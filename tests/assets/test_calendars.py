"""Days and figures in seven languages without Babel, held against Babel."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal

from assets import calendars, words

LANGUAGES = tuple(words.FORMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_what_babel_says(language: str) -> None:
    """After an update of Babel, `python -m assets.calendars` writes it anew."""
    assert calendars.calendar(language) == calendars.from_cldr(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_a_year_is_said_as_babel_says_it(language: str) -> None:
    patterns = {said for key in ("date.day", "date.brief", "date.short") for said in [words.read(language)[key]]}
    for pattern in {*map(str, patterns), "EEEE"}:
        for ahead in range(366):
            day = date(2027, 1, 1) + timedelta(ahead)
            assert calendars.calendar(language).say(day, pattern) == format_date(day, pattern, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_written_as_babel_writes_them(language: str) -> None:
    rolls = random.Random(7)
    values = [0, 1, -1, 0.5, -0.04, 999, 1000, 1900, -12_345, 1_234_567, 9.95]
    values += [round(rolls.uniform(-1e7, 1e7), rolls.randrange(3)) for _ in range(300)]
    for value in values:
        assert calendars.calendar(language).figure(value) == format_decimal(value, locale=language)


def test_a_letter_nobody_knows_is_told() -> None:
    with pytest.raises(ValueError, match="yyyy"):
        calendars.calendar("nb").say(date(2026, 1, 1), "d. MMMM yyyy")


def test_the_screen_does_without_babel(tmp_path: Path) -> None:
    """Babel keeps ten megabytes of names of countries, currencies and time zones that no screen shows."""
    program = """
import sys
from pathlib import Path
from kiosk.ui import environment
environment.prepare(Path(sys.argv[1]))
import kiosk.run, kiosk.ui.app
sys.exit("babel" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 0
