"""KL divergences that scikit-learn's exact t-SNE reaches: python make_tsne.py > tsne.json

The points come of a generator that the test repeats, so that none are stored.
"""
import json

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.distance import cdist
from sklearn.manifold import TSNE

N, COLUMNS, CLUSTERS = 2000, 5, 10


def draws(count, state=1):
    """Numbers in [0, 1) of a linear congruential generator (Knuth's MMIX)."""
    values = []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append((state >> 11) / 2**53)
    return values


def affinities(points, perplexity):
    """Dense P over the 3·perplexity nearest neighbours, each bandwidth solved to machine precision."""
    n, k = len(points), int(3 * perplexity)
    squares = cdist(points, points, "sqeuclidean")
    np.fill_diagonal(squares, np.inf)
    p = np.zeros((n, n))
    for i in range(n):
        near = np.argsort(squares[i], kind="stable")[:k]
        d = squares[i, near] - squares[i, near].min()

        def weights(beta):
            w = np.exp(-beta * d)
            return w / w.sum()

        def excess(log_beta):
            w = weights(np.exp(log_beta))
            return -(w * np.log(np.maximum(w, 1e-300))).sum() - np.log(perplexity)

        p[i, near] = weights(np.exp(brentq(excess, -15, 15, xtol=1e-14)))
    return (p + p.T) / (2 * n)


values = draws(CLUSTERS * COLUMNS + 3 * N * COLUMNS)
centres = 8 * np.array(values[:CLUSTERS * COLUMNS]).reshape(CLUSTERS, COLUMNS)
noise = np.array(values[CLUSTERS * COLUMNS:]).reshape(N, COLUMNS, 3)
# Added in this order, as the test does.
points = centres[np.arange(N) % CLUSTERS] + 2 * ((noise[:, :, 0] + noise[:, :, 1]) + noise[:, :, 2])

found = TSNE(perplexity=30, init="pca", method="exact", max_iter=750, learning_rate="auto", random_state=0).fit(points)
p = affinities(points, 30)
q = 1 / (1 + cdist(found.embedding_, found.embedding_, "sqeuclidean"))
np.fill_diagonal(q, 0)
kl = float((p[p > 0] * np.log(p[p > 0] / (q / q.sum())[p > 0])).sum())
print(json.dumps(dict(ownKL=float(found.kl_divergence_), klDivergence=kl)))
