"""Run one module of soak.d or bench.d: `FILE ARGUMENT...`. It finds Django set up, and its own folder to import neighbours from."""

import importlib.util
import sys
from pathlib import Path

import django


def run(path: Path, words: list[str]) -> int:
    """Load the file and call its `main`."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return int(module.main(words) or 0)


if __name__ == "__main__":
    django.setup()
    sys.exit(run(Path(sys.argv[1]).resolve(), sys.argv[2:]))
