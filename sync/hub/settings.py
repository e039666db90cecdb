"""Django's settings of the hub. Everything that differs between libraries comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.functional import SimpleLazyObject

import assets
from sync.hub import environment

HERE = Path(__file__).parent

DEBUG = False
# Lazy, so that reading the settings makes no file; the first who needs the key does.
SECRET_KEY = SimpleLazyObject(environment.secret_key)
ALLOWED_HOSTS = environment.allowed_hosts()
DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "ninja",
    "sync.hub.fleet",
    "sync.hub.journal",
    "sync.hub.ledger",
    "sync.hub.catalogue",
    "sync.hub.patrons",
    "sync.hub.holds",
    "sync.hub.feed",
    "sync.hub.upkeep",
    "sync.hub.koha",
    "sync.hub.review",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sync.hub.middleware.page_guards",
    "sync.hub.middleware.through_the_door",
    "sync.hub.middleware.writes_in_turn",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sync.hub.middleware.ended_logins",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "review" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "sync.hub.review.context.for_every_page",
            ],
        },
    },
]

ROOT_URLCONF = "sync.hub.urls"
WSGI_APPLICATION = "sync.hub.wsgi.application"
APPEND_SLASH = False

MIN_PASSWORD = 12
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": MIN_PASSWORD},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "cases"

LANGUAGE_CODE = "nb"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    ("hub", HERE / "static"),
    ("fonts", assets.web_font(400).parent),
    ("drawings", assets.drawing_svg("mark").parent),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# A browser takes a cookie of such a name over TLS alone, from this very host: none of its neighbours can set it.
_COOKIES = "__Host-" if environment.https() else ""
# Sessions live in a signed cookie: reading a page then never writes to the database.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = f"{_COOKIES}nabolan_staff"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.https()
CSRF_COOKIE_NAME = f"{_COOKIES}nabolan_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = environment.https()
LANGUAGE_COOKIE_NAME = f"{_COOKIES}nabolan_language"
CSRF_FAILURE_VIEW = "sync.hub.review.problems.form_too_old"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if "." in host] if environment.https() else []

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if environment.https() else 0
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = environment.flag("HUB_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Only a proxy's word tells whether a request came over TLS; without one a redirect would run in circles.
SECURE_SSL_REDIRECT = environment.https() and BEHIND_PROXY
SECURE_REDIRECT_EXEMPT = [r"^api/health$"]
# W005, W021: whether all other names under the library's domain use TLS is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600

# A month of a busy station, 600 entries a day, and what staff's page of a fork reads in about a second.
MOST_ASIDE = environment.number("HUB_MOST_ASIDE", 20_000)

LIBRARY_NAME = os.environ.get("HUB_LIBRARY_NAME", "Biblioteket")
LIBRARY_PHONE = os.environ.get("HUB_LIBRARY_PHONE", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"not_503": {"()": "sync.hub.calm.NotAskedToComeAgain"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s", "datefmt": "%Y-%m-%dT%H:%M:%S%z"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "sync.hub": {"level": "INFO"},
        # A page that is not there, or a refused form, is no news.
        "django.request": {"level": "ERROR", "filters": ["not_503"]},
        "django.security": {"level": "ERROR"},
    },
}
