"""A server for a crowd: echoes what each of its connections says, eight bytes at a time. Prints its port first, and how
many connections it had when standard input ends."""
import selectors
import socket
import sys


def main():
    count, selector = 0, selectors.DefaultSelector()
    listener = socket.socket(socket.AF_INET6)
    listener.bind(("::", 0))
    listener.listen(4096)
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ)
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
    print(listener.getsockname()[1], flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj == listener:
                connection, _ = listener.accept()
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ)
                count += 1
            elif key.fd == sys.stdin.fileno():
                print(count, flush=True)
                return
            else:
                try:
                    got = key.fileobj.recv(8)
                    if got:
                        key.fileobj.sendall(got)
                        continue
                except OSError:
                    pass
                selector.unregister(key.fileobj)
                key.fileobj.close()


main()
