"""What every answer carries, and the order in which forms may write."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from sync.hub.database import turn

Answer = Callable[[HttpRequest], HttpResponse]

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
