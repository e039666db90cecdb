"""Logging in and out, and choosing the language."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from sync.hub.clock import now_ms
from sync.hub.review import logins
from sync.hub.review.context import language_of
from sync.hub.review.throttle import Throttle, address_of
from sync.hub.review.words import LANGUAGES, say

log = logging.getLogger(__name__)

_BY_NAME = Throttle("login", free_tries=5)
_BY_ADDRESS = Throttle("login from", free_tries=30)
MAX_PASSWORD = 200
_A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or let in who knows the password and go to the page asked for first."""
    back = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "GET":
        return render(request, "login.html", {"next": back})
    name, now = request.POST.get("username", "").replace("\x00", "")[:150], now_ms()
    tries = ((_BY_NAME, f"{name.casefold()}|{address_of(request)}"), (_BY_ADDRESS, address_of(request)))
    wait = max(throttle.seconds_to_wait(who, now) for throttle, who in tries)
    if wait:
        log.warning("staff: a login as %s from %r has to wait", _known(name), address_of(request))
        return _again(request, back, name, say(language_of(request), "login.wait", seconds=wait), 429)
    person = authenticate(request, username=name, password=request.POST.get("password", "")[:MAX_PASSWORD])
    if person is None or not person.is_staff:
        for throttle, who in tries:
            throttle.count(who, now)
        log.warning("staff: a login as %s from %r was refused", _known(name), address_of(request))
        return _again(request, back, name, say(language_of(request), "login.wrong"), 403)
    _BY_NAME.forgive(tries[0][1])
    login(request, person)
    logins.begin(request.session)
    log.info("staff: %s logged in from %r", person.get_username(), address_of(request))
    return redirect(back)


def _known(name: str) -> str:
    """Return the name if somebody has it; what else was typed may be a password, and is not logged."""
    return name if get_user_model().objects.filter(username=name).exists() else "nobody we know"


def _again(request: HttpRequest, back: str, name: str, why: str, status: int) -> HttpResponse:
    return render(request, "login.html", {"next": back, "name": name, "why": why}, status=status)


def _safe(request: HttpRequest, target: str) -> str:
    """Return `target` if it is a page of ours, else the list of cases."""
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if ours and target.startswith("/") else "/"


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the login, for a copy of its cookie too, and let the browser forget the pages it was shown."""
    if request.user.is_authenticated:
        log.info("staff: %s logged out", request.user.get_username())
    logins.end(request.session, now_ms())
    logout(request)
    answer = redirect("login")
    answer["Clear-Site-Data"] = '"cache"'
    return answer


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language for this browser and go back to the page."""
    chosen = request.POST.get("language", "")
    answer = redirect(_safe(request, request.POST.get("next", "")))
    if chosen in LANGUAGES:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=_A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer
