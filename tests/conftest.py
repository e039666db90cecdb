"""What tests of several folders share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import FAST


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder in memory where there is one."""
    with tempfile.TemporaryDirectory(prefix="nabolan-tests-", dir=FAST) as folder:
        yield Path(folder)
