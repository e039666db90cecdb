"""Who may see staff pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """Return the view for staff who are logged in; others are sent to the login page and come back after it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_active and request.user.is_staff:
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("cases")
        return redirect(f"{reverse('login')}?{urlencode({'next': back})}")

    return guarded
