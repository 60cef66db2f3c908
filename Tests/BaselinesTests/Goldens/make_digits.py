"""k-means and a diagonal Gaussian mixture of scikit-learn on small digits: what ours are compared with.

    pip install scikit-learn==1.9.1 && python make_digits.py > digits.json
"""

import json

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import normalized_mutual_info_score
from sklearn.mixture import GaussianMixture

digits = load_digits(n_class=6)
pixels = (digits.images[:400] * 15.9).astype(np.uint8)
labels = digits.target[:400]
x = pixels.reshape(len(pixels), -1) / 255.0

kmeans = KMeans(6, n_init=200, random_state=0, tol=1e-4).fit(x)
start = np.eye(6)[kmeans.labels_]
floor = 1e-3
weights = start.mean(0)
means = (start.T @ x) / start.sum(0)[:, None]
variances = (start.T @ x**2) / start.sum(0)[:, None] - means**2 + floor
mixture = GaussianMixture(
    6, covariance_type="diag", tol=1e-3, reg_covar=floor, weights_init=weights, means_init=means,
    precisions_init=1 / variances, max_iter=100,
).fit(x)

print(json.dumps({
    "pixels": pixels.reshape(-1).tolist(),
    "labels": labels.tolist(),
    "inertia": kmeans.inertia_,
    "clusters": kmeans.labels_.tolist(),
    "logLikelihood": mixture.score(x),
    "components": mixture.predict(x).tolist(),
    "responsibilities": np.sort(mixture.predict_proba(x), axis=1)[:, -1].tolist(),
    "nmi": normalized_mutual_info_score(labels, kmeans.labels_),
}))
