"""The server's side behind gunicorn: `python serve.py PORT_FILE ROOT_FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from common import ready, scopes
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """One worker with eight threads, as our own hub on SQLite."""

    def load_config(self) -> None:
        """Take a free port and write it to the file."""
        self.cfg.set("bind", ["127.0.0.1:0"])
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)
        self.cfg.set("keepalive", 60)
        self.cfg.set("timeout", 600)
        self.cfg.set("when_ready", _write_port)

    def load(self):  # noqa: ANN201 - Django's own application
        """Return the application."""
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - in the worker

        return get_wsgi_application()


def _write_port(arbiter) -> None:  # noqa: ANN001 - gunicorn ships no types
    Path(sys.argv[1]).write_text(str(arbiter.LISTENERS[0].sock.getsockname()[1]), "ascii")


if __name__ == "__main__":
    ready()
    scopes()
    from morango.models.certificates import Certificate
    from records.models import Operator

    Path(sys.argv[2]).write_text(Certificate.generate_root_certificate("library").id, "ascii")
    operator = Operator(username="anna")
    operator.set_password("anna")
    operator.save()
    Server().run()
