"""What every page needs: its language, who is logged in, how many cases wait."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sync.hub.review.case_list import waiting_in_all
from sync.hub.review.words import LANGUAGES


def language_of(request: HttpRequest) -> str:
    """Return the language staff chose for the pages, Bokmål if none."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "nb")
    return chosen if chosen in LANGUAGES else "nb"


def for_every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the language and, for staff, the number that stands in the navigation."""
    language = language_of(request)
    other = next(tag for tag in LANGUAGES if tag != language)
    user = getattr(request, "user", None)
    staff = user is not None and user.is_authenticated and user.is_staff
    return {
        "language": language,
        "other_language": other,
        "other_language_name": LANGUAGES[other],
        "library": settings.LIBRARY_NAME,
        "staff": staff,
        "waiting": waiting_in_all() if staff else None,
    }
