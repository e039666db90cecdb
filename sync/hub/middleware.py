"""What every answer carries, who is let in while the hub is looked after, and the order in which forms may write."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from sync.hub.api.problems import later
from sync.hub.calm import Calm
from sync.hub.database import turn
from sync.hub.review import logins, problems
from sync.hub.upkeep.door import inside
from sync.hub.upkeep.form import Closed

_no_database = Calm(logging.getLogger(__name__), "the database does not answer")

Answer = Callable[[HttpRequest], HttpResponse]

_COME_AGAIN_SECONDS = 10
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_guards(get_response: Answer) -> Answer:
    """Let no page run scripts or styles but our own files, and no cache keep a page of staff's."""

    def guarded(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        answer.headers.setdefault("Content-Security-Policy", _CONTENT)
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return guarded


def through_the_door(get_response: Answer) -> Answer:
    """Ask whoever comes while the hub is looked after, or its database does not answer, to come again later."""

    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            with inside():
                return get_response(request)
        except Closed as closed:
            return _closed(request, str(closed))
        except (OperationalError, InterfaceError) as error:
            _no_database.say(error)
            return _closed(request, "the hub's database does not answer")

    return guarded


def _closed(request: HttpRequest, why: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return later(why, _COME_AGAIN_SECONDS)
    answer = problems.closed(request)
    answer["Retry-After"] = str(_COME_AGAIN_SECONDS)
    return answer


def writes_in_turn(get_response: Answer) -> Answer:
    """Hold the turn to write while a form is handled. Its body is read before, so that nobody waits for a slow one.

    Calls of stations take their turn themselves, after they have read what was sent.
    """

    def in_turn(request: HttpRequest) -> HttpResponse:
        if request.method in _READS or request.path.startswith("/api/"):
            return get_response(request)
        try:
            request.body  # noqa: B018 - reading it keeps it
        except (UnreadablePostError, RequestDataTooBig):
            return HttpResponse(
                "The form did not arrive whole. Nothing was changed. Go back and send it again.", status=400
            )
        with turn():
            return get_response(request)

    return in_turn


def ended_logins(get_response: Answer) -> Answer:
    """Take whoever comes with the cookie of a login that was ended for nobody."""

    def guarded(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and logins.has_ended(request.session):
            request.session.flush()
            request.user = AnonymousUser()
        return get_response(request)

    return guarded
