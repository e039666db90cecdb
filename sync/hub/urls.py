"""Where everything is."""

from django.urls import URLPattern, URLResolver, path

from sync.hub.api.calls import api
from sync.hub.review import problems
from sync.hub.review.urls import urlpatterns as staff_pages

urlpatterns: list[URLPattern | URLResolver] = [path("api/", api.urls), *staff_pages]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.our_fault
