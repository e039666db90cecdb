"""The hub's page in the documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from sync.hub.__main__ import parser
from sync.hub.api.calls import api
from sync.hub.environment import LOOPBACK
from sync.protocol import MAX_BATCH_ENTRIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hub.md").read_text("utf-8")


def test_every_setting_is_documented():
    """Each HUB_ setting the code reads stands in the table, and each in the table is read."""
    source = "".join(file.read_text("utf-8") for file in (ROOT / "sync" / "hub").rglob("*.py"))
    read = set(re.findall(r'"(HUB_[A-Z_]+)"', source))
    assert read == set(re.findall(r"^\| `(HUB_[A-Z_]+)`", PAGE, re.MULTILINE))
    assert "127.0.0.1" in LOOPBACK


def test_every_command_is_documented():
    """Each command stands in the table of commands."""
    (commands,) = (action.choices for action in parser()._actions if action.choices)
    assert set(commands) == set(re.findall(r"^\| `([a-z]+)[ `]", PAGE, re.MULTILINE))


def test_every_call_is_documented():
    """Each call stands in the table, and the bounds are those of the protocol."""
    paths = api.get_openapi_schema()["paths"]
    calls = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert calls == set(re.findall(r"^\| `([A-Z]+ /api/[a-z/]+)", PAGE, re.MULTILINE))
    assert f"at most {MAX_BATCH_ENTRIES} entries" in PAGE
