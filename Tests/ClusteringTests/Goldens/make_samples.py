"""Golden values of SampleScoreTests by the definitions, with NumPy: python make_samples.py > samples.json"""
import json

import numpy as np


def distances(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(2))


def share(points, others, k):
    """Of the points, those within the reach of another's k-th nearest other."""
    own = np.sort(distances(others, others), 1)[:, k]
    return (distances(points, others) <= own).any(1).mean()


def mmd(x, y):
    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    m, n = len(x), len(y)
    xx, yy = kernel(x, x), kernel(y, y)
    return (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * kernel(x, y).mean()


def jackknife(x, y):
    found = []
    for part in range(10):
        found.append(mmd(np.delete(x, np.s_[part::10], 0), np.delete(y, np.s_[part::10], 0)))
    return float(np.sqrt(9 / 10 * ((np.array(found) - np.mean(found)) ** 2).sum()))


generator = np.random.default_rng(3)
cases = []
for count, columns, shift, spread in ((40, 2, 0.0, 1.0), (57, 5, 0.8, 0.6), (200, 3, 0.3, 1.4), (150, 40, 0.1, 1.0)):
    real = np.round(generator.normal(size=(count, columns)), 6)
    drawn = np.round(generator.normal(shift, spread, (count + 7, columns)), 6)
    cases.append(dict(
        columns=columns, real=real.ravel().tolist(), drawn=drawn.ravel().tolist(),
        scores=[dict(k=k, precision=share(drawn, real, k), recall=share(real, drawn, k)) for k in (1, 3, 5)],
        distance=mmd(drawn, real), error=jackknife(drawn, real)))
print(json.dumps(dict(cases=cases)))
