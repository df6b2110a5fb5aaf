"""Plays a server or a client of either transport: echo.py serve|ask tcp|udp ADDRESS PORT.

The server answers every client with the client's address, as the server sees it.
"""
import socket
import sys

LIMIT = 10

role, protocol, address, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
with socket.socket(family, kind) as own:
    if role == "serve":
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind((address, port))
        if protocol == "tcp":
            own.listen()
        print("ready", flush=True)
        while True:
            if protocol == "udp":
                _, peer = own.recvfrom(100)
                own.sendto(peer[0].encode(), peer)
            else:
                other, peer = own.accept()
                with other:
                    other.sendall(peer[0].encode())
    own.settimeout(float(sys.argv[5]) if len(sys.argv) > 5 else LIMIT)
    own.connect((address, port))
    if protocol == "udp":
        own.send(b"hello")
    print(own.recv(100).decode())
