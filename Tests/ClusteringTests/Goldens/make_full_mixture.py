"""Golden values of FullCovarianceTests from scikit-learn: python make_full_mixture.py > full_mixture.json"""
import json
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
generator = np.random.default_rng(11)
centres = generator.normal(0, 2, (3, 6))
shapes = generator.normal(0, 0.7, (3, 6, 6))
points = np.concatenate([c + generator.normal(size=(70, 6)) @ s for c, s in zip(centres, shapes)])
points = np.round(points, 6)

start_means = np.round(points[[5, 80, 150]] + 0.2, 6)
start_weights = np.array([0.2, 0.5, 0.3])
roots = np.round(generator.normal(0, 0.5, (3, 6, 6)), 6)
start_covariances = roots @ roots.transpose(0, 2, 1) + np.eye(6)

cases = []
for iterations in (1, 2, 5, 25):
    for regularisation in (1e-6, 1e-2, 0.0):
        model = GaussianMixture(
            3, covariance_type="full", tol=0, max_iter=iterations, reg_covar=regularisation,
            weights_init=start_weights, means_init=start_means, precisions_init=np.linalg.inv(start_covariances),
        ).fit(points)
        cases.append(dict(
            iterations=iterations, regularisation=regularisation, logLikelihood=model.score(points),
            bic=model.bic(points), weights=model.weights_.tolist(), means=model.means_.ravel().tolist(),
            covariances=model.covariances_.ravel().tolist(),
            responsibilities=model.predict_proba(points[::30]).ravel().tolist()))
print(json.dumps(dict(
    points=points.ravel().tolist(), columns=6, weights=start_weights.tolist(), means=start_means.ravel().tolist(),
    covariances=start_covariances.ravel().tolist(), cases=cases)))
