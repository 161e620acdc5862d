"""Files that are there after the power has gone: written beside, flushed, renamed, and the folder flushed too."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that names made in it survive."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Put this text in the file's place, whole or not at all, and flush it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
