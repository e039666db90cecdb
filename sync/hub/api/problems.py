"""The plain answer to what cannot be done: what happened, and what to do now. Never a traceback, never a card."""

from __future__ import annotations

import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lending.errors import NotAllowed, Refused, TryLater
from sync.hub.calm import Calm
from sync.hub.journal.batch import TooLarge

log = logging.getLogger(__name__)
_busy = Calm(log, "the database did not answer in time")

SEND_AGAIN_LATER = "Nothing was stored. Keep everything and send the same again later."
DO_NOT_SEND_AGAIN = "Nothing was stored. Sending the same again changes nothing; keep it and show it to staff."


def problem(status: int, what: str, what_now: str) -> JsonResponse:
    """Return a plain problem body."""
    return JsonResponse({"problem": what, "what_now": what_now}, status=status)


def later(what: str, seconds: int, status: int = 503) -> JsonResponse:
    """Return an answer that asks to come again in so many seconds."""
    answer = problem(status, what, SEND_AGAIN_LATER)
    answer["Retry-After"] = str(seconds)
    return answer


def explain_problems(api: NinjaAPI) -> None:
    """Give every error that can come out of a call its plain answer."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(NotAllowed, _not_allowed)
    api.add_exception_handler(AuthenticationError, _no_token)
    api.add_exception_handler(ValidationError, _bad_arguments)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(TryLater, _try_later)
    for error in (OperationalError, InterfaceError, InternalError):
        api.add_exception_handler(error, _database_busy)
    api.add_exception_handler(Exception, _ours)


def _refused(_: HttpRequest, error: Refused | type[Refused]) -> HttpResponse:
    if isinstance(error, TooLarge):
        return problem(413, str(error), "Nothing was stored. Send it in smaller pieces.")
    return problem(getattr(error, "status", 400), str(error), DO_NOT_SEND_AGAIN)


def _not_allowed(_: HttpRequest, error: NotAllowed | type[NotAllowed]) -> HttpResponse:
    return problem(403, str(error), "Stop sending, keep the journal, and ask the library to enrol the station anew.")


def _no_token(_: HttpRequest, _error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    return problem(401, "the token is missing or no longer counts", "Keep the journal and enrol the station anew.")


def _bad_arguments(_: HttpRequest, _error: ValidationError | type[ValidationError]) -> HttpResponse:
    return problem(422, "an argument of the call is missing or malformed", DO_NOT_SEND_AGAIN)


def _http_error(_: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    return problem(getattr(error, "status_code", 400), "the request cannot be understood", DO_NOT_SEND_AGAIN)


def _try_later(_: HttpRequest, error: TryLater | type[TryLater]) -> HttpResponse:
    return later(str(error), 5)


def _database_busy(_: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Answer while the database is locked, gone, starting, or takes no writes because another one is to."""
    _busy.say(error)
    return later("the hub is busy", 5)


def _ours(request: HttpRequest, _error: Exception | type[Exception]) -> HttpResponse:
    log.error("a call to %s went wrong", request.path, exc_info=True)  # noqa: LOG014 - ninja calls this while it handles the error
    return problem(500, "something went wrong at the hub", SEND_AGAIN_LATER)
