"""What the station says: one gettext catalogue for each language, each sentence under the same key everywhere.

The catalogues are `locale/LANGUAGE/LC_MESSAGES/nabolan.po`: sorted by key, one line for each text, so that two
people who add sentences do not meet. A key is the msgid; a sentence with a number has the key as msgid_plural too.

`python -m assets.words add KEY --nb TEXT --en TEXT` adds a sentence or replaces it. With a number, give each form,
as in `--nb "{n} del" "{n} deler"`, in the order of `FORMS`.
`python -m assets.words remove KEY …` takes sentences out of every language.
`python -m assets.words missing LANGUAGE` prints as JSON what a language lacks, in Bokmål, to fill in and take.
`python -m assets.words take FILE … [--over]` takes sentences from JSON files named by their language, as in
`nn.json`; what is there already stays, but with `--over`. Without a file it takes `assets/translations/*.json`.
`python -m assets.words tidy` sorts the files and sets them right after a merge; `check` tells if that is needed.
`python -m assets.words compile` writes the `.mo` files beside them, which a station reads faster.
"""

from __future__ import annotations

import argparse
import gettext
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
LEFT_BEHIND = HERE / "translations"

FORMS: Mapping[str, tuple[str, ...]] = {
    "nb": ("one", "other"),
    "nn": ("one", "other"),
    "se": ("one", "two", "other"),
    "en": ("one", "other"),
    "sv": ("one", "other"),
    "da": ("one", "other"),
    "uk": ("one", "few", "many"),
}
"""The plural forms of each language in the order of its file, by their names in Unicode's CLDR.

`Plural-Forms` in the head of each file says the same in gettext's words: Babel's own differ for Northern Sámi."""

FALLBACK: Mapping[str, str] = {"nn": "nb", "se": "nb", "sv": "nb", "da": "nb", "uk": "en"}
"""Whose sentence is shown where a language lacks one: what its readers are most likely to read."""

Sentence = str | tuple[str, ...]
"""A text, or one for each plural form."""


class WordsError(ValueError):
    """A catalogue or a command about it is not right; the text says what to do."""


def file_of(language: str) -> Path:
    """Return where the catalogue of `language` is."""
    return LOCALE / language / "LC_MESSAGES" / "nabolan.po"


def read(language: str) -> dict[str, Sentence]:
    """Return all sentences of `language` by key, as its file has them."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            tuple(message.string) if isinstance(message.string, list | tuple) else message.string or ""
        )
        for message in _parsed(language)
        if message.id
    }


def render(language: str, sentences: Mapping[str, Sentence]) -> str:
    """Return the whole file of `language` with these sentences; its head stays as it is."""
    return "\n".join([_head(language), *(_entry(key, sentences[key]) for key in sorted(sentences))])


def write(language: str, sentences: Mapping[str, Sentence]) -> None:
    """Write the file of `language`."""
    for key, said in sentences.items():
        if not isinstance(said, str) and len(said) != len(FORMS[language]):
            raise WordsError(f"{key}: {language} has {len(FORMS[language])} forms: {', '.join(FORMS[language])}")
    file_of(language).write_text(render(language, sentences), "utf-8")


def untidy(language: str) -> bool:
    """Return whether the file is not as `write` would write it: unsorted, a key twice, a line lost in a merge."""
    return render(language, read(language)) != file_of(language).read_text("utf-8")


@cache
def spoken(language: str) -> gettext.GNUTranslations:
    """Return the sentences of `language`, and those of its fallback where it lacks one.

    They come from the `.mo` file if it is as new as its catalogue, else they are compiled now.
    """
    source = file_of(language)
    ready = source.with_suffix(".mo")
    if ready.exists() and ready.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        with ready.open("rb") as opened:
            words = gettext.GNUTranslations(opened)
    else:
        words = gettext.GNUTranslations(io.BytesIO(_compiled(language)))
    if language in FALLBACK:
        words.add_fallback(spoken(FALLBACK[language]))
    return words


@cache
def unread(language: str) -> bool:
    """Return whether no native speaker has read the sentences of `language` yet, as the head of its file says."""
    return "X-Native-Reader: none yet" in _head(language)


def compile_all() -> None:
    """Write the `.mo` file of every language beside its catalogue."""
    for language in FORMS:
        file_of(language).with_suffix(".mo").write_bytes(_compiled(language))


def take(language: str, found: Mapping[str, str | Mapping[str, str]], *, over: bool) -> list[str]:
    """Add the sentences of a JSON file; return the keys that were there with other words and stayed so."""
    old = read(language)
    new = {key: said if isinstance(said, str) else _forms(language, key, said) for key, said in found.items()}
    kept = [key for key in new if not over and key in old and old[key] != new[key]]
    write(language, new | old if not over else old | new)
    return sorted(kept)


def missing(language: str) -> dict[str, str | dict[str, str]]:
    """Return what `language` lacks, in Bokmål, in the shape that `take` takes."""
    have = read(language)
    return {
        key: said if isinstance(said, str) else {form: said[form != "one"] for form in FORMS[language]}
        for key, said in sorted(read("nb").items())
        if key not in have
    }


def _forms(language: str, key: str, said: Mapping[str, str]) -> tuple[str, ...]:
    if lost := [form for form in FORMS[language] if form not in said]:
        raise WordsError(f"{key}: {language} lacks the form {', '.join(lost)}")
    return tuple(said[form] for form in FORMS[language])


def _parsed(language: str) -> Catalog:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - a station with compiled catalogues does without it

    # Without a locale of its own Babel takes the plural forms as the file has them.
    with file_of(language).open("rb") as opened:
        return read_po(opened)


def _compiled(language: str) -> bytes:
    from babel.messages.mofile import write_mo  # noqa: PLC0415

    catalog = _parsed(language)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _head(language: str) -> str:
    return file_of(language).read_text("utf-8").split("\n\n", 1)[0].rstrip("\n") + "\n"


def _entry(key: str, said: Sentence) -> str:
    from babel.messages.pofile import escape  # noqa: PLC0415

    if isinstance(said, str):
        return f"msgid {escape(key)}\nmsgstr {escape(said)}\n"
    forms = "".join(f"msgstr[{at}] {escape(form)}\n" for at, form in enumerate(said))
    return f"msgid {escape(key)}\nmsgid_plural {escape(key)}\n{forms}"


# --- The command


def _add(key: str, texts: Mapping[str, Sequence[str]]) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", key):
        raise WordsError(f"{key!r} is no key: small letters, figures and _, with points between, as in account.title")
    for language, forms in texts.items():
        write(language, read(language) | {key: forms[0] if len(forms) == 1 else tuple(forms)})


def _remove(keys: Iterable[str]) -> None:
    gone = set(keys)
    for language in FORMS:
        write(language, {key: said for key, said in read(language).items() if key not in gone})


def _empty(language: str) -> list[str]:
    """Return the keys whose words a merge has lost."""
    return [key for key, said in read(language).items() if not said or not all(said)]


def _take(files: Sequence[Path], *, over: bool) -> None:
    for file in files or sorted(LEFT_BEHIND.glob("*.json")):
        kept = take(file.stem, json.loads(file.read_text("utf-8")), over=over)
        sys.stdout.write("".join(f"{file.stem}: {key} stays as it is\n" for key in kept))
        if not files:
            file.unlink()


def main(arguments: Sequence[str]) -> int:
    """Change or check the catalogues; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assets.words", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="add a sentence or replace it")
    adding.add_argument("key")
    for language in FORMS:
        adding.add_argument(f"--{language}", nargs="+", metavar="TEXT", required=language in {"nb", "en"})
    commands.add_parser("remove", help="take sentences out").add_argument("keys", nargs="+")
    commands.add_parser("missing", help="print what a language lacks").add_argument("language", choices=tuple(FORMS))
    taking = commands.add_parser("take", help="take sentences from JSON files named by language")
    taking.add_argument("files", nargs="*", type=Path)
    taking.add_argument("--over", action="store_true", help="replace what is there")
    for name in ("tidy", "check", "compile"):
        commands.add_parser(name)
    chosen = parser.parse_args(arguments)
    try:
        return _do(chosen)
    except WordsError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _do(chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "add":
            _add(chosen.key, {tag: said for tag in FORMS if (said := getattr(chosen, tag))})
        case "remove":
            _remove(chosen.keys)
        case "missing":
            sys.stdout.write(json.dumps(missing(chosen.language), indent=1, ensure_ascii=False) + "\n")
        case "take":
            _take(chosen.files, over=chosen.over)
        case "tidy":
            for language in FORMS:
                write(language, read(language))
        case "compile":
            compile_all()
        case _:
            found = [f"untidy: {language}\n" for language in FORMS if untidy(language)]
            found += [f"no words: {language} {key}\n" for language in FORMS for key in _empty(language)]
            sys.stdout.write("".join(found))
            return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
