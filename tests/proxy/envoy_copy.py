"""The real Envoy that these tests run: one copy, which any user may run."""

import os
import pathlib
import shutil
import sys
import tempfile

from lab import Skip

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import envoy  # noqa: E402

_folder = pathlib.Path(tempfile.gettempdir()) / f"pillion-envoy-{os.getpid()}"


def program():
    copy = _folder / "envoy"
    if not copy.exists():
        _folder.mkdir(exist_ok=True)
        _folder.chmod(0o755)
        path, why = envoy.copy_to(_folder)
        if not path:
            raise Skip(f"no Envoy: {why}")
    return copy


def prepare():
    """Before there are threads: a program that somebody has open for writing, be it a child of another test's between
    fork and exec, cannot be run."""
    try:
        program()
    except Skip:
        pass  # each test says so


def forget():
    shutil.rmtree(_folder, ignore_errors=True)
