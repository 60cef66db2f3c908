"""Asks NumPy to read the .npy files in a folder: none that this program accepts may be one that NumPy refuses.

    python3 compare_numpy.py FOLDER [AT_MOST]
"""
import pathlib
import random
import sys

import numpy

files = sorted(pathlib.Path(sys.argv[1]).glob("*.npy"))
most = int(sys.argv[2]) if len(sys.argv) > 2 else len(files)
files = random.Random(0).sample(files, min(most, len(files)))
refused = []
for file in files:
    # A compressed file, which NumPy does not read by itself, is no .npy file's concern.
    if file.read_bytes()[:2] == b"\x1f\x8b":
        continue
    try:
        numpy.load(file, allow_pickle=False)
    except Exception as error:
        refused.append(f"{file}: {error}")
print(f"NumPy {numpy.__version__}: {len(files)} accepted files, {len(refused)} of them refused by NumPy")
print("\n".join(refused[:20]))
sys.exit(bool(refused) or not files)
