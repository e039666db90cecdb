"""Staff change their own password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sync.hub.clock import now_ms
from sync.hub.database import writing
from sync.hub.review.access import staff_only
from sync.hub.review.acts import PASSWORD, note, password_changed_ms
from sync.hub.review.context import language_of
from sync.hub.review.login_pages import MAX_PASSWORD
from sync.hub.review.throttle import Throttle
from sync.hub.review.when import day_and_time
from sync.hub.review.words import say

_TRIES = Throttle("password", free_tries=5)
_WORDS_OF_OURS = ("nabolån", "nabolan", "biblioteket", "bibliotek", "library", "passord", "password")
_LEAST_BESIDE = 8
"""So many characters a password must have beside names that whoever guesses would try first."""


@require_http_methods(["GET", "POST"])
@staff_only
def change_password(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the new password of who knows the old one.

    A session carries a digest of the password it began with: all others of this person end, this one goes on.
    """
    if request.method == "GET":
        return _page(request)
    person, who, now, language = request.user, str(request.user.pk), now_ms(), language_of(request)
    assert isinstance(person, User)  # noqa: S101 - staff_only let nobody else in
    wait = _TRIES.seconds_to_wait(who, now)
    if wait:
        return _page(request, say(language, "login.wait", seconds=wait), 429)
    old, new = request.POST.get("old", "")[:MAX_PASSWORD], request.POST.get("new", "")
    if not person.check_password(old):
        _TRIES.count(who, now)
        return _page(request, say(language, "password.wrong"), 403)
    _TRIES.forgive(who)
    why = _unfit(person, old, new, request.POST.get("again", ""), language)
    if why:
        return _page(request, why, 400)
    if not _keep(person, new, now):
        return _page(request, say(language, "password.wrong"), 409)
    update_session_auth_hash(request, person)
    return redirect(f"{reverse('password')}?changed=yes")


def _unfit(person: User, old: str, new: str, again: str, language: str) -> str:
    """Return why this cannot be the new password, "" if it can."""
    if new != again:
        return say(language, "password.differs")
    if new == old:
        return say(language, "password.same")
    if not settings.MIN_PASSWORD <= len(new) <= MAX_PASSWORD:
        return say(language, "password.length", least=settings.MIN_PASSWORD, most=MAX_PASSWORD)
    try:
        validate_password(new, person)
    except ValidationError:
        return say(language, "password.common")
    return say(language, "password.common") if _is_made_of_names(person, new) else ""


def _is_made_of_names(person: User, new: str) -> bool:
    """Return whether little is left without our name, the library's, and one's own."""
    names = {*_WORDS_OF_OURS, *settings.LIBRARY_NAME.casefold().split(), person.get_username().casefold()}
    left = new.casefold()
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, "")
    return len(left) < _LEAST_BESIDE


def _keep(person: User, new: str, now_ms: int) -> bool:
    """Return whether the new password is kept, and that it was changed: not if it was changed elsewhere since the old
    one was checked.
    """
    before, after = person.password, make_password(new)
    with writing():
        kept = get_user_model().objects.filter(pk=person.pk, password=before).update(password=after)
        if kept:
            note(PASSWORD, person.get_username(), now_ms)
    person.password = after
    return bool(kept)


def _page(request: HttpRequest, why: str = "", status: int = 200) -> HttpResponse:
    language, now = language_of(request), now_ms()
    last = password_changed_ms(request.user.get_username())
    facts = {
        "here": "password",
        "title": say(language, "password.title"),
        "why": why,
        "changed": request.method == "GET" and request.GET.get("changed") == "yes",
        "last": say(language, "password.last", when=day_and_time(last, now, language)) if last is not None else "",
        "least": settings.MIN_PASSWORD,
        "most": MAX_PASSWORD,
    }
    return render(request, "password.html", facts, status=status)
