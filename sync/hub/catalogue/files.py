"""Files in which staff keep pages of things and places: JSON as stations get it, or a table as CSV.

In a table a text has a column per language, as in `use_nb` and `use_en`. Lists stand in one cell with ` | ` between;
the first of one language and the first of the other are the same line in two languages.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from lending.errors import Refused
from sync.feed_browse import NearbyPlace, PlaceKind, ThingPage, page_from_plain, place_from_plain

T = TypeVar("T")
Cells = Mapping[str, str]

MOST_BYTES = 50 * 1024 * 1024
_MOST_WRONG = 20
"""So many wrong lines are named at once."""

_BETWEEN = "|"
_PAGE_LINES = ("tasks", "words", "how_to", "needs", "more")
_PAGE_NUMBERS = ("buy_kroner", "weight_kg", "rent_kroner", "co2e_low_kg", "co2e_high_kg")
_PAGE_WORDS = ("id", "co2e_basis", "co2e_source")
_PLACE_TEXTS = ("what", "hours", "way")
_PLACE_WORDS = ("id", "kind", "name", "address", "phone", "url", "station")
_PLACE_NUMBERS = ("latitude", "longitude", "order")


def read_pages(file: Path) -> list[ThingPage]:
    """Return the pages in the file. Raises Refused, naming every line that is wrong."""
    columns = (_PAGE_WORDS + _PAGE_NUMBERS, ("use", "rent_basis", *_PAGE_LINES))
    return _read(file, columns, _page_cells, page_from_plain, lambda page: page.thing)


def read_places(file: Path) -> list[NearbyPlace]:
    """Return the places in the file. Raises Refused, naming every line that is wrong."""
    columns = (_PLACE_WORDS + _PLACE_NUMBERS, _PLACE_TEXTS)
    return _read(file, columns, _place_cells, _known_place, lambda place: place.place_id)


def _known_place(plain: Mapping[str, Any]) -> NearbyPlace:
    if plain.get("kind") not in set(PlaceKind):
        raise ValueError(f"kind is none of {', '.join(PlaceKind)}")
    return place_from_plain(plain)


def _read(
    file: Path,
    columns: tuple[tuple[str, ...], tuple[str, ...]],
    from_cells: Callable[[Cells], Mapping[str, Any]],
    from_plain: Callable[[Mapping[str, Any]], T],
    key: Callable[[T], str],
) -> list[T]:
    text = _text(file)
    is_table = file.suffix.lower() == ".csv"
    rows: list[tuple[int, Any]] = _table(text, columns) if is_table else list(enumerate(_list(text), 1))
    found: dict[str, T] = {}
    wrong = []
    for number, row in rows:
        try:
            one = from_plain(from_cells(_fitting(row)) if is_table else row)
            if key(one) in found:
                raise ValueError(f"{key(one)!r} stands above already")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            wrong.append(f"{'line' if is_table else 'number'} {number}: {_reason(error)}")
        else:
            found[key(one)] = one
    if wrong:
        more = f"; and {len(wrong) - _MOST_WRONG} more" if len(wrong) > _MOST_WRONG else ""
        raise Refused(f"{file.name}: {'; '.join(wrong[:_MOST_WRONG])}{more}")
    return list(found.values())


def _reason(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Refused(f"{file.name} has more than {MOST_BYTES} bytes")
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "it is not UTF-8"
        raise Refused(f"{file.name} cannot be read: {reason}") from None


def _list(text: str) -> list[Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Refused(f"this is no JSON ({wrong})") from None
    if not isinstance(read, list):
        raise Refused("this is no list")
    return read


# --- tables


def _table(text: str, columns: tuple[tuple[str, ...], tuple[str, ...]]) -> list[tuple[int, Cells]]:
    """Return each row with the number of its line. Raises Refused for a column nobody knows."""
    lines = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    unknown = [name for name in lines.fieldnames or () if not _is_column(name, *columns)]
    if unknown or "id" not in (lines.fieldnames or ()):
        raise Refused(f"there is no column called {unknown[0]!r}" if unknown else "the column id is missing")
    try:
        return [(lines.line_num, {name: str(cell).strip() for name, cell in row.items()}) for row in lines]
    except csv.Error as wrong:
        raise Refused(f"line {lines.line_num}: {wrong}") from None


def _fitting(cells: Cells) -> Cells:
    if "" in cells:
        raise ValueError("has more cells than there are columns")
    return cells


def _is_column(name: str, words: tuple[str, ...], texts: tuple[str, ...]) -> bool:
    begin, _, language = name.rpartition("_")
    return name in words or (begin in texts and language.isalpha() and language.islower())


def _page_cells(cells: Cells) -> Mapping[str, Any]:
    numbers = {name: _number(name, cells[name]) for name in _PAGE_NUMBERS if cells.get(name)}
    plain: dict[str, Any] = {"id": cells.get("id", ""), "use": _words(cells, "use")}
    plain |= {name: _lines(cells, name) for name in _PAGE_LINES}
    plain |= {name: numbers[name] for name in ("buy_kroner", "weight_kg") if name in numbers}
    if "rent_kroner" in numbers:
        plain["rent"] = {"kroner": numbers["rent_kroner"], "basis": _words(cells, "rent_basis")}
    if "co2e_low_kg" in numbers or "co2e_high_kg" in numbers:
        named = {"low_kg": "co2e_low_kg", "high_kg": "co2e_high_kg"}
        co2e: dict[str, Any] = {name: numbers[column] for name, column in named.items() if column in numbers}
        co2e |= {name: cells[f"co2e_{name}"] for name in ("basis", "source") if cells.get(f"co2e_{name}")}
        plain["co2e"] = co2e
    return plain


def _place_cells(cells: Cells) -> Mapping[str, Any]:
    plain: dict[str, Any] = {name: cells[name] for name in _PLACE_WORDS if cells.get(name)}
    plain |= {name: _number(name, cells[name]) for name in _PLACE_NUMBERS if cells.get(name)}
    return plain | {name: _words(cells, name) for name in _PLACE_TEXTS}


def _number(name: str, cell: str) -> int | float:
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        raise ValueError(f"{name} is no number (with a point, like 3.5)") from None


def _words(cells: Cells, name: str) -> dict[str, str]:
    """Return the text of the columns `name_…` by language."""
    found = {column.rpartition("_")[2]: cell for column, cell in cells.items() if column.rpartition("_")[0] == name}
    return {language: cell for language, cell in found.items() if cell}


def _lines(cells: Cells, name: str) -> list[dict[str, str]]:
    """Return the lines of the columns `name_…`, each in the languages that have as many."""
    columns = {
        language: [line.strip() for line in cell.split(_BETWEEN)] for language, cell in _words(cells, name).items()
    }
    rows = zip_longest(*columns.values(), fillvalue="")
    lines = [{language: line for language, line in zip(columns, row, strict=True) if line} for row in rows]
    return [line for line in lines if line]
