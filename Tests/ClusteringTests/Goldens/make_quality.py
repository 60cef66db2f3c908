"""Golden values of QualityTests from scikit-learn: python make_quality.py > quality.json"""
import json

import numpy as np
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture

generator = np.random.default_rng(5)
points = np.round(np.concatenate([generator.normal(c, 0.7, size=(40, 3)) for c in (0, 2, 3)]), 4)
clusters = [int(c) for c in np.repeat([0, 1, 2], 40)]
clusters[:5] = [1, 2, 1, 2, 3]  # the last one alone in its cluster
mixture = GaussianMixture(3, covariance_type="diag", random_state=0).fit(points)
print(json.dumps(dict(
    points=points.tolist(), clusters=clusters, silhouette=float(silhouette_score(points, clusters)),
    weights=mixture.weights_.tolist(), means=mixture.means_.tolist(), variances=mixture.covariances_.tolist(),
    logLikelihood=float(mixture.score(points)), bic=float(mixture.bic(points)))))
