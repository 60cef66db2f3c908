"""Writes array-images.json with NumPy: python make_array_images.py, in this folder.

Arrays of images as `numpy.save` writes them, of all types, orders and layouts; what `load` is told about each; and the
pixels that they must become, [image, row, column, channel], by NumPy's own transposing, scaling and rounding.
"""

import base64
import io
import json

import numpy as np

rng = np.random.default_rng(1)
cases = []
gray = rng.integers(0, 256, (5, 4, 6))
colour = rng.integers(0, 256, (4, 5, 7, 3))


def case(name, array, pixels, told=None, **options):
    """`told` is the range that must be told, black and white, where `options` name none."""
    out = io.BytesIO()
    np.save(out, array)
    pixels = np.asarray(pixels)
    pixels = pixels if pixels.ndim == 4 else pixels[..., None]
    cases.append(
        {
            "name": name,
            "file": base64.b64encode(out.getvalue()).decode(),
            "options": options,
            "told": told,
            "shape": list(pixels.shape),
            "pixels": base64.b64encode(pixels.astype("u1").tobytes()).decode(),
        }
    )


def scaled(array, black, white):
    black, white = float(black), float(white)
    fraction = (array.astype("f8") - black) / (white - black)
    return np.floor(np.clip(fraction, 0, 1) * 255 + 0.5)


for kind in ["u1", "u2", "u4", "u8", "i2", "i4", "i8"]:
    for order in "<>":
        for fortran in [False, True]:
            array = gray.astype(order + kind)
            case(f"{order}{kind} {fortran}", np.asfortranarray(array) if fortran else array, gray)
for kind in ["f2", "f4", "f8"]:
    for order in "<>":
        for fortran in [False, True]:
            for black, white in [(0, 1), (-1, 1), (0, 255)]:
                array = (gray / 255 * (white - black) + black).astype(order + kind)
                array = np.asfortranarray(array) if fortran else array
                case(f"{order}{kind} {fortran} {black}:{white}", array, scaled(array, black, white), [black, white])
case("bool", gray > 128, (gray > 128) * 255)
signed = (gray - 128).astype("i1")
case("i1", signed, scaled(signed, signed.min(), signed.max()), [int(signed.min()), int(signed.max())])
case("i1 of -1 to 1", np.sign(gray - 128).astype("i1"), scaled(np.sign(gray - 128), -1, 1), [-1, 1])

# Ranges that are told by the least and the greatest value, and ranges that are said.
wide = (gray * 257).astype("<u2")
case("16 bits", wide, scaled(wide, wide.min(), wide.max()), [int(wide.min()), int(wide.max())])
case("16 bits, said", wide, scaled(wide, 0, 65535), range=[0, 65535])
normal = rng.normal(size=(5, 4, 6)) * 3
case("normal", normal, scaled(normal, normal.min(), normal.max()), [normal.min(), normal.max()])
case("normal, said", normal, scaled(normal, -2, 2), range=[-2, 2])
case("normal, negative", normal, scaled(normal, 2, -2), range=[2, -2])
case("bytes, said", (gray // 26).astype("u1"), scaled(gray // 26, 0, 9), range=[0, 9])
huge = np.where(gray > 128, 1.5e308, -1.5e308)
case("the largest numbers", huge, (gray > 128) * 255, [-1.5e308, 1.5e308])
for value, told in [(0, [0, 1]), (0.25, [0, 1]), (-0.5, [-1, 1]), (7, [0, 255]), (300, [0, 300]), (-9, [-9, 0])]:
    constant = np.full((2, 3, 4), float(value))
    case(f"constant {value}", constant, scaled(constant, *told), told)

# Layouts.
for kind, scale, told in [("u1", 1, None), (">f4", 1 / 255, [0, 1])]:
    for fortran in [False, True]:

        def made(array):
            array = (array * scale).astype(kind)
            return np.asfortranarray(array) if fortran else np.ascontiguousarray(array)

        suffix = f"{kind} {fortran}"
        planes = colour.transpose(0, 3, 1, 2)
        case(f"nhwc {suffix}", made(colour), colour, told)
        case(f"nchw {suffix}", made(planes), colour, told)
        case(f"n1hw {suffix}", made(gray[:, None]), gray, told)
        case(f"nhw1 {suffix}", made(gray[..., None]), gray, told)
        case(f"nchw said {suffix}", made(planes), colour, told, layout="nchw")
        case(f"hwcn {suffix}", made(colour.transpose(1, 2, 3, 0)), colour, told, layout="hwcn")
        case(f"wnh {suffix}", made(gray.transpose(2, 0, 1)), gray, told, layout="wnh")
        case(f"hwc {suffix}", made(colour[0]), colour[:1], told, layout="hwc")
        case(f"chw {suffix}", made(planes[0]), colour[:1], told, layout="chw")
        case(f"hw {suffix}", made(gray[0]), gray[:1], told, layout="hw")
        case(f"nhw of 3 columns {suffix}", made(gray[..., :3]), gray[..., :3], told, layout="nhw")
        case(f"flat {suffix}", made(gray.reshape(5, -1)), gray, told, shape="4x6")
        case(f"flat colour {suffix}", made(colour.reshape(4, -1)), colour, told, shape="5x7x3")
        case(f"flat planes {suffix}", made(planes.reshape(4, -1)), colour, told, shape="5x7x3", layout="nchw")
        case(f"flat columns {suffix}", made(gray.transpose(0, 2, 1).reshape(5, -1)), gray, told, shape="4x6", layout="nwh")
json.dump(cases, open("array-images.json", "w"), separators=(",", ":"))
