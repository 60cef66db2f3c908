"""Average linkage of distances between Gaussians, by scipy: writes dendrogram.json beside itself."""

import json
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import average
from scipy.spatial.distance import squareform

random = np.random.default_rng(5)
means = random.normal(0, 2, (9, 3))
variances = random.uniform(0.2, 2, (9, 3))
distances = np.zeros((9, 9))
for a in range(9):
    for b in range(9):
        pooled = (variances[a] + variances[b]) / 2
        gap = means[a] - means[b]
        distances[a, b] = gap @ (gap / pooled) / 8 + 0.5 * np.log(
            np.prod(pooled) / np.sqrt(np.prod(variances[a]) * np.prod(variances[b])))
np.fill_diagonal(distances, 0)
tree = average(squareform(distances, checks=False))
Path(__file__).with_name("dendrogram.json").write_text(json.dumps({
    "means": means.ravel().tolist(), "variances": variances.ravel().tolist(),
    "distances": distances.ravel().tolist(),
    "first": tree[:, :2].min(1).astype(int).tolist(), "second": tree[:, :2].max(1).astype(int).tolist(),
    "heights": tree[:, 2].tolist()}))
