"""`deploy/soak [NAME]`: the long runs, each with a bound and a printed seed. `deploy/test` runs each of them small."""

import sys

from deploy.verify.modules import main

PURPOSE = "Run the long checks: faults, tampering, sockets, fuzzing."

if __name__ == "__main__":
    sys.exit(main("soak", PURPOSE, sys.argv[1:], limit_s=3600))
