"""Writes arrays.json with NumPy: python make_arrays.py, in this folder.

.npy files of every type of numbers, both byte orders, both orders of axes, all versions of the format and shapes from
a single number to four axes; .npz files stored and deflated. Beside each, what it holds in row-major order.
"""

import base64
import io
import json

import numpy as np

rng = np.random.default_rng(0)
KINDS = ["b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]
SHAPES = [(), (5,), (2, 3), (3, 1, 2), (0, 7)]


def values(kind, shape):
    if kind == "b1":
        return rng.integers(0, 2, shape).astype(bool)
    if kind[0] == "f":
        return np.array(rng.normal(size=shape) * 100).astype(kind)
    limits = np.iinfo(kind)
    array = np.array(rng.integers(limits.min, limits.max, shape, dtype=kind, endpoint=True))
    if array.size > 2:
        array.ravel()[:2] = limits.min, limits.max
    return array


def file(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version)
    return base64.b64encode(out.getvalue()).decode()


def described(array):
    flat = array.ravel(order="C")
    whole = array.dtype.kind != "f"
    return {
        "kind": array.dtype.newbyteorder("<").str[1:],
        "shape": list(array.shape),
        "doubles": [float(v) for v in flat],
        # Whole numbers as text: JSON's numbers are exact to 53 bits only.
        "integers": [str(int(v)) for v in flat] if whole else None,
    }


files = []
for kind in KINDS:
    for order in "<>":
        for shape in SHAPES:
            for fortran in ([False, True] if len(shape) > 1 else [False]):
                array = values(kind, shape).astype(order + kind)
                array = np.asfortranarray(array) if fortran else array
                files.append({"name": f"{order}{kind} {shape} {fortran}", "file": file(array), **described(array)})
for version in [(1, 0), (2, 0), (3, 0)]:
    array = values("f4", (2, 3))
    files.append({"name": f"version {version}", "file": file(array, version), **described(array)})

archives = []
for save in [np.savez, np.savez_compressed]:
    arrays = {"x": np.arange(300, dtype="u1").reshape(3, 10, 10), "y": np.array([5, 7, 5]), "zeros": np.zeros((40, 40))}
    out = io.BytesIO()
    save(out, **arrays)
    archives.append(
        {
            "name": save.__name__,
            "file": base64.b64encode(out.getvalue()).decode(),
            "names": list(arrays),
            "arrays": [described(a) for a in arrays.values()],
        }
    )
json.dump({"files": files, "archives": archives}, open("arrays.json", "w"), separators=(",", ":"))
