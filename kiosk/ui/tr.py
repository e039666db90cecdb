"""Words in the resident's language: catalogues of keys, dates in words, and a switch that takes effect at once."""

from __future__ import annotations

from datetime import date, datetime

from kivy.event import EventDispatcher
from kivy.properties import StringProperty

from assets import words
from assets.calendars import calendar
from lending.nouns import Text

LANGUAGES: tuple[str, ...] = tuple(words.FORMS)
"""The languages of the screen, each with a catalogue in `assets/locale`."""


GENDERS = ("din", "di", "ditt", "dine")
"""Masculine or common, feminine, neuter, plural: what is said of a thing, by the Bokmål possessive."""


def warm_up() -> None:
    """Read all catalogues and calendars now, so that the first switch of language is as quick as the next."""
    for language in LANGUAGES:
        Translator(language=language).day(date(2026, 1, 1))


class MissingWordsError(LookupError):
    """The catalogues lack a key."""


class Translator(EventDispatcher):  # type: ignore[misc]  # Kivy has no types
    """Speaks one language at a time; bind to `language` to hear of a switch."""

    language = StringProperty("nb")

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence `key` with its `{places}` filled.

        A sentence with plural forms takes its form from `n`. `thing` fills `{Thing}` too, with a capital: a language
        may begin with it where another does not. Raises MissingWordsError for an unknown key.
        """
        spoken = words.spoken(self.language)
        said = spoken.ngettext(key, key, int(str(values["n"]))) if "n" in values else key
        if said == key:
            said = spoken.gettext(key)
        if said == key:
            raise MissingWordsError(f"no words for {key!r} in {self.language!r}")
        if "thing" in values:
            values["Thing"] = capitalised(str(values["thing"]))
        return said.format(**values) if values else said

    def has(self, key: str) -> bool:
        """Return whether there is a sentence `key`."""
        spoken = words.spoken(self.language)
        return {key} != {spoken.gettext(key), spoken.ngettext(key, key, 1)}

    def text(self, text: Text) -> str:
        """Return a name from the catalogue of things in this language."""
        return text.get(self.language)

    def begin(self, text: Text) -> str:
        """Return `text` with a capital, to begin a sentence with."""
        return capitalised(text.get(self.language))

    def form(self, yours: Text) -> str:
        """Return which form the words around a thing take in this language: "din", "di", "ditt" or "dine"."""
        said = yours.get(self.language)
        return said if said in GENDERS else GENDERS[0]

    def day(self, day: date) -> str:
        """Return "fredag 28. november" or "Friday 28 November"."""
        return self._date(day, "date.day")

    def brief_day(self, day: date) -> str:
        """Return "fre. 28. nov." or "Fri 28 Nov", for where the day in full would be cut."""
        return self._date(day, "date.brief")

    def _date(self, day: date, pattern: str) -> str:
        said = calendar(self.language).say(day, self(pattern))
        # A day of a month stands in the genitive; Unicode's CLDR has only the name of the month itself.
        return said.replace("mánnu ", "mánu ") if self.language == "se" else said

    def weekday(self, day: date) -> str:
        """Return "fredag" or "Friday"."""
        return calendar(self.language).say(day, "EEEE")

    def short_day(self, day: date) -> str:
        """Return "28. nov." or "28 Nov"."""
        return self._date(day, "date.short")

    def time(self, moment: datetime) -> str:
        """Return "14:32"."""
        return f"{moment:%H:%M}"

    @property
    def unread(self) -> bool:
        """Whether no native speaker has read the words of this language yet."""
        return words.unread(self.language)

    def speak(self, language: str) -> None:
        """Speak `language` from now on. Who listens to `language` hears of it also if it is the same one."""
        if language == self.language:
            self.property("language").dispatch(self)
        else:
            self.language = language

    @property
    def next_language(self) -> str:
        """The language the switch leads to: English, and from there Bokmål."""
        return "nb" if self.language == "en" else "en"


def capitalised(said: str) -> str:
    """Return `said` with a capital."""
    return said[:1].upper() + said[1:]
