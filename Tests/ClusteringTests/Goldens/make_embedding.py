"""Golden values of the t-SNE, PCA and trustworthiness tests: python make_embedding.py > embedding.json"""
import json

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities_nn
from sklearn.neighbors import NearestNeighbors

generator = np.random.default_rng(5)
centres = generator.normal(0, 3, (6, 4))
points = np.round(np.concatenate([c + generator.normal(0, 1, (30, 4)) for c in centres]), 5)
n = len(points)


def affinities(points, perplexity):
    """Dense P over the 3·perplexity nearest neighbours, each bandwidth solved to machine precision."""
    n, k = len(points), int(3 * perplexity)
    squares = cdist(points, points, "sqeuclidean")
    p = np.zeros((n, n))
    for i in range(n):
        near = np.argsort(squares[i] + np.where(np.arange(n) == i, np.inf, 0), kind="stable")[:k]
        d = squares[i, near] - squares[i, near].min()

        def weights(beta):
            w = np.exp(-beta * d)
            return w / w.sum()

        def excess(log_beta):
            w = weights(np.exp(log_beta))
            return -(w * np.log(np.maximum(w, 1e-300))).sum() - np.log(perplexity)

        p[i, near] = weights(np.exp(brentq(excess, -15, 15, xtol=1e-14)))
    return (p + p.T) / (2 * n)


p = affinities(points, 12)
graph = NearestNeighbors(n_neighbors=36).fit(points).kneighbors_graph(mode="distance")
graph.data **= 2
graph.sort_indices()
assert np.abs(_joint_probabilities_nn(graph, 12, 0).toarray() - p).max() < 1e-5 * p.max()

embedding = np.round(generator.normal(0, 4, (n, 2)), 5)
q = 1 / (1 + cdist(embedding, embedding, "sqeuclidean"))
np.fill_diagonal(q, 0)
kl = float((p[p > 0] * np.log(p[p > 0] / (q / q.sum())[p > 0])).sum())

reference = TSNE(perplexity=12, init="pca", method="exact", max_iter=750, learning_rate="auto", random_state=0)
reference.fit(points)

pca = PCA(3).fit(points)
wide = np.round(generator.normal(size=(12, 40)) * np.linspace(3, 0.1, 40), 4)
wide_pca = PCA(2).fit(wide)


def signed(components):
    return (components * np.sign(components[np.arange(len(components)), np.abs(components).argmax(1)])[:, None])


print(json.dumps(dict(
    points=points.ravel().tolist(), columns=4, embedding=embedding.ravel().tolist(),
    affinityRows=[p[i].tolist() for i in (0, 77, 179)], affinityRowIndices=[0, 77, 179],
    nonzero=int((p > 0).sum()), squareSum=float((p ** 2).sum()), klDivergence=kl,
    referenceKL=float(reference.kl_divergence_),
    components=signed(pca.components_).ravel().tolist(), variances=pca.explained_variance_.tolist(),
    wide=wide.ravel().tolist(), wideColumns=40,
    wideComponents=signed(wide_pca.components_).ravel().tolist(), wideVariances=wide_pca.explained_variance_.tolist(),
    trustworthiness={str(k): float(trustworthiness(points, embedding, n_neighbors=k)) for k in (1, 5, 12, 50)},
    pcaTrustworthiness=float(trustworthiness(points, pca.transform(points)[:, :2], n_neighbors=12)))))
