"""Golden values of the tests of graphs: spectral clustering as scikit-learn does it, UMAP as umap-learn does.

    pip install numpy==2.4.6 scikit-learn==1.9.1 umap-learn==0.5.12 && python make_graphs.py > graphs.json
"""
import json
import warnings

import numpy as np
import umap
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import SpectralClustering
from sklearn.datasets import load_digits
from sklearn.manifold import spectral_embedding, trustworthiness
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors, kneighbors_graph
from umap.umap_ import find_ab_params, fuzzy_simplicial_set

warnings.filterwarnings("ignore")

digits = load_digits(n_class=6)
# With noise, so that no two neighbours are equally far.
points = np.round(digits.data[:360] + np.random.default_rng(3).normal(0, 0.3, (360, 64)), 3)
labels = digits.target[:360]

# W = (C + Cᵀ)/2 with 10 neighbours, the point itself among them: 9 others.
graph = kneighbors_graph(points, 10, include_self=True)
graph = 0.5 * (graph + graph.T)
assert connected_components(graph)[0] == 1
# scikit-learn divides the eigenvectors by the roots of the degrees; each row to length 1 undoes that.
embedding = spectral_embedding(graph, n_components=6, drop_first=False, random_state=0, eigen_tol=1e-12)
rows = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
# What does not depend on the eigenvectors' signs: inner products of some rows with all.
chosen = [0, 100, 359]
spectral = SpectralClustering(
    6, affinity="nearest_neighbors", n_neighbors=10, random_state=0, n_init=20).fit_predict(points)

distances, indices = NearestNeighbors(n_neighbors=15).fit(points).kneighbors(points)
# The point itself comes first, whatever its copies.
for i in range(len(points)):
    others = [(d, j) for d, j in zip(distances[i], indices[i]) if j != i][:14]
    others.sort()
    distances[i] = [0] + [d for d, _ in others]
    indices[i] = [i] + [j for _, j in others]
fuzzy, _, _ = fuzzy_simplicial_set(
    points.astype(np.float32), 15, np.random.RandomState(0), "euclidean",
    knn_indices=indices, knn_dists=distances.astype(np.float32))
fuzzy = fuzzy.tocsr()
fuzzy.sort_indices()
fuzzy_rows = [fuzzy[i].toarray().ravel().tolist() for i in chosen]

curves = [[m, s, *find_ab_params(s, m)] for m, s in ((0, 1), (0.1, 1), (0.5, 1), (0.99, 1), (0, 2), (0.3, 0.7))]

trust, information = [], []
for seed in range(5):
    placed = umap.UMAP(n_neighbors=15, n_components=4, min_dist=0, random_state=seed, n_jobs=1).fit_transform(points)
    trust.append(float(trustworthiness(points, placed, n_neighbors=12)))
    clusters = GaussianMixture(6, covariance_type="diag", n_init=10, random_state=seed).fit_predict(placed)
    information.append(float(normalized_mutual_info_score(labels, clusters)))

print(json.dumps(dict(
    points=points.ravel().tolist(), columns=64, labels=labels.tolist(), chosen=chosen,
    rowProducts=(rows[chosen] @ rows.T).round(9).tolist(),
    spectralClusters=spectral.tolist(),
    spectralInformation=float(normalized_mutual_info_score(labels, spectral)),
    fuzzyRows=np.round(fuzzy_rows, 6).tolist(), fuzzyCount=int(fuzzy.nnz), fuzzySum=float(fuzzy.sum()),
    curves=curves, umapTrustworthiness=trust, umapInformation=information)))
