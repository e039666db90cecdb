"""Django's settings of one side; `BENCH_SIDE` names its folder. Run by the peer's own Python, not by ours."""

from __future__ import annotations

import os
from pathlib import Path

_SIDE = Path(os.environ["BENCH_SIDE"])

SECRET_KEY = "throw-away"  # noqa: S105 - it signs nothing
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "morango", "records"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "morango.urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": _SIDE / "db.sqlite3", "OPTIONS": {"timeout": 60}}
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
AUTH_USER_MODEL = "records.Operator"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
