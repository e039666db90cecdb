"""`{% say "key" %}` for words, `{% icon "name" %}` for line icons."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

import assets
from sync.hub.ledger.models import ReviewCase
from sync.hub.review.words import say as words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **facts: Any) -> str:
    """Return the words of `key` in the page's language; an unknown key is an error, not a gap."""
    return words(context["language"], key, **facts)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the line icon as inline SVG, hidden from screen readers: a word always stands beside it."""
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    svg = re.sub(r"<!--.*?-->", "", assets.icon_svg(name).read_text("utf-8"), flags=re.DOTALL).strip()
    svg = re.sub(r'class="[^"]*"', 'class="icon" aria-hidden="true" focusable="false"', svg, count=1)
    return mark_safe(svg)  # noqa: S308 - our own file, not input


@register.simple_tag
def fork_of(case: ReviewCase) -> tuple[str, int] | None:
    """Return station and epoch of the forked journal a case is about, None if it is about something else."""
    if case.kind not in ("journal_forked", "journal_conflict"):
        return None
    parts = case.key.split(":")
    return (case.station, int(parts[2])) if len(parts) > 2 and parts[2].isdigit() else None  # noqa: PLR2004 - the key
