"""Logins that were ended. Sessions live in a signed cookie, so that a copy of it would outlive logging out."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from sync.hub.database import writing
from sync.hub.review.models import EndedLogin

_MARK = "login"


def begin(session: SessionBase) -> None:
    """Give this login a mark of 128 random bits by which it can be ended."""
    session[_MARK] = secrets.token_hex(16)


def end(session: SessionBase, now_ms: int) -> None:
    """End this login, whoever has its cookie. What is kept of it goes once the cookie is too old in any case."""
    if _MARK not in session:
        return
    with writing():
        EndedLogin.objects.filter(at_ms__lt=now_ms - 1000 * settings.SESSION_COOKIE_AGE).delete()
        EndedLogin.objects.get_or_create(key=_key(session), defaults={"at_ms": now_ms})


def has_ended(session: SessionBase) -> bool:
    """Return whether this login was ended."""
    return _MARK in session and EndedLogin.objects.filter(key=_key(session)).exists()


def _key(session: SessionBase) -> str:
    return hashlib.sha256(str(session[_MARK]).encode()).hexdigest()
