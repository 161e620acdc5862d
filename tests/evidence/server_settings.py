"""Settings of the upload server that the tests start as a process of its own: the product's, with the doors of this room only."""

import os
from pathlib import Path

from deploy.settings import *  # noqa: F403

ROOT_URLCONF = "tests.evidence.server_urls"
MIDDLEWARE = []
UPLOAD_ADMISSION = "tests.evidence.uploading.admit"
UPLOAD_ARRIVED = "tests.evidence.uploading.arrived"
PHOTO_ROOT = Path(os.environ["LUQIN_TEST_DISK"]) / "photos"
UPLOAD_ROOT = Path(os.environ["LUQIN_TEST_DISK"]) / "uploads"
