"""Small pictures made from nothing, and what kind of file some bytes are."""

import hashlib
import struct
import zlib

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
M4A_BRANDS = (b"M4A ", b"M4B ")


def content_type(data):
    for start, name in SIGNATURES:
        if data.startswith(start):
            return name
    if data[4:8] == b"ftyp":
        return "audio/x-m4a" if data[8:12] in M4A_BRANDS else "video/mp4"
    return "application/octet-stream"


def _chunk(name, data):
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def png(width, height, pixel):
    """A PNG; ``pixel(x, y)`` gives (red, green, blue, alpha)."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(pixel(x, y))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _tone(seed):
    digest = hashlib.sha256(str(seed).encode()).digest()
    return tuple(96 + byte % 140 for byte in digest[:3])


def picture(width=320, height=240, seed="photo"):
    """A landscape: sky, sun and a hill, in colours that depend on ``seed``."""
    red, green, blue = _tone(seed)
    sun = (width * 0.72, height * 0.3, min(width, height) * 0.13)

    def pixel(x, y):
        if (x - sun[0]) ** 2 + (y - sun[1]) ** 2 < sun[2] ** 2:
            return 255, 226, 140, 255
        hill = height * (0.62 + 0.18 * ((x / width - 0.35) ** 2) * 4)
        if y > hill:
            return red // 2, 60 + green // 2, blue // 3, 255
        return 150 + y * 60 // height, 200, 245, 255

    return png(width, height, pixel)


def sticker(sticker_id, size=160):
    """A round face; its colour and smile depend on the sticker's number."""
    red, green, blue = _tone(sticker_id)
    half = size / 2
    smile = 0.25 + (zlib.crc32(str(sticker_id).encode()) % 5) * 0.05

    def pixel(x, y):
        across, down = (x - half) / half, (y - half) / half
        if across**2 + down**2 > 0.92:
            return 0, 0, 0, 0
        if (abs(across) - 0.32) ** 2 + (down + 0.2) ** 2 < 0.012:
            return 50, 40, 40, 255
        curve = 0.2 + smile - across**2
        if abs(across) < 0.5 and abs(down - curve) < 0.045:
            return 120, 40, 50, 255
        return red, green, blue, 255

    return png(size, size, pixel)


def silence():
    """Bytes that pass for a voice message."""
    return b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"


def clip():
    """Bytes that pass for a video."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
