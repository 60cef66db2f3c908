"""How near samplers come in few steps to what they come to in many, on MNIST: python steps.py DATA

Trains as notebooks/mnist.ddpm does, draws the same hundred images with every method and number of steps, and prints
mean squared differences of their grey levels (0 to 255) from those of 1,000 steps of dpm. Needs numpy and Pillow, and
DATA/mnist.
"""
import base64
import io
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

PROGRAM = pathlib.Path(__file__).parent.parent / ".build" / "release" / "ddpm-repl"
METHODS = ["ddim", "dpm"]
STEPS = [5, 10, 15, 20, 30, 50, 100, 1000]
GUIDANCE = [0, 1]
TRAINING = "seed 0; load mnist; model fast components=40; pretrain epochs=2; train rounds=4"


def pixels(path):
    """The images of a grid, as the SVG file embeds them."""
    embedded = re.findall(r"data:image/png;base64,([^\"]+)", path.read_text())
    return np.stack([np.asarray(Image.open(io.BytesIO(base64.b64decode(image))).convert("L")) for image in embedded])


with tempfile.TemporaryDirectory() as folder:
    def file(method, steps, guidance):
        return pathlib.Path(folder) / f"{method}-{steps}-{guidance}.svg"

    cases = [(method, steps, guidance) for guidance in GUIDANCE for steps in STEPS for method in METHODS]
    script = [TRAINING] + [
        f'sample method={method} steps={steps} guidance={guidance} out="{file(method, steps, guidance)}"'
        for method, steps, guidance in cases]
    subprocess.run(
        [PROGRAM, "--batch", "--no-rc", "--data", sys.argv[1], "-c", "\n".join(script)], check=True,
        stdout=subprocess.DEVNULL)
    found = {case: pixels(file(*case)).astype(float) for case in cases}

columns = [(method, guidance) for guidance in GUIDANCE for method in METHODS]
print("| steps | " + " | ".join(f"{method}, guidance={guidance}" for method, guidance in columns) + " |")
print("|---" * (1 + len(columns)) + "|")
for steps in STEPS:
    errors = [np.mean((found[method, steps, guidance] - found["dpm", 1000, guidance]) ** 2) for method, guidance in columns]
    print(f"| {steps:,} | " + " | ".join(f"{error:.2f}" for error in errors) + " |")
