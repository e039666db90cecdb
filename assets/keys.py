"""Finds in the code of the screen which sentences it asks for: the extractor that `babel.cfg` names.

`pybabel extract -F babel.cfg -o nabolan.pot kiosk` lists every key with the places it is used at. Keys that are put
together while the station runs are said in `kiosk/ui/composed.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from assets import words

CALLS = frozenset({"tr", "gendered", "has"})
"""The functions that are given a key."""


class Found(NamedTuple):
    """A key as Babel wants it: line, function, key, comments."""

    line: int
    function: str | None
    key: str
    comments: list[str]


def extract(opened: BinaryIO, keywords: Collection[str], comment_tags: Collection[str],  # noqa: ARG001 - Babel asks
            options: Mapping[str, Any]) -> Iterator[Found]:  # fmt: skip # noqa: ARG001
    """Yield the whole keys of a Python file: what `tr` is given, and every other text that is a key."""
    yield from keys_in(opened.read().decode("utf-8"))


def keys_in(code: str) -> Iterator[Found]:
    """Yield the whole keys in `code`, in the order of their lines.

    A key that `tr` is given is yielded even if no catalogue has it.
    """
    tree = ast.parse(code)
    asked = {id(text): name for name, text in _asked(tree)}
    known = words.read("nb")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = asked.get(id(node))
            if name is not None or node.value in known:
                yield Found(node.lineno, None, node.value, [])


def asked_for(code: str) -> set[str]:
    """Return the whole keys that `tr` and its like are given in `code`."""
    return {str(text.value) for _, text in _asked(ast.parse(code))}


def _asked(tree: ast.AST) -> Iterator[tuple[str, ast.Constant]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in CALLS:
            continue
        given = node.args[1:2] if name == "gendered" else node.args[:1]
        for text in (inner for argument in given for inner in _whole(argument)):
            yield name, text


def _whole(argument: ast.expr) -> Iterator[ast.Constant]:
    """Yield the texts an argument can be: the text itself, or both of "one if so else another"."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument
    if isinstance(argument, ast.IfExp):
        yield from _whole(argument.body)
        yield from _whole(argument.orelse)
