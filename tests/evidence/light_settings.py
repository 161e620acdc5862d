"""The product's settings without its applications, so that a killed sealer is back within half a second."""

from deploy.settings import *  # noqa: F403
from deploy.settings import DATABASES as PRODUCT

INSTALLED_APPS = []
DATABASES = {"default": PRODUCT["default"] | {"ENGINE": "django.db.backends.postgresql"}}
