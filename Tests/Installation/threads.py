"""Holds single threads of a process still, as a hang would: a debugger's stop, which the other threads do not notice."""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager

SEIZE, INTERRUPT, DETACH, WALL = 0x4206, 0x4207, 17, 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def _ptrace(request: int, thread: int):
    if _libc.ptrace(request, thread, None, None) != 0:
        error = ctypes.get_errno()
        # The thread may be gone by the time it is let go.
        if request != DETACH:
            raise OSError(error, os.strerror(error))


@contextmanager
def held(thread: int):
    _ptrace(SEIZE, thread)
    # Who holds a thread hears of its end before its parent does, and has to take note of it.
    mourner = threading.Thread(target=_take_note, args=(thread,), daemon=True)
    try:
        _ptrace(INTERRUPT, thread)
        mourner.start()
        yield
    finally:
        _ptrace(DETACH, thread)
        mourner.join(10)


def _take_note(thread: int):
    while True:
        try:
            _, status = os.waitpid(thread, WALL)
        except ChildProcessError:
            return
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            return
