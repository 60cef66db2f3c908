"""Golden values of EvidenceBoundTests from numpy in float64: python make_prior.py

The prior's part of Eq. 24 in the log domain, for given latents and mixtures; inputs follow from `formula`, on both sides.
"""
import json
import pathlib

import numpy as np


def formula(shape, name, scale=1.0, offset=0.0):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(int(np.prod(shape))) * 12.9898 + key * 78.233) * 43758.5453
    return ((2 * (x - np.floor(x)) - 1) * scale + offset).reshape(shape)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def responsibilities(z, weights, means, variances):
    densities = -0.5 * (np.log(2 * np.pi * variances) + (z[:, None] - means) ** 2 / variances).sum(2)
    with np.errstate(divide="ignore"):
        return softmax(densities + np.log(weights))


def prior(w, mean, log_variance, weights, means, variances):
    live = w > 0
    ratio = np.where(live, w, 1) / np.where(live, weights, 1)
    assignment = (w * np.log(ratio)).sum(1)
    gaussian = (np.log(variances) + (np.exp(log_variance)[:, None] + (mean[:, None] - means) ** 2) / variances).sum(2)
    return (assignment + 0.5 * (w * gaussian).sum(1) - 0.5 * (1 + log_variance).sum(1)).mean()


golden = []
B, K = 6, 5
for name, j, spread, distance, unit, weights in [
    ("small", 3, 0.5, 1, False, [0.1, 0.15, 0.2, 0.25, 0.3]),
    ("wide", 32, 0.5, 0.5, True, [0.1, 0.15, 0.2, 0.25, 0.3]),
    ("far", 8, 0.5, 300, False, [0.1, 0.15, 0.2, 0.25, 0.3]),
    ("dead component", 10, 0.5, 2, False, [0.0, 0.25, 0.2, 0.25, 0.3]),
    ("tiny component", 10, 0.5, 2, False, [1e-40, 0.25, 0.2, 0.25, 0.3]),
]:
    weights = np.array(weights)
    means = formula([K, j], name + " means")
    variances = np.ones([K, j]) if unit else formula([K, j], name + " variances", spread, 1)
    mean = formula([B, j], name + " mean", distance)
    log_variance = formula([B, j], name + " log variance", 2, -1)
    z = mean + np.exp(log_variance / 2) * formula([B, j], name + " noise", 1.5)
    unmoved = mean + formula([B, j], name + " movement", 0.2)
    held = softmax(formula([B, K], name + " held", 20))
    held[0] = [0, 0, 1, 0, 0]
    held[:, weights == 0] = 0
    held /= held.sum(1, keepdims=True)
    live = responsibilities(z, weights, means, variances)
    golden.append(dict(
        name=name, latent=j, weights=weights.tolist(), spread=0 if unit else spread, distance=distance,
        responsibilities=live.ravel().tolist(),
        **{kind: prior(w, mean, log_variance, weights, means, variances) for kind, w in [
            ("live", live), ("fixed", held), ("unmoved", responsibilities(unmoved, weights, means, variances))]}))
pathlib.Path(__file__).with_name("prior.json").write_text(json.dumps(golden, indent=1) + "\n")
