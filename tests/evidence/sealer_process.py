"""The sealer's loop as `manage.py seal` runs it, without waiting for Django to load all applications: for tests that kill it often."""

from evidence.keys import log_signer
from evidence.sealing import Sealing

if __name__ == "__main__":
    Sealing(log_signer()).run()
