"""The staff pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - comes next
    """Answer until the pages are there."""
    return HttpResponse("Nabolån")


urlpatterns = [path("", soon, name="cases"), path("login", soon, name="login")]
