"""The hub's page in the documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from lending.entries import SCHEMA_VERSION
from lending.plain import MAX_LIST, MAX_TEXT
from sync import protocol
from sync.feed_page import MAX_PAGE_BYTES, MAX_PAGE_ROWS
from sync.heartbeat import MAX_BEAT_BYTES
from sync.hub.__main__ import parser
from sync.hub.api.calls import MAX_ENROL_BYTES, MAX_PIN_BYTES, api
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


def test_every_command_tells_what_it_does():
    """The --help of each command begins with a sentence, and each argument has one too."""
    (commands,) = (action.choices for action in parser()._actions if action.choices)
    for name, command in commands.items():
        assert command.description, name
        assert [
            action.dest for action in command._get_positional_actions() if not (action.help or action.choices)
        ] == []


def test_every_call_is_documented():
    """Each call stands in the table, and the bounds are those of the protocol."""
    paths = api.get_openapi_schema()["paths"]
    calls = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert calls == set(re.findall(r"^\| `([A-Z]+ /api/[a-z/]+)", PAGE, re.MULTILINE))
    assert f"at most {MAX_BATCH_ENTRIES} entries" in PAGE


def test_the_protocol_is_documented_whole():
    """Each call stands in the table of the protocol's code and is drawn or told on its page, with the real limits."""
    table, page = protocol.__doc__ or "", (ROOT / "docs" / "architecture" / "protocol.md").read_text("utf-8")
    for path in api.get_openapi_schema()["paths"]:
        assert f" {path}" in table, path
    for limit in (
        f"{MAX_BATCH_ENTRIES} entries, {protocol.MAX_BATCH_BYTES} bytes",
        f"{MAX_BEAT_BYTES}, {MAX_ENROL_BYTES}, {MAX_PIN_BYTES} bytes",
        f"{protocol.MAX_BODY_SECONDS} seconds",
        f"{MAX_PAGE_ROWS} rows, about {MAX_PAGE_BYTES} bytes",
        f"texts of {MAX_TEXT} characters, lists of {MAX_LIST}",
        f"now up to {SCHEMA_VERSION}",
        f"now {protocol.PROTOCOL}",
    ):
        assert limit in page, limit
