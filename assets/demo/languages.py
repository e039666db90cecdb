"""The texts of the demo in seven languages: Bokmål and English beside the things, the others in `words/TAG.json`.

Each of those files has `things` (names, the definite form, the line on what for, and which words go with the thing,
by the Bokmål possessive), `texts` (all else, by the Bokmål words), and `words` (what people call a thing).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assets import path

OTHERS = ("nn", "se", "sv", "da", "uk")


@dataclass(frozen=True, slots=True)
class DemoText:
    """The same words in Bokmål and English, and in the `others` by language tag."""

    nb: str
    en: str
    others: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, str]:
        """Return the words by language tag."""
        return {"nb": self.nb, "en": self.en, **dict(self.others)}


def say(nb: str, en: str) -> DemoText:
    """Return a text with its translations.

    They are found by the Bokmål words; where those mean two things, by both: "Pistol (Heat gun)".
    """
    found = {tag: file["texts"].get(f"{nb} ({en})") or file["texts"].get(nb) for tag, file in _files().items()}
    return DemoText(nb, en, tuple((tag, words) for tag, words in found.items() if words))


def in_all(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of Bokmål and English with their translations, by language tag."""
    return say(words["nb"], words["en"]).as_dict()


def named(item_id: str, word: str, nb: str, en: str) -> DemoText:
    """Return what a thing is called; `word` is `short`, `definite`, `use` or `form`."""
    return DemoText(nb, en, tuple((tag, file["things"][item_id][word]) for tag, file in _files().items()))


def searched(thing_id: str) -> dict[str, list[str]]:
    """Return what people call a thing in the other languages."""
    return {tag: file["words"][thing_id] for tag, file in _files().items() if thing_id in file.get("words", {})}


@cache
def _files() -> Mapping[str, Any]:
    return {tag: json.loads(path(f"demo/words/{tag}.json").read_text("utf-8")) for tag in OTHERS}
