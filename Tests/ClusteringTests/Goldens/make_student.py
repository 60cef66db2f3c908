"""Golden values of StudentMixtureTests from numpy in float64: python make_student.py > student.json

Log densities of a mixture of Student's t distributions with independent numbers, and its parameters after some steps of EM in
which a point counts by u = (nu + 1) / (nu + d^2), number by number.
"""
import json
import math

import numpy as np


def formula(count, name, scale=1.0, offset=0.0):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(count) * 12.9898 + key * 78.233) * 43758.5453
    return (2 * (x - np.floor(x)) - 1) * scale + offset


def log_densities(points, weights, means, variances, nu):
    squares = (points[:, None] - means) ** 2 / variances
    peak = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
    each = peak - 0.5 * np.log(variances) - (nu + 1) / 2 * np.log1p(squares / nu)
    return np.log(weights) + each.sum(2), squares


cases = []
for columns, nu in [(1, 1.5), (3, 4.0), (40, 10.0)]:
    name = f"student {columns}"
    points = formula(60 * columns, name + " points", 3).reshape(60, columns)
    # Some lie far away.
    points[::10] *= 12
    weights = np.array([0.2, 0.5, 0.3])
    means = formula(3 * columns, name + " means", 2).reshape(3, columns)
    variances = formula(3 * columns, name + " variances", 0.6, 1).reshape(3, columns)
    case = dict(
        columns=columns, freedom=nu, points=points.ravel().tolist(), weights=weights.tolist(),
        means=means.ravel().tolist(), variances=variances.ravel().tolist())
    case["densities"] = log_densities(points, weights, means, variances, nu)[0].ravel().tolist()
    likelihoods = []
    for _ in range(4):
        joint, squares = log_densities(points, weights, means, variances, nu)
        most = joint.max(1, keepdims=True)
        total = most + np.log(np.exp(joint - most).sum(1, keepdims=True))
        likelihoods.append(total.mean())
        r = np.exp(joint - total)
        ru = r[:, :, None] * (nu + 1) / (nu + squares)
        weights = r.mean(0)
        means = (ru * points[:, None]).sum(0) / ru.sum(0)
        variances = (ru * (points[:, None] - means) ** 2).sum(0) / r.sum(0)[:, None] + 1e-3
    case["after"] = dict(
        likelihoods=likelihoods, weights=weights.tolist(), means=means.ravel().tolist(),
        variances=variances.ravel().tolist())
    cases.append(case)
print(json.dumps(cases, separators=(",", ":")))
