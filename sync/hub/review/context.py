"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def for_every_page(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - comes next
    """Return nothing yet."""
    return {}
