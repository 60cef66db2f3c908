"""Writes jpegs.json with Pillow: python make_jpegs.py, in this folder.

JPEG files of every kind that data sets hold, with the pixels that Pillow reads from them: grey and colour, every
subsampling, baseline and progressive, and each EXIF orientation in both byte orders, turned upright by Pillow.
"""

import base64
import io
import json
import struct

import numpy as np
from PIL import Image, ImageOps

WIDTH, HEIGHT = 19, 13
rng = np.random.default_rng(0)
y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
smooth = np.stack([8 * x + 3 * y, 200 - 6 * x, 90 + 9 * y], -1)
colour = np.clip(smooth + rng.integers(-20, 20, smooth.shape), 0, 255).astype(np.uint8)
grey = colour[..., 0]


def exif(orientation, order):
    kind = "<" if order == b"II" else ">"
    entries = struct.pack(kind + "HHHI", 2, 0x0100, 4, 1) + struct.pack(kind + "I", WIDTH)
    entries += struct.pack(kind + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + order + struct.pack(kind + "HI", 42, 8) + entries + struct.pack(kind + "I", 0)


def jpeg(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", **options)
    return file.getvalue()


files = {
    "grey": jpeg(grey, quality=90),
    "grey, progressive": jpeg(grey, quality=80, progressive=True),
    "4:4:4": jpeg(colour, quality=95, subsampling=0),
    "4:2:2": jpeg(colour, quality=85, subsampling=1),
    "4:2:0": jpeg(colour, quality=75, subsampling=2),
    "4:2:0, progressive": jpeg(colour, quality=75, subsampling=2, progressive=True),
    "restart markers": jpeg(colour, quality=75, restart_marker_blocks=1),
}
for value in range(1, 9):
    files["orientation %d" % value] = jpeg(
        colour if value % 2 else grey, quality=90, exif=exif(value, b"II" if value < 5 else b"MM"))

kinds = []
for name, file in files.items():
    pixels = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))))
    kinds.append({
        "name": name, "file": base64.b64encode(file).decode(), "height": pixels.shape[0], "width": pixels.shape[1],
        "channelCount": 1 if pixels.ndim == 2 else 3, "pixels": base64.b64encode(pixels.tobytes()).decode()})
print_colours = io.BytesIO()
Image.fromarray(colour).convert("CMYK").save(print_colours, "JPEG")
json.dump({"kinds": kinds, "cmyk": base64.b64encode(print_colours.getvalue()).decode()}, open("jpegs.json", "w"), indent=1)
