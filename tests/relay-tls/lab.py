"""Two pods, joined by a link, with their proxies; certificates; and what speaks with them.

Pod "a" (10.77.0.1) has an outbound proxy for what goes to .3 and .4; pod "b" has an inbound one before .2 and .3, while
what comes to .4 reaches it as it is. So .2 is a mesh's pod seen by a stranger or by a peer that the test plays, .3 is
proxy to proxy, and .4 a peer that the test plays for the outbound proxy."""
import atexit
import ctypes
import itertools
import os
import pathlib
import select
import socket
import ssl
import subprocess
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
TAG = f"tls{os.getpid()}"
STRANGER, MESH, PLAYED = "10.77.0.2", "10.77.0.3", "10.77.0.4"
OUTBOUND, INBOUND = 15001, 15006
# Ports of the apps' own, apart from those that the kernel gives to the proxies. Both come from one address: on a port that
# connection tracking still remembers (10 s after a reset, 2 minutes after an end), an app's connection would go the way of
# the proxy's, past the rules, and the proxy's that of the app's, back to itself.
OWN_PORTS = itertools.cycle(range(16000, 32000))


class Skip(Exception):
    pass


def sh(*argv, **options):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, argv))}: {done.stderr}"
    return done.stdout


def wait_for(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"in {seconds} s not: {what}")


class Net:
    def __init__(self):
        self.a, self.b = f"{TAG}a", f"{TAG}b"
        atexit.register(self.close)
        for name in (self.a, self.b):
            sh("ip", "netns", "add", name)
            sh("ip", "-n", name, "link", "set", "lo", "up")
        sh("ip", "link", "add", f"{TAG}x"[-15:], "netns", self.a, "type", "veth", "peer", "name", "eth0", "netns", self.b)
        sh("ip", "-n", self.a, "link", "set", f"{TAG}x"[-15:], "name", "eth0")
        sh("ip", "-n", self.a, "addr", "add", "10.77.0.1/24", "dev", "eth0")
        for address in (STRANGER, MESH, PLAYED):
            sh("ip", "-n", self.b, "addr", "add", f"{address}/24", "dev", "eth0")
        for name in (self.a, self.b):
            sh("ip", "-n", name, "link", "set", "eth0", "up")
        for address in (MESH, PLAYED):
            self.rule(self.a, "OUTPUT", "-d", address, "-m", "owner", "!", "--uid-owner", "1337", port=OUTBOUND)
        for address in (STRANGER, MESH):
            self.rule(self.b, "PREROUTING", "-d", address, port=INBOUND)

    @staticmethod
    def rule(name, chain, *match, port):
        sh("ip", "netns", "exec", name, "iptables", "-w", "-t", "nat", "-A", chain, "-p", "tcp", *match, "-j", "REDIRECT",
           "--to-ports", port)

    def close(self):
        for name in (self.a, self.b):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)

    @staticmethod
    def within(name, function):
        """What the function gives, called by a thread in that namespace: sockets stay where they were made."""
        result = []

        def call():
            fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
            assert LIBC.setns(fd, 0x40000000) == 0, os.strerror(ctypes.get_errno())
            os.close(fd)
            try:
                result.append(function())
            except Exception as problem:  # for the caller
                result.append(problem)

        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def connect(self, address, port, timeout=20):
        own = ("", next(OWN_PORTS))
        return self.within(self.a, lambda: socket.create_connection((address, port), timeout=timeout, source_address=own))

    def listen(self, port, address="0.0.0.0"):
        def make():
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(512)
            return listener
        return self.within(self.b, make)


class Server:
    """Accepts, and calls the function with each connection in a thread of its own."""

    def __init__(self, net, port, function, address="0.0.0.0"):
        self.socket = net.listen(port, address)
        self.function, self.count = function, 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(60)
        try:
            self.function(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self):
        # A thread that waits in accept keeps the socket: this wakes it. Before it has gone the descriptor's number must not be
        # another listener's: it would accept there, and serve that one's clients in this one's way.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def echo(connection):
    while data := connection.recv(65536):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


class Proxy:
    def __init__(self, net, name, program, folder, identity, **settings):
        words = [f"{key.rstrip('_0123456789')}={value}" for key, value in settings.items()]
        argv = ["ip", "netns", "exec", name, "setpriv", "--reuid", "1337", "--regid", "1337", "--clear-groups", program,
                f"chain={folder}/{identity}/cert-chain.pem", f"key={folder}/{identity}/key.pem",
                f"roots={folder}/{identity}/root-cert.pem", *words]
        self.errors = open(f"{folder}/proxy-errors-{len(os.listdir(folder))}", "w+b")
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.lines, self.rest = [], b""
        self.wait("listening")
        if "late" not in settings:
            self.wait("loaded")

    def read(self, seconds):
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return
        data = os.read(self.process.stdout.fileno(), 65536)
        assert data, f"the proxy ended: {self.wrong()}"
        *whole, self.rest = (self.rest + data).split(b"\n")
        self.lines += [line.decode() for line in whole]

    def wait(self, start, seconds=30):
        """The first line that begins like this, and is not given again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for i, line in enumerate(self.lines):
                if line.startswith(start):
                    return self.lines.pop(i)
            self.read(0.1)
        raise AssertionError(f"no line \"{start}\" but {self.lines}")

    def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        return self.wait(line.split()[0])

    def wrong(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")[-3000:]

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def processor(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        try:
            self.process.stdin.close()
            code = self.process.wait(60)
            assert code == 0, f"the proxy's exit code is {code}: {self.wrong()}"
        finally:
            self.process.kill()
            self.process.wait()
            self.errors.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.close()
        else:
            self.process.kill()
            self.process.wait()


class Authority:
    """Roots and certificates, by openssl."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key, self.cert = f"{folder}/{name}.key", f"{folder}/{name}.pem"
        sh("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
           self.key, "-out", self.cert, "-subj", f"/O={name}", "-days", "10", "-addext",
           "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, name, spiffe, days=2, roots=None, rsa=False, extra=""):
        """A folder with the three files of a workload."""
        folder = pathlib.Path(self.folder) / name
        folder.mkdir(exist_ok=True)
        new = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        sh("openssl", "req", "-newkey", *new, "-nodes", "-keyout", folder / "key.new", "-out", folder / "csr", "-subj",
           "/O=x")
        (folder / "ext").write_text(f"subjectAltName={spiffe}\nbasicConstraints=critical,CA:FALSE\n"
                                    "extendedKeyUsage=serverAuth,clientAuth\n" + extra)
        sh("openssl", "x509", "-req", "-in", folder / "csr", "-CA", self.cert, "-CAkey", self.key, "-CAcreateserial",
           "-days", str(days), "-out", folder / "cert.new", "-extfile", folder / "ext")
        (folder / "root.new").write_text("".join(pathlib.Path(one.cert).read_text() for one in roots or [self]))
        os.chmod(folder / "key.new", 0o644)
        for new, name_in_folder in (("key", "key.pem"), ("root", "root-cert.pem"), ("cert", "cert-chain.pem")):
            os.rename(folder / f"{new}.new", folder / name_in_folder)
        return folder


def context(folder, is_server=False, protocols=(), version=None, ciphers=None):
    """Python's TLS with a workload's files (None: no certificate of its own), believing its roots."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE if folder is None else ssl.CERT_REQUIRED
    if folder is not None:
        made.load_cert_chain(f"{folder}/cert-chain.pem", f"{folder}/key.pem")
        made.load_verify_locations(f"{folder}/root-cert.pem")
    if protocols:
        made.set_alpn_protocols(list(protocols))
    if version:
        made.minimum_version = made.maximum_version = version
    if ciphers:
        made.set_ciphers(ciphers)
    return made
