"""Golden values of GaussianMixtureTests from scikit-learn: python make_mixture.py > mixture.json"""
import json
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
generator = np.random.default_rng(7)
centres = generator.normal(0, 2, (4, 5))
points = np.concatenate([c + generator.normal(0, s, (60, 5)) for c, s in zip(centres, (0.5, 1.0, 1.5, 0.8))])
points = np.round(points, 6)

start_means = np.round(points[[3, 70, 130, 200]] + 0.3, 6)
start_weights = np.array([0.1, 0.2, 0.3, 0.4])
start_variances = np.round(generator.uniform(0.5, 2, (4, 5)), 6)

cases = []
for iterations in (1, 2, 5, 25):
    for regularisation in (1e-6, 1e-4, 0.0):
        model = GaussianMixture(
            4, covariance_type="diag", tol=0, max_iter=iterations, reg_covar=regularisation,
            weights_init=start_weights, means_init=start_means, precisions_init=1 / start_variances,
        ).fit(points)
        cases.append(dict(
            iterations=iterations, regularisation=regularisation, logLikelihood=model.score(points),
            weights=model.weights_.tolist(), means=model.means_.ravel().tolist(),
            variances=model.covariances_.ravel().tolist(), responsibilities=model.predict_proba(points[:5]).ravel().tolist()))
print(json.dumps(dict(
    points=points.ravel().tolist(), columns=5, weights=start_weights.tolist(), means=start_means.ravel().tolist(),
    variances=start_variances.ravel().tolist(), cases=cases)))
