"""What the tests share: the program, worlds that several tests use, and what is said against a proxy at the end."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

import pods

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import envoy  # noqa: E402


class Skip(Exception):
    """The test cannot be made here; its text says why."""


def told(problem):
    """An exception with the lines of these tests that it passed."""
    ours = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.startswith(str(HERE))]
    places = " ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in ours)
    return f"{type(problem).__name__}: {problem} ({places})"


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"{program} is not installed (tools/install-dependencies clients)")


def namespaces_problem():
    """Why no network namespace can be made and entered here, or None."""
    name = f"pl-try-{os.getpid()}"
    for argv in (["ip", "netns", "add", name], ["ip", "-n", name, "link", "set", "lo", "up"]):
        try:
            done = subprocess.run(argv, capture_output=True, text=True)
        except FileNotFoundError:
            return "ip is not installed"
        if done.returncode:
            break
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    if done.returncode:
        return f"this machine has no network namespaces of its own to give: {done.stderr.strip()}"
    return None if shutil.which("setpriv") else "setpriv is not installed"


class Bench:
    """The program under test and the pods it is tested in."""

    def __init__(self, binary):
        self.pillion = [binary]
        self.sanitized = "sanitize" in binary or "tsan" in binary
        self.long = os.environ.get("PILLION_LONG") == "1"
        self.kept, self.all, self.folders = {}, [], []
        self.descriptors = pods.raise_limits(65536)

    def size(self, full, small):
        """How much of something: less under sanitizers, which are slow."""
        return small if self.sanitized else full

    def envoy(self):
        """The environment that makes a proxy run Envoy, where there is one; a copy of it that any user may run."""
        if "the program envoy" not in self.kept:
            folder = tempfile.mkdtemp(prefix="pillion-passenger-")
            self.folders.append(folder)
            os.chmod(folder, 0o755)
            path, why = envoy.copy_to(folder)
            if not path:
                raise Skip(f"no Envoy: {why}")
            self.kept["the program envoy"] = path
        return {"PILLION_ENGINE": "envoy", "PILLION_ENVOY": self.kept["the program envoy"]}

    def world(self):
        """A world to be closed by the user of it."""
        made = pods.World()
        self.all.append(made)
        return made

    def pod(self, world, *positional, **named):
        made = pods.Pod(world, *positional, **named)
        self.all.append(made)
        return made

    def shared(self, name, make):
        """What several tests use, made when first wanted and closed at the end."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def complaints(self):
        """What sanitizers, or the kernel, said of the proxies since the last time."""
        wrong = []
        for pod in self.all:
            for proxy in getattr(pod, "proxies", []):
                if proxy.condemned:
                    continue
                text = proxy.said()
                for mark in ("Sanitizer", "runtime error:", "Assertion"):
                    if mark in text:
                        where = text.index(mark)
                        wrong.append(f"the proxy said: {text[max(0, where - 200):where + 2500]}")
                        proxy.condemned = True
                        break
                status = proxy.process.poll()
                if not proxy.condemned and status is not None and status < 0 and -status not in (9, 15):
                    wrong.append(f"the proxy was killed by signal {-status}: {text[-1500:]}")
                    proxy.condemned = True
        return wrong

    def close(self):
        for made in reversed(self.all):
            made.__exit__()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
        self.all, self.kept, self.folders = [], {}, []
