"""The one settings file. Everything that differs between places comes from the environment; what is wrong is a system check (checks.py).

LUQIN_MODE is `demo` (a city of invented people on loopback), `test`, or `production`; production is the default, so that forgetting it
is safe: it refuses demonstration accounts, default keys and plain http.
"""

import glob
import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlparse

from field.rules.documents.number import Form

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = os.environ.get("LUQIN_MODE", "production")
DEMO = MODE == "demo"
TEST = MODE == "test"
PRODUCTION = not (DEMO or TEST)
DEBUG = False
DATA = Path(os.environ.get("LUQIN_DATA", BASE_DIR / ".data"))
"""Everything that is written to disk: photos, keys, the private database of a demonstration."""

SECRET_KEY = os.environ.get(
    "LUQIN_SECRET_KEY", "" if PRODUCTION else "only-for-a-demonstration-on-loopback-and-for-tests"
)
ALLOWED_HOSTS = os.environ.get(
    "LUQIN_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
).split(",")
ORIGIN = os.environ.get("LUQIN_ORIGIN", "http://localhost:8000")
"""The one origin that people see: scheme, host and port. Sockets and forms from any other are refused."""
HTTPS = ORIGIN.startswith("https://")
CSRF_TRUSTED_ORIGINS = [ORIGIN]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.gis",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "axes",
    "evidence",
    "accounts",
    "field",
    "deploy",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "deploy.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.shift_of_request",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
ASGI_APPLICATION = "deploy.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "field" / "lookup" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlparse(url)
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "application_name": os.environ.get("LUQIN_PART", "luqin"),
            # of what evidence.queries.ask_often asks for the second time; a pooler that changes connections between statements needs None
            "prepare_threshold": 1,
        },
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgis://luqin@127.0.0.1:5432/luqin"))}
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _wheel_library(package: str, pattern: str) -> str | None:
    """GDAL and GEOS come inside the wheels of pyogrio and shapely: newer than Debian's, and the same everywhere."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    found = glob.glob(str(Path(spec.origin).parents[1] / f"{package}.libs" / pattern))
    return found[0] if found else None


GDAL_LIBRARY_PATH = os.environ.get("GDAL_LIBRARY_PATH") or _wheel_library("pyogrio", "libgdal-*.so*")
GEOS_LIBRARY_PATH = os.environ.get("GEOS_LIBRARY_PATH") or _wheel_library("shapely", "libgeos_c-*.so*")

# who
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.PoliceNumberBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    *(["django.contrib.auth.hashers.MD5PasswordHasher"] if TEST else []),
]
if TEST:
    PASSWORD_HASHERS.reverse()
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "police_number"
AXES_IPWARE_PROXY_COUNT = int(os.environ.get("LUQIN_PROXIES", "1"))
AXES_HANDLER = "accounts.tries.Tries"
AXES_CLIENT_IP_CALLABLE = "accounts.tries.bucket"
AXES_LOCKOUT_CALLABLE = "accounts.tries.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"
CSRF_COOKIE_SAMESITE = "Strict"
ACCOUNTS_CLOSED = "field.live.announce.close"
"""Called with audience keys and a close code after the commit that ended somebody's right to read."""
UNATTENDED_PATHS = ["/api/feed", "/api/session"]
"""Asked by the page itself, not by a person: they keep no desk awake."""
DESK_IDLE_MINUTES = 30
SHIFT_HOURS = 12
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"

# the ledger
LOG_ORIGIN = os.environ.get("LUQIN_LOG_ORIGIN", "luqin.example/demo" if not PRODUCTION else "")
LOG_KEY_FILE = Path(os.environ.get("LUQIN_LOG_KEY_FILE", DATA / "log" / "key"))
LOG_PUBLIC_FILE = Path(os.environ.get("LUQIN_LOG_PUBLIC_FILE", DATA / "log" / "key.pub"))
LOG_NEWEST_FILE = Path(os.environ.get("LUQIN_LOG_NEWEST_FILE", DATA / "log" / "newest.note"))
LEDGER_SEAL_IN_PROCESS = TEST
"""Tests seal in the process that asks for a receipt; everywhere else only the sealer has the key."""
LEDGER_PROJECTIONS = ["accounts.projections.PROJECTIONS", "field.projections.PROJECTIONS"]
LEDGER_KEYS = "accounts.projections.public_keys"
LEDGER_UNPROVEN = frozenset({"record.quarantined", "record.conflict"})
"""Kinds whose attached bytes are kept without vouching for their signature; of all others verify_ledger checks it."""
LEDGER_BLOBS = "field.projections.photo_digests"
PHOTO_ROOT = DATA / "photos"
RENDITION_ROOT = DATA / "renditions"
RENDITION_DRESS = "field.recording.photos.dress"
UPLOAD_ROOT = DATA / "uploads"
UPLOAD_ADMISSION = "field.sync.photos.admit"
UPLOAD_ARRIVED = "field.sync.photos.arrived"
UPLOAD_MAX_BYTES = 12_000_000
UPLOAD_QUOTA_BYTES = 2_000_000_000
RESCUE_MAX_BYTES = 1_000_000_000
"""The largest rescue file that a desk takes; the web server's own bound is a little above it."""
HOLIDAYS = Path(os.environ["LUQIN_HOLIDAYS"]) if os.environ.get("LUQIN_HOLIDAYS") else None
"""A file with the holidays of further years, as field/rules/holidays.json has them."""
SETTLED_BY = os.environ.get("LUQIN_SETTLED_BY", "none")
"""What a second holder of the evidence is: `none`, `backup` (mark_backup after each one) or `standby` (its flushed position)."""
PHOTOS_ARE_REPLICATED = os.environ.get("LUQIN_PHOTOS_ARE_REPLICATED") == "1"
"""The photos' folder is written to a second machine before a write returns; a standby of PostgreSQL alone holds no photo."""

# the field
AREA = os.environ.get("LUQIN_AREA", "330900")
"""Six digits of the place whose offence catalogue and local rules apply (GB/T 2260)."""
HOME_PLATE = os.environ.get("LUQIN_HOME_PLATE", "浙M")
PUBLIC_NAME_ZH = os.environ.get("LUQIN_NAME_ZH", "江澜市公安局交通警察支队")
PUBLIC_NAME_EN = os.environ.get("LUQIN_NAME_EN", "Traffic Police of Jianglan")
PUBLIC_PHONE = os.environ.get("LUQIN_PHONE", "000-0000 0000")
LOOKUP_KEY = os.environ.get("LUQIN_LOOKUP_KEY", "" if PRODUCTION else "lookup-key-of-a-demonstration")
"""Keys the hashes under which ticket tokens, licence endings and engine numbers are stored."""
LOOKUP_ASKS_AN_HOUR = int(os.environ.get("LUQIN_ASKS_AN_HOUR", "20"))
UNSIGNED_TEXTS_AN_HOUR = int(os.environ.get("LUQIN_UNSIGNED_TEXTS", "200"))
"""Texts that no enrolled terminal signed, from one network; more are told to come again later. From all networks together ten times that."""
UNSIGNED_TEXTS_AN_HOUR_IN_ALL = 10 * UNSIGNED_TEXTS_AN_HOUR
DESK_LINES_AN_HOUR = int(os.environ.get("LUQIN_DESK_LINES", "3000"))
"""Lines of violations that one person may page through at a desk within an hour."""
LICENCES_AN_HOUR = int(os.environ.get("LUQIN_LICENCES", "30"))
"""Driving licences about which one officer may ask this system's records within an hour."""
TASK_SIGN_MINUTES = {"critical": 2, "urgent": 10, "routine": 24 * 60}
AUXILIARY_MAY_ISSUE_NOTICE = os.environ.get("LUQIN_AUXILIARY_NOTICE_RULE", "")
"""Name of the local rule that lets an auxiliary open parking notices; empty: none does (Order 157 art. 12)."""
PACK_DAYS = int(os.environ.get("LUQIN_PACK_DAYS", "14"))
"""Days for which a handheld that can't hear of newer tables may still make papers from those it carries; after that it only records."""
PAPER_SETTING = {
    "authority": PUBLIC_NAME_ZH,
    "seal": os.environ.get("LUQIN_SEAL", "" if PRODUCTION else "pre_stamped"),
    "level": os.environ.get("LUQIN_AUTHORITY_LEVEL", "" if PRODUCTION else "city"),
    "government": os.environ.get("LUQIN_GOVERNMENT", "" if PRODUCTION else "江澜市人民政府"),
    "court": os.environ.get("LUQIN_COURT", "" if PRODUCTION else "江澜市城东区人民法院"),
    "bank": os.environ.get("LUQIN_BANK", "" if PRODUCTION else "代收银行任一网点或者电子支付系统"),
    "office": os.environ.get("LUQIN_OFFICE", "" if PRODUCTION else "江澜市任一违法处理窗口"),
    "bring": os.environ.get("LUQIN_BRING", "身份证、驾驶证、行驶证"),
    "phone": PUBLIC_PHONE,
    "auxiliary_rule": AUXILIARY_MAY_ISSUE_NOTICE,
}
"""What papers say of this place (rules/documents). Empty: unknown, and papers that need it are refused. `seal` is `pre_stamped` (the
roll bears it) or `raster`; `level` is `city` where the authority may revoke licences, else `county`."""
SEAL_FILE = os.environ.get("LUQIN_SEAL_FILE", "")
"""PNG of the authority's seal, printed where `seal` is `raster`."""
PRINT_BRIDGE = os.environ.get("LUQIN_PRINT_BRIDGE", "")
"""Where built-in printers of handhelds take papers (POST of ESC/POS bytes), e.g. http://127.0.0.1:8123/print; empty: there are none."""
_FONT = "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
PAPER_FONT = Path(
    os.environ.get("LUQIN_PAPER_FONT")
    or next(
        (one for one in (Path("/", _FONT), BASE_DIR / ".data" / "unpacked" / _FONT) if one.is_file()),
        f"/{_FONT}",
    )
)
"""Font of the PDF pages: fonts-noto-cjk of the distribution (deploy/packages.toml)."""
NUMBER_FORM = Form(
    area=os.environ.get("LUQIN_NUMBER_AREA", AREA),
    classes=dict(
        one.split("=")
        for one in os.environ.get(
            "LUQIN_NUMBER_CLASSES",
            "simple_decision=1,decision=2,measure_certificate=3,notice_to_appear=6"
            + ("" if PRODUCTION else ",parking_notice=9"),
        ).split(",")
        if "=" in one
    ),
    digits=int(os.environ.get("LUQIN_NUMBER_DIGITS", "8")),
    check=os.environ.get("LUQIN_NUMBER_CHECK", "none" if PRODUCTION else "luhn"),
)
"""How numbers of papers are written: area, class, serial, check character. No class of the parking notice and no algorithm of the check
is published: both are the province's to name."""
NUMBERS_IN_A_BLOCK = int(os.environ.get("LUQIN_NUMBERS_IN_A_BLOCK", "50"))
NUMBERS_RENEW_BELOW = int(os.environ.get("LUQIN_NUMBERS_RENEW_BELOW", "20"))
HANDHELD_MINIMUM_VERSION = "0.1.0"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.backends.CookieAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "deploy.negotiation.OneForm",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "deploy.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS: what a door takes stands in the document, not in its own words for anybody
    "EXCEPTION_HANDLER": "field.errors.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Luqin",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    # words of a choice stand where they are used: names drawn for them would change with every word
    "POSTPROCESSING_HOOKS": ["deploy.schema_uploads.with_uploads"],
}

# jobs: Redis only says "look now"
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "deploy.logs.QuietFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"not_passing": {"()": "deploy.logs.NotPassing"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "filters": ["not_passing"]},
        "axes": {"level": "ERROR"},
        # both name the characters that a page is made of: a person's name among them
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
    },
}
