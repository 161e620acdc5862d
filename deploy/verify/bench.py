"""`deploy/bench [NAME]`: each figure beside its raw limit, measured in the same run."""

import sys

from deploy.verify.modules import main

if __name__ == "__main__":
    sys.exit(main("bench", "Measure, each figure beside its raw limit.", sys.argv[1:], limit_s=900))
