"""Frames over a pipe: a length of eight bytes, then as many bytes."""

from __future__ import annotations

import os
import struct

LENGTH = struct.Struct("!Q")


def drain(fd: int) -> bytes:
    """All that can be read without waiting."""
    found = bytearray()
    while True:
        try:
            piece = os.read(fd, 65536)
        except BlockingIOError:
            return bytes(found)
        if not piece:
            return bytes(found)
        found += piece


def content(frame: bytearray) -> bytes | None:
    """What a frame carries; None when it was cut short."""
    body = bytes(frame[LENGTH.size :])
    whole = len(frame) >= LENGTH.size and len(body) == LENGTH.unpack(frame[: LENGTH.size])[0]
    return body if whole else None


def read_frame(fd: int) -> bytes | None:
    """One frame; None when the other end is closed."""
    head = _exactly(fd, LENGTH.size)
    return _exactly(fd, LENGTH.unpack(head)[0]) if head else None


def write_frame(fd: int, data: bytes) -> None:
    rest = memoryview(LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _exactly(fd: int, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        piece = os.read(fd, count - len(found))
        if not piece:
            return None
        found += piece
    return bytes(found)
