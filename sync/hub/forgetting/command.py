"""`nabolan hub forget`: asked on the command line, told in plain words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from sync.hub import commands


def add_parser(under: Any) -> None:
    """Describe the command and its arguments."""
    forget = under.add_parser("forget", help="erase who loans that ended were about; a hub that serves does so daily")
    forget.add_argument("--dry-run", action="store_true", help="only say how many it would be")


def run(asked: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do what was asked and say what came of it."""
    for line in commands.forget(dry=asked.dry_run):
        say(line)
