"""Byte exchanges with a ttrpc conformance server, written by hand from the protocol: ttrpc_golden.py SOCKET.

Prints one line for each case: "ok NAME" or "not ok NAME: what came instead".
"""
import socket
import sys

SERVICE = "shimservice.conformance.v1.Conformance"
REQUEST, RESPONSE, DATA = 1, 2, 3
CLOSED, OPEN, NO_DATA = 1, 2, 4


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    assert len(value) < 128
    return bytes([field << 3 | 2, len(value)]) + value


def call(method, payload=b"", rest=b""):
    # proto3 leaves an empty payload out.
    return text(1, SERVICE) + text(2, method) + (text(3, payload) if payload else b"") + rest


def frame(stream, kind, flags, data):
    return len(data).to_bytes(4, "big") + stream.to_bytes(4, "big") + bytes([kind, flags]) + data


# Each case is a connection of its own: what to send, and all that must come back.
CASES = {
    "unary": (
        frame(1, REQUEST, 0, call("Echo", text(1, "hi"))),
        frame(1, RESPONSE, 0, bytes.fromhex("1204 0a02 6869"))),
    "unary_empty": (
        frame(1, REQUEST, 0, call("Echo")),
        frame(1, RESPONSE, 0, b"")),
    "unary_error": (
        frame(1, REQUEST, 0, call("Fail", bytes.fromhex("0805") + text(2, "gone"))),
        frame(1, RESPONSE, 0, text(1, bytes.fromhex("0805") + text(2, "gone")))),
    "server_stream": (
        frame(1, REQUEST, CLOSED, call("Count", bytes.fromhex("0802"))),
        frame(1, DATA, 0, bytes.fromhex("0801")) + frame(1, DATA, 0, bytes.fromhex("0802"))
        + frame(1, DATA, CLOSED | NO_DATA, b"")),
    "server_stream_empty_request": (
        frame(1, REQUEST, CLOSED, call("Count")),
        frame(1, DATA, CLOSED | NO_DATA, b"")),
    "server_stream_error": (
        frame(1, REQUEST, CLOSED, call("Count", bytes.fromhex("0801 180a"))),
        frame(1, DATA, 0, bytes.fromhex("0801")) + frame(1, RESPONSE, 0, text(1, bytes.fromhex("080a") + text(2, "after 1")))),
    "client_stream": (
        frame(1, REQUEST, OPEN, call("Sum")) + frame(1, DATA, 0, bytes.fromhex("0828"))
        + frame(1, DATA, 0, b"") + frame(1, DATA, 0, bytes.fromhex("0802")) + frame(1, DATA, CLOSED | NO_DATA, b""),
        frame(1, RESPONSE, 0, bytes.fromhex("1204 082a 1003"))),
    "client_stream_first_message_in_request": (
        frame(1, REQUEST, OPEN, call("Sum", bytes.fromhex("0828"))) + frame(1, DATA, CLOSED | NO_DATA, b""),
        frame(1, RESPONSE, 0, bytes.fromhex("1204 0828 1001"))),
    "duplex": (
        frame(1, REQUEST, OPEN, call("Chat")) + frame(1, DATA, 0, text(1, "a")) + frame(1, DATA, CLOSED | NO_DATA, b""),
        frame(1, DATA, 0, text(1, "re: a")) + frame(1, DATA, 0, text(1, "bye")) + frame(1, DATA, CLOSED | NO_DATA, b"")),
    "ids_go_on_after_unknown_types": (
        frame(4, 9, 255, b"whatever") + frame(5, REQUEST, 0, call("Echo", text(1, "x"))),
        frame(5, RESPONSE, 0, bytes.fromhex("1203 0a01 78"))),
    "metadata_and_timeout": (
        frame(1, REQUEST, 0, call("Echo", text(1, "x"), bytes.fromhex("20 80 a0 94 a5 8d 1d")
                                  + text(5, text(1, "k") + text(2, "v")))),
        frame(1, RESPONSE, 0, bytes.fromhex("1203 0a01 78"))),
}


def run(sent, expected):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(sys.argv[1])
        connection.sendall(sent)
        got = b""
        while len(got) < len(expected) and (part := connection.recv(65536)):
            got += part
        # Nothing more may come: the end of our side ends the connection.
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            got += part
        assert got == expected, f"{got.hex()} instead of {expected.hex()}"


for name, (sent, expected) in CASES.items():
    try:
        run(sent, expected)
        print("ok", name, flush=True)
    except Exception as error:  # every case is to be tried
        print(f"not ok {name}: {type(error).__name__}: {error}", flush=True)
