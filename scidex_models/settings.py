"""All settings, read from the environment; every variable is documented where it is read.

With nothing set this is a catalogue for one machine: SQLite beside manage.py, answering on loopback.
Anything wider (PostgreSQL, or hosts other than loopback) has to bring its own SECRET_KEY and
ALLOWED_HOSTS, or it refuses to start.
"""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from scidex_models import __version__
from scidex_models.databases import BASE_DIR, POOLED, databases
from scidex_models.environment import env_flag, env_int, env_list, env_text

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# Known to everyone, hence accepted on loopback alone.
LOOPBACK_SECRET_KEY = "django-insecure-for-a-catalogue-on-loopback-only"


# Databases: DATABASE_URL, REPLICA_URLS and DATABASE_POOL_SIZE, described in scidex_models/databases.py.

DATABASES = databases()
REPLICAS = [alias for alias in DATABASES if alias != "default"]
# Seconds that a replica may be behind the primary; one that is further behind is left out until it has caught up.
REPLICA_MAX_LAG = env_int("REPLICA_MAX_LAG", 10)
DATABASE_ROUTERS = ["catalog.replication.routing.ReplicaRouter"] if REPLICAS else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Who may be answered, and what signs sessions: SECRET_KEY, ALLOWED_HOSTS (comma-separated).


def require_own_secrets(*, on_postgresql: bool, secret_key: str, hosts: list[str]) -> None:
    """The fallbacks are for one machine: anything wider names its key and hosts."""
    if not on_postgresql and set(hosts) <= set(LOOPBACK_HOSTS):
        return
    values = {"SECRET_KEY": secret_key, "ALLOWED_HOSTS": hosts}
    missing = [name for name, value in values.items() if not value]
    if missing:
        where = "on PostgreSQL" if on_postgresql else "for hosts other than loopback"
        raise ImproperlyConfigured(
            f"To run {where}, set {' and '.join(missing)} in the environment. "
            "SECRET_KEY is a long random text that stays the same between restarts; "
            "ALLOWED_HOSTS lists the host names to answer to, separated by commas."
        )


DEBUG = env_flag("DEBUG")
SECRET_KEY = env_text("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
require_own_secrets(
    on_postgresql=DATABASES["default"]["ENGINE"] == POOLED,
    secret_key=SECRET_KEY,
    hosts=ALLOWED_HOSTS,
)
SECRET_KEY = SECRET_KEY or LOOPBACK_SECRET_KEY
ALLOWED_HOSTS = ALLOWED_HOSTS or LOOPBACK_HOSTS


# Transport. HTTPS=true where users reach the catalogue over https; TRUSTED_PROXIES says how many
# proxies stand before it, whose X-Forwarded-Proto and X-Forwarded-For are then believed.

HTTPS = env_flag("HTTPS")
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]  # probes come over plain http, from inside
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 30 * 24 * 3600) if HTTPS else 0
# These two bind a whole domain, so they are asked for by name.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env_flag("HSTS_PRELOAD")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# The largest request body that is read. File uploads do not exist here.
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("MAX_BODY_BYTES", 4 * 1024 * 1024)


INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "django_tables2",
    "simple_history",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "catalog.apps.CatalogConfig",
]
# Compressing shows who sees lengths what a page repeats of a request (BREACH). The one secret on a page, the token of a
# form, is masked anew each time, and Django pads each answer by a random length.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "scidex_models.policy.PolicyMiddleware",
    "catalog.replication.middleware.ReplicaMiddleware",  # before whatever reads the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "scidex_models.urls"
WSGI_APPLICATION = "scidex_models.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                name: f"catalog.web.templatetags.{name}" for name in ("catalog_format", "linked_text", "pin_words")
            },
        },
    },
]
AUTHENTICATION_BACKENDS = ["catalog.roles.HeldPermissions", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # serves from the packages themselves: no collectstatic step

# Throttle counts live in the cache. The default is per process; several processes that should share
# one count name a shared cache, such as django.core.cache.backends.db.DatabaseCache and its table.
CACHES = {
    "default": {
        "BACKEND": env_text("CACHE_BACKEND", "django.core.cache.backends.locmem.LocMemCache"),
        "LOCATION": env_text("CACHE_LOCATION", "scidex-models"),
    }
}

# Reasons are sentences; the default column ends after 100 characters.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False  # what was recorded is asked for of a row, never of a day

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "catalog.api.authentication.BearerAuthentication",  # first: it makes a request without credentials a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["catalog.api.permissions.PublicReadingPermittedWriting"],
    "DEFAULT_PARSER_CLASSES": ["catalog.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["catalog.api.throttling.RequestThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env_text("THROTTLE_ANON", "1200/min"),
        "user": env_text("THROTTLE_USER", "6000/min"),
    },
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "catalog.api.renderers.BrowsableRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "catalog.api.renderers.Negotiation",
    "EXCEPTION_HANDLER": "catalog.api.problems.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=env_int("TOKEN_TTL_DAYS", 90)),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SciDEX Models API",
    "DESCRIPTION": "A catalogue of scientific models with their provenance, evaluations and comparisons.",
    "VERSION": __version__,
    "LICENSE": {"name": "Apache-2.0"},
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "catalog.api.conditional.tell_of_tags",
    ],
    "ENUM_NAME_OVERRIDES": {
        name: f"catalog.vocabulary.{name}"
        for name in (
            *("Advisory", "Change", "Direction", "Family", "FamilyBasis", "Identification", "Kind", "LinkChange"),
            *("Outcome", "PinCheck", "PinStatus", "QualityBasis", "Relation", "ReportedBy", "State", "Verdict"),
        )
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env_text("LOG_LEVEL", "INFO").upper()},
    # Django's own handlers print only with DEBUG; the root one always does.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
