"""The hub as a WSGI application."""

from django.core.wsgi import get_wsgi_application

from sync.hub import setup

setup()
application = get_wsgi_application()
