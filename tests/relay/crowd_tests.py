"""Many connections, and more than there is room for."""
import resource
import selectors
import signal
import socket
import subprocess
import threading
import time

from lab import Relay, Skip, Way, leads_to_reset, receive, sanitized, until


def close_all(pairs):
    for client, server in pairs:
        client.close()
        server.close()


def test_more_than_the_limit_are_reset(net, program):
    with Relay(net, program, max=3) as relay, Way(net, "out", 4) as way:
        pairs = [way.pair() for _ in range(3)]
        for _ in range(3):
            assert leads_to_reset(net.pod, 4, way.address, way.port)
        client, server = pairs.pop()
        client.sendall(b"those inside go on")
        receive(server, 18)
        close_all([(client, server)])
        until(lambda: relay.totals("out")["active"] == 2, "one ended")
        pairs.append(way.pair())
        close_all(pairs)
        assert relay.totals("out")["UO"] == 3
        assert "more connections" in relay.line("ended out UO")


def test_descriptors_set_the_limit(net, program):
    with Relay(net, program, limit=100) as relay, Way(net, "out", 4) as way:
        pairs = [way.pair() for _ in range(25)]
        assert leads_to_reset(net.pod, 4, way.address, way.port)
        assert relay.descriptors() < 100 - 25
        close_all(pairs)
        until(lambda: relay.totals("out")["active"] == 0, "all ended")
        close_all([way.pair()])


def test_running_out_of_descriptors(net, program):
    """They are taken from it while it runs: it refuses at once, does not spin, and recovers."""
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        pairs = [way.pair() for _ in range(4)]
        assert relay.ask(f"limit {relay.descriptors()}") == "yes"
        for _ in range(5):
            assert leads_to_reset(net.pod, 4, way.address, way.port)
        cpu = relay.cpu_seconds()
        time.sleep(0.5)
        assert relay.cpu_seconds() - cpu < 0.1, "it spins"
        client, server = pairs[0]
        client.sendall(b"on")
        assert receive(server, 2) == b"on"
        assert relay.totals("out")["UO"] == 5
        assert relay.ask(f"limit {relay.descriptors() + 50}") == "yes"
        pairs.append(way.pair())
        close_all(pairs)


def serve(listener, stop):
    """Accepts all and answers each message with itself, in one thread."""
    selector = selectors.DefaultSelector()
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ)
    open_now = set()
    while not stop.is_set():
        for key, _ in selector.select(0.1):
            if key.fileobj is listener:
                try:
                    while True:
                        s, _ = listener.accept()
                        selector.register(s, selectors.EVENT_READ)
                        open_now.add(s)
                except BlockingIOError:
                    continue
            try:
                data = key.fileobj.recv(65536)
            except OSError:
                data = b""
            if data:
                key.fileobj.sendall(data)
            else:
                selector.unregister(key.fileobj)
                open_now.discard(key.fileobj)
                key.fileobj.close()
    for s in open_now:
        s.close()


def with_server(way):
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(way.listener, stop))
    thread.start()
    return stop, thread


def hold_in_children(net, way, count, each=2500):
    """Opens connections from processes of their own, since descriptors are counted by the process: each says when all of
    its connections have had an answer, and goes when its input ends."""
    source = ("import socket,sys\nheld=[]\nfor i in range(int(sys.argv[3])):\n s=socket.create_connection((sys.argv[1],"
              "int(sys.argv[2])),30)\n s.sendall(b'q'*100)\n assert len(s.recv(100,socket.MSG_WAITALL))==100\n held.append(s)\n"
              "print('held',flush=True)\nsys.stdin.read()\n")
    return [subprocess.Popen(["ip", "netns", "exec", way.client_space.name, "python3", "-c", source, way.address, str(way.port),
                              str(min(each, count - done))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for done in range(0, count, each)]


def test_ten_thousand_at_once(net, program):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = min(10000, (hard - 400) // 2, 500 if sanitized() else 10000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if count < 500:
        raise Skip(f"only {hard} descriptors a process")
    with Relay(net, program, workers=2, log=0) as relay, Way(net, "out", 4) as way:
        idle = relay.resident_kib()
        before = relay.descriptors()
        stop, thread = with_server(way)
        holders = hold_in_children(net, way, count)
        try:
            for holder in holders:
                assert holder.stdout.readline() == "held\n"
            assert relay.totals("out")["active"] == count
            used = relay.resident_kib() - idle
            print(f"     {count} connections: {idle} KiB idle, {used * 1024 // count} bytes each", flush=True)
            assert sanitized() or used * 1024 < 2048 * count, used
        finally:
            for holder in holders:
                holder.stdin.close()
                holder.wait()
                holder.stdout.close()
            until(lambda: relay.totals("out")["active"] == 0, "all ended", 60)
            stop.set()
            thread.join()
        until(lambda: relay.descriptors() <= before + 16, "descriptors are given back")


def test_many_short_ones_leave_nothing(net, program):
    each = 60 if sanitized() else 400
    with Relay(net, program, workers=2, log=0) as relay, Way(net, "out", 4) as out, Way(net, "in", 4) as inward:
        before = relay.descriptors()
        servers = [with_server(out), with_server(inward)]
        wrong = []

        def client(way):
            for i in range(each):
                try:
                    s = way.connect()
                    s.sendall(b"x" * (i * 97 % 50000 + 1))
                    receive(s, i * 97 % 50000 + 1)
                    s.close()
                except Exception as error:
                    wrong.append(repr(error))
                    return

        threads = [threading.Thread(target=client, args=(way,)) for way in (out, inward) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, wrong[:3]
        for direction in ("out", "in"):
            until(lambda: relay.totals(direction)["active"] == 0, "all ended")
            totals = relay.totals(direction)
            assert totals["opened"] == totals["closed"] == 4 * each and totals["received"] == totals["sent"], totals
        for stop, thread in servers:
            stop.set()
            thread.join()
        assert relay.descriptors() <= before + 16, (before, relay.descriptors())


def test_slow_readers_take_no_pipe_for_good(net, program):
    """With small buffers a turn stops and starts, and copies and splices in one: each flow has one pipe at most."""
    before_wmem = net.pod.run("sysctl", "-n", "net.ipv4.tcp_wmem").split()
    net.pod.run("sysctl", "-qw", "net.ipv4.tcp_wmem=4096 16384 16384")
    try:
        with Relay(net, program, log=0) as relay, Way(net, "out", 4) as way:
            before = relay.descriptors()
            pairs, threads = [], []
            for _ in range(40):
                client = net.pod.socket(4)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.settimeout(60)
                client.connect((way.address, way.port))
                pairs.append((client, way.listener.accept()[0]))
            for client, server in pairs:
                def send(s=server):
                    for _ in range(60):
                        s.sendall(bytes(4000))
                    s.close()

                def drink(s=client):
                    while data := s.recv(1500):
                        assert data
                        time.sleep(0.0005)
                    s.close()
                threads += [threading.Thread(target=send), threading.Thread(target=drink)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            until(lambda: relay.totals("out")["active"] == 0, "all ended")
            assert relay.totals("out")["sent"] == 40 * 240000, relay.totals("out")
            until(lambda: relay.descriptors() <= before + 8, f"pipes are given back: {before}, {relay.descriptors()}", 5)
    finally:
        net.pod.run("sysctl", "-qw", "net.ipv4.tcp_wmem=" + " ".join(before_wmem))


def test_closing_inbound_takes_the_whole_backlog(net, program):
    """A rolling restart: whoever had connected before was let in."""
    with Relay(net, program, log=0) as relay, Way(net, "in", 4) as way:
        relay.process.send_signal(signal.SIGSTOP)
        clients = [way.connect() for _ in range(300)]
        relay.process.stdin.write("close\n")
        relay.process.stdin.flush()
        relay.process.send_signal(signal.SIGCONT)
        for client in clients:
            client.sendall(b"hello")
        for _ in clients:
            server, _ = way.listener.accept()
            server.settimeout(20)
            assert receive(server, 5) == b"hello"
            server.close()
        for client in clients:
            client.close()


def test_stopped_peers_and_their_return(net, program):
    """A server that is stopped for a while, and its client sends on: all arrives when it goes on."""
    port = 7171
    source = ("import socket,sys\nl=socket.create_server(('0.0.0.0',%d))\nprint('up',flush=True)\ns,_=l.accept()\nn=0\n"
              "while d:=s.recv(65536): n+=len(d)\ns.sendall(str(n).encode())\ns.close()\n" % port)
    child = subprocess.Popen(["ip", "netns", "exec", net.pod.name, "python3", "-c", source], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "up\n"
        with Relay(net, program) as relay, Way(net, "in", 4) as way:
            client = way.connect(port)
            child.send_signal(signal.SIGSTOP)
            client.setblocking(False)
            sent, quiet = 0, time.monotonic()
            while time.monotonic() - quiet < 0.5:
                try:
                    sent += client.send(bytes(1 << 16))
                    quiet = time.monotonic()
                except BlockingIOError:
                    time.sleep(0.01)
            assert sanitized() or relay.resident_kib() < 6000
            child.send_signal(signal.SIGCONT)
            client.settimeout(60)
            client.shutdown(1)
            assert int(client.recv(100)) == sent
            client.close()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
