"""Pages for what went wrong: what happened, what was kept, what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from sync.hub.review.context import language_of
from sync.hub.review.words import say


def _answer(request: HttpRequest, status: int, key: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"problem": say("en", key), "what_now": say("en", f"{key}.now")}
        return JsonResponse(body, status=status)
    language = language_of(request)
    facts = {"language": language, "title": say(language, key), "now": say(language, f"{key}.now"), "status": status}
    return HttpResponse(render_to_string("problem.html", facts), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that cannot be understood."""
    return _answer(request, 400, "problem.400")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer who may not see this."""
    return _answer(request, 403, "problem.403")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer who asked for a page that is not there."""
    return _answer(request, 404, "problem.404")


def our_fault(request: HttpRequest) -> HttpResponse:
    """Answer when we are to blame; asks nothing of the database, which may be the reason."""
    return _answer(request, 500, "problem.500")


def closed(request: HttpRequest) -> HttpResponse:
    """Answer while the hub is looked after or its database does not answer; asks nothing of the database."""
    return _answer(request, 503, "problem.503")


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its token: the page was old, or somebody else made the form."""
    return _answer(request, 403, "problem.form")
