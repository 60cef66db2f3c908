"""Writes golden.safetensors with Python's package: python make_safetensors.py, in this folder (safetensors, numpy).

golden.safetensors has one array of each type of numbers that numpy has, shapes from a single number to four axes, an empty one, and one note: the
order of several is not the package's to say. golden.safetensors.json holds what is in it, in row-major order.
written.safetensors is what our own writer must make of four small arrays, byte for byte.
"""

import json

import numpy as np
from safetensors.numpy import save_file

rng = np.random.default_rng(0)
SHAPES = [(), (5,), (2, 3), (3, 1, 2), (0, 7), (2, 2, 1, 2)]
TYPES = ["float32", "float64", "int64", "uint8", "bool", "uint16", "uint32", "uint64", "int8", "int16", "int32", "float16"]


def values(kind, shape):
    if kind == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if kind.startswith("float"):
        return np.array(rng.normal(size=shape) * 100).astype(kind)
    limits = np.iinfo(kind)
    # Within what a double can tell apart.
    return np.array(rng.integers(max(limits.min, -(2**53)), min(limits.max, 2**53), shape)).astype(kind)


arrays = {f"part{place % 3}.{kind}.é": values(kind, SHAPES[place % len(SHAPES)]) for place, kind in enumerate(TYPES)}
save_file(arrays, "golden.safetensors", metadata={"note": 'with "quotes", \\ and é'})
with open("golden.safetensors.json", "w") as file:
    json.dump(
        {
            name: {"kind": str(a.dtype), "shape": a.shape, "values": a.ravel().astype(float).tolist()}
            for name, a in arrays.items()
        },
        file,
        indent=1,
        sort_keys=True,
    )

save_file(
    {
        "b.weight": np.array([[1, -2.5, np.inf], [0, 2**-149, 3.25]], np.float32),
        "a.weight": np.array([0.1], np.float32),
        "z": np.array([0.1, -0.0, 1e300]),
        "position": np.array(-7, np.int64),
        "images": np.arange(5, dtype=np.uint8).reshape(5, 1, 1),
        "none": np.zeros((0, 7), np.float32),
    },
    "written.safetensors",
    metadata={"note": 'with "quotes",\n\\ and é'},
)
