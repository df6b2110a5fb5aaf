"""Listens on a console socket, takes the one terminal it is sent, and prints what is written to it."""

import array
import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
listener.settimeout(30)
connection, _ = listener.accept()
connection.settimeout(30)
_, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_LEN(16))
descriptors = array.array("i")
for level, kind, data in ancillary:
    if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
        descriptors.frombytes(data[: len(data) - len(data) % 4])
os.unlink(sys.argv[1])
while True:
    try:
        piece = os.read(descriptors[0], 4096)
    except OSError:
        break
    if not piece:
        break
    sys.stdout.write(piece.decode())
