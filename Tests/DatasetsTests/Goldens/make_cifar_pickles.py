"""Writes cifar-pickles.json: python make_cifar_pickles.py, in this folder. Needs NumPy.

Batches of CIFAR's Python version as Python 2 pickled them by protocol 2: no Python of today writes these instructions,
so they are put together here, in the order of the original files, and Python's own pickle says what they hold.
"""

import base64
import json
import pickle
import struct

import numpy as np


class Writer:
    def __init__(self):
        self.out = b"\x80\x02"
        self.memo = 0

    def put(self):
        self.memo += 1
        self.out += b"q" + bytes([self.memo]) if self.memo < 256 else b"r" + struct.pack("<I", self.memo)

    def string(self, text, remembered=True):
        text = text if isinstance(text, bytes) else text.encode()
        self.out += b"U" + bytes([len(text)]) + text if len(text) < 256 else b"T" + struct.pack("<I", len(text)) + text
        if remembered:
            self.put()

    def integer(self, value):
        if 0 <= value < 256:
            self.out += b"K" + bytes([value])
        elif 0 <= value < 65536:
            self.out += b"M" + struct.pack("<H", value)
        else:
            self.out += b"J" + struct.pack("<i", value)

    def list(self, items, write):
        self.out += b"]"
        self.put()
        for start in range(0, len(items), 1000):
            part = items[start : start + 1000]
            if len(part) == 1:
                write(part[0])
                self.out += b"a"
            else:
                self.out += b"("
                for item in part:
                    write(item)
                self.out += b"e"

    def array(self, array, fortran=False):
        self.out += b"cnumpy.core.multiarray\n_reconstruct\n"
        self.put()
        self.out += b"cnumpy\nndarray\n"
        self.put()
        self.out += b"K\x00\x85"
        self.put()
        self.string("b")
        self.out += b"\x87"
        self.put()
        self.out += b"R"
        self.put()
        self.out += b"(K\x01"
        for length in array.shape:
            self.integer(length)
        self.out += b"\x86"
        self.put()
        self.out += b"cnumpy\ndtype\n"
        self.put()
        self.string("u1")
        self.out += b"K\x00K\x01\x87"
        self.put()
        self.out += b"R"
        self.put()
        self.out += b"(K\x03"
        self.string("|")
        self.out += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t"
        self.put()
        self.out += b"b" + (b"\x88" if fortran else b"\x89")
        self.string(array.tobytes(order="F" if fortran else "C"))
        self.out += b"t"
        self.put()
        self.out += b"b"

    def dictionary(self, entries):
        self.out += b"}"
        self.put()
        self.out += b"("
        for key, write in entries:
            self.string(key)
            write()
        self.out += b"u."
        return self.out


def batch(images, labels, fortran=False):
    w = Writer()
    entries = [("batch_label", lambda: w.string("training batch 1 of 5"))]
    for key, values in labels.items():
        entries.append((key, lambda values=values: w.list(values, w.integer)))
    entries.append(("data", lambda: w.array(images, fortran)))
    names = ["image_s_%06d.png" % i for i in range(len(images))]
    entries.append(("filenames", lambda: w.list(names, w.string)))
    return w.dictionary(entries)


def names(key, values):
    w = Writer()
    return w.dictionary([
        ("num_cases_per_batch", lambda: w.integer(10000)), (key, lambda: w.list(values, w.string)),
        ("num_vis", lambda: w.integer(3072))])


rng = np.random.default_rng(0)
images = rng.integers(0, 256, (3, 3072)).astype(np.uint8)
fine = [95, 0, 99]
files = {
    "ten": batch(images, {"labels": [6, 9, 0]}),
    "columns first": batch(images, {"labels": [6, 9, 0]}, fortran=True),
    "hundred": batch(images, {"coarse_labels": [11, 15, 4], "fine_labels": fine}),
    "one": batch(images[:1], {"labels": [8]}),
    "batches.meta": names("label_names", ["class %d" % i for i in range(10)]),
    "meta": names("fine_label_names", ["kind %d" % i for i in range(100)]),
}
for name in ["ten", "columns first", "hundred", "one"]:
    read = pickle.loads(files[name], encoding="bytes")
    assert np.array_equal(read[b"data"], images[: len(read[b"data"])]) and read[b"data"].dtype == np.uint8, name
assert pickle.loads(files["hundred"], encoding="bytes")[b"fine_labels"] == fine
assert pickle.loads(files["meta"], encoding="bytes")[b"fine_label_names"][99] == b"kind 99"
pixels = images.reshape(3, 3, 32, 32).transpose(0, 2, 3, 1)
json.dump(
    {"files": {k: base64.b64encode(v).decode() for k, v in files.items()},
     "pixels": base64.b64encode(pixels.tobytes()).decode()}, open("cifar-pickles.json", "w"), indent=1)
