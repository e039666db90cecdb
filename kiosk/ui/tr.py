"""Words in the resident's language: catalogues of keys, dates in words, and a switch that takes effect at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date
from kivy.event import EventDispatcher
from kivy.properties import StringProperty

import assets
from lending.nouns import Text

LANGUAGES: tuple[str, ...] = ("nb", "en")
"""The languages of the screen, each with a catalogue in `assets/translations`."""

Entry = str | Mapping[str, str]
"""A sentence, or one for each plural form of the language ("one", "other")."""


def warm_up() -> None:
    """Read all catalogues and calendars now, so that the first switch of language is as quick as the next."""
    for language in LANGUAGES:
        Translator(language=language).day(date(2026, 1, 1))


class MissingWordsError(LookupError):
    """A catalogue lacks a key."""


@cache
def catalogue(language: str) -> Mapping[str, Entry]:
    """Return all sentences of `language` by key."""
    words: dict[str, Entry] = json.loads(assets.path(f"translations/{language}.json").read_text("utf-8"))
    return words


class Translator(EventDispatcher):  # type: ignore[misc]  # Kivy has no types
    """Speaks one language at a time; bind to `language` to hear of a switch."""

    language = StringProperty("nb")

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence `key` with its `{places}` filled.

        A sentence with plural forms takes its form from `n`. Raises MissingWordsError for an unknown key.
        """
        entry = catalogue(self.language).get(key)
        if entry is None:
            raise MissingWordsError(f"no words for {key!r} in {self.language!r}")
        if not isinstance(entry, str):
            form = str(Locale.parse(self.language).plural_form(int(str(values["n"]))))
            entry = entry.get(form) or entry["other"]
        return entry.format(**values) if values else entry

    def has(self, key: str) -> bool:
        """Return whether there is a sentence `key`."""
        return key in catalogue(self.language)

    def text(self, text: Text) -> str:
        """Return a name from the catalogue of things in this language."""
        return text.get(self.language)

    def begin(self, text: Text) -> str:
        """Return `text` with a capital, to begin a sentence with."""
        words = text.get(self.language)
        return words[:1].upper() + words[1:]

    def day(self, day: date) -> str:
        """Return "fredag 28. november" or "Friday 28 November"."""
        return str(format_date(day, self("date.day"), locale=self.language))

    def time(self, moment: datetime) -> str:
        """Return "14:32"."""
        return f"{moment:%H:%M}"

    @property
    def next_language(self) -> str:
        """The language the switch leads to."""
        return LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)]
