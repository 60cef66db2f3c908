"""Writes affine.txt and resize.txt with PyTorch: python make_images.py, in this folder.

Each case is a line of parameters, a line of input bytes and a line of outputs, all [row, column, channel].
"""

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(0)


def image(height, width, channels):
    return rng.integers(0, 256, (height, width, channels), dtype=np.uint8)


def planes(pixels):
    return torch.from_numpy(pixels.astype(np.float64)).permute(2, 0, 1)[None]


def affine(pixels, rotation, scale, shear, shift_x, shift_y):
    height, width, _ = pixels.shape
    a = np.deg2rad(rotation)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    forward = np.eye(3)
    forward[:2, :2] = turn @ (scale * np.array([[1, shear], [0, 1]]))
    forward[:2, 2] = [shift_x * width / 2, shift_y * height / 2]
    half = np.diag([width / 2, height / 2, 1])
    theta = np.linalg.inv(half) @ np.linalg.inv(forward) @ half
    grid = F.affine_grid(torch.from_numpy(theta[:2])[None], (1, pixels.shape[2], height, width), align_corners=False)
    moved = F.grid_sample(planes(pixels), grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return moved[0].permute(1, 2, 0).numpy()


def line(values, form):
    return " ".join(form % v for v in np.asarray(values).ravel()) + "\n"


with open("affine.txt", "w") as out:
    for size, parameters in [
        ((28, 28, 1), (12.5, 0.9, 0.15, 0.1, -0.12)),
        ((28, 28, 1), (-15, 1.15, -0.2, -0.15, 0.15)),
        ((9, 9, 3), (7, 1.07, 0.05, 0.02, 0.14)),
        ((7, 12, 1), (-10, 0.87, -0.11, 0.3, -0.25)),
        ((12, 7, 3), (90, 1, 0, 0, 0)),
        ((8, 8, 1), (40, 0.3, 0.5, 1.2, 0.4)),
        ((8, 8, 1), (0, 1, 0, 0.25, -0.5)),
    ]:
        pixels = image(*size)
        out.write(line(size, "%d")[:-1] + " " + line(parameters, "%.17g"))
        out.write(line(pixels, "%d"))
        out.write(line(affine(pixels, *parameters), "%.4f"))

with open("resize.txt", "w") as out:
    for size, (height, width) in [
        ((28, 28, 1), (32, 32)),
        ((28, 28, 1), (14, 14)),
        ((32, 32, 3), (28, 28)),
        ((13, 9, 3), (5, 20)),
        ((7, 7, 1), (1, 1)),
        ((1, 2, 1), (4, 4)),
    ]:
        pixels = image(*size)
        resized = F.interpolate(planes(pixels), (height, width), mode="bilinear", antialias=True, align_corners=False)
        out.write(line(size + (height, width), "%d"))
        out.write(line(pixels, "%d"))
        out.write(line(resized[0].permute(1, 2, 0).numpy(), "%.4f"))
