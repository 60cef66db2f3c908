"""Writes png-kinds.json with Pillow and NumPy: python make_png_kinds.py, in this folder.

One PNG file of every kind there is, each also interlaced, with the pixels it must become: 8 bits a channel, gray or
RGB, opacity laid over black, 16-bit samples rounded. Pillow writes no interlaced files, nor 16-bit colour, so the
files are put together here; wherever Pillow keeps all that a file holds, its reading decides.
"""

import base64
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
HEIGHT, WIDTH = 7, 9
GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, contents):
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))


def packed(rows, depth):
    """Rows of samples as PNG stores them, each led by filter 0."""
    out = b""
    for row in rows:
        bits = "".join(format(int(v), "0%db" % depth) for v in row.ravel())
        bits += "0" * (-len(bits) % 8)
        out += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return out


def png(samples, colour, depth, interlaced, palette=None, transparency=None):
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    if interlaced:
        parts = [samples[y::dy, x::dx] for y, x, dy, dx in PASSES]
        data = b"".join(packed(part, depth) for part in parts if part.size)
    else:
        data = packed(samples, depth)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    if palette is not None:
        out += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if transparency is not None:
        out += chunk(b"tRNS", transparency)
    return out + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def over_black(colours, alpha, most):
    """Colours and opacity from 0 to `most` as bytes."""
    return np.floor(colours / most * alpha[..., None] / most * 255 + 0.5).astype(int)


def read_by_pillow(file):
    image = Image.open(io.BytesIO(file))
    if "transparency" in image.info:
        gray = image.mode in "1L"
        rgba = np.asarray(image.convert("RGBA")).astype(int)
        colours = over_black(rgba[..., :3], rgba[..., 3], 255)
        return colours[..., :1] if gray else colours
    if image.mode in ("LA", "RGBA"):
        pixels = np.asarray(image).astype(int)
        return over_black(pixels[..., :-1], pixels[..., -1], 255)
    if image.mode == "P":
        image = image.convert("RGB")
    if image.mode == "1":
        image = image.convert("L")
    pixels = np.asarray(image).astype(int)
    if image.mode.startswith("I"):
        pixels = np.floor(pixels / 257 + 0.5).astype(int)
    return pixels.reshape(HEIGHT, WIDTH, -1)


kinds = []
for colour, depths in [
    (GRAY, [1, 2, 4, 8, 16]),
    (RGB, [8, 16]),
    (PALETTE, [1, 2, 4, 8]),
    (GRAY_ALPHA, [8, 16]),
    (RGB_ALPHA, [8, 16]),
]:
    for depth in depths:
        for transparent in [False, True] if colour in (GRAY, RGB, PALETTE) else [False]:
            most = 2**depth - 1
            colours = min(2**depth, 40) if colour == PALETTE else most + 1
            samples = rng.integers(0, colours, (HEIGHT, WIDTH, CHANNELS[colour]))
            palette = rng.integers(0, 256, (colours, 3)) if colour == PALETTE else None
            clear = samples[2, 3]
            transparency = None
            if transparent and colour == PALETTE:
                transparency = rng.integers(0, 256, colours, dtype=np.uint8).tobytes()
            elif transparent:
                transparency = struct.pack(">%dH" % len(clear), *clear)
            plain = png(samples, colour, depth, False, palette, transparency)
            # Pillow cuts 16-bit colours and opacity down to their upper bytes, knows no transparent 16-bit gray, and
            # compares transparent gray of 2 and 4 bits with samples that it has scaled.
            if colour == GRAY:
                whole = not transparent or depth in (1, 8)
            else:
                whole = depth <= 8
            if whole:
                pixels = read_by_pillow(plain)
            elif colour in (GRAY_ALPHA, RGB_ALPHA):
                pixels = over_black(samples[..., :-1], samples[..., -1], most)
            else:
                opaque = (samples != clear).any(axis=-1) | (not transparent)
                pixels = over_black(samples, most * opaque, most)
            interlaced = png(samples, colour, depth, True, palette, transparency)
            if whole:
                assert (read_by_pillow(interlaced) == pixels).all()
            names = {GRAY: "gray", RGB: "RGB", PALETTE: "palette", GRAY_ALPHA: "gray with alpha", RGB_ALPHA: "RGBA"}
            name = "%d-bit %s%s" % (depth, names[colour], ", transparent" if transparent else "")
            # Samples and opacity are each rounded to 8 bits before one is laid over black by the other.
            tolerance = 1 if depth == 16 and colour in (GRAY_ALPHA, RGB_ALPHA) else 0
            for form, file in [("", plain), (", interlaced", interlaced)]:
                kinds.append(
                    {
                        "name": name + form,
                        "file": base64.b64encode(file).decode(),
                        "channelCount": pixels.shape[2],
                        "pixels": base64.b64encode(pixels.astype(np.uint8).tobytes()).decode(),
                        "tolerance": tolerance,
                    }
                )

with open("png-kinds.json", "w") as out:
    json.dump(kinds, out, indent=0)
    out.write("\n")
