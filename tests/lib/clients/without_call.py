"""Runs a program to which the kernel answers some calls with an error, as under a filter that does not know them:
without_call.py ERRNO NUMBER[,NUMBER…] PROGRAM ARGUMENT…
"""

import ctypes
import errno
import os
import struct
import sys

SET_NO_NEW_PRIVS, SET_SECCOMP, MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def instruction(code, jump_true, jump_false, value):
    return struct.pack("HBBI", code, jump_true, jump_false, value)


def main():
    answer = ERRNO | getattr(errno, sys.argv[1])
    numbers = [int(word) for word in sys.argv[2].split(",")]
    program = instruction(LOAD, 0, 0, 0)
    for left, number in reversed(list(enumerate(reversed(numbers)))):
        program += instruction(JUMP_IF_EQUAL, left + 1, 0, number)
    program += instruction(RETURN, 0, 0, ALLOW) + instruction(RETURN, 0, 0, answer)
    buffer = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, MODE_FILTER, filters, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
    os.execv(sys.argv[3], sys.argv[3:])


main()
