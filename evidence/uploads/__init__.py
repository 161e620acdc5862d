"""Resumable upload of photos (tus 1.0) into the store of evidence.

Admitted by a terminal's signature, never by a session; who may send what is decided by the function the setting UPLOAD_ADMISSION names.
"""

from evidence.uploads.admission import Admission, Refused

__all__ = ["Admission", "Refused"]
