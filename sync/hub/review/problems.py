"""Pages for what went wrong: what happened, what was kept, what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse


def _answer(request: HttpRequest, status: int, what: str, now: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"problem": what, "what_now": now}, status=status)
    return HttpResponse(f"{what}. {now}", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - named by Django
    """Answer a request that cannot be understood."""
    return _answer(request, 400, "The request cannot be understood", "Nothing was changed.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - named by Django
    """Answer who may not see this."""
    return _answer(request, 403, "This is not for you to see", "Nothing was changed.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - named by Django
    """Answer who asked for a page that is not there."""
    return _answer(request, 404, "There is nothing here", "Look at the address.")


def our_fault(request: HttpRequest) -> HttpResponse:
    """Answer when we are to blame."""
    return _answer(request, 500, "Something went wrong here", "Try again in a while.")


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - named by Django
    """Answer a form without its token."""
    return _answer(request, 403, "The form was too old", "Nothing was changed. Go back, load the page, try again.")
