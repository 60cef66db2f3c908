"""Golden values of KNNTests from scikit-learn: python make_knn.py > knn.json

Distances are given as ranks, so that of equally near neighbours the first come first: what scikit-learn itself takes of
them is left open. The second set has no two equal distances from a test image and is given as it is.
"""
import json

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

generator = np.random.default_rng(7)
COUNTS = [1, 2, 3, 4, 10, 59, 60]


def case(train, test, has_ties):
    truth = [generator.integers(0, 3, len(part)) for part in (train, test)]
    distances = ((test[:, None].astype(int) - train[None].astype(int)) ** 2).sum(2)
    order = np.argsort(distances, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1)
    accuracies = []
    for count in COUNTS:
        if has_ties:
            classifier = KNeighborsClassifier(count, metric="precomputed").fit(np.zeros((60, 60)), truth[0])
            predicted = classifier.predict(ranks)
        else:
            assert all(len(set(row)) == 60 for row in distances.tolist())
            predicted = KNeighborsClassifier(count).fit(train, truth[0]).predict(test)
        accuracies.append(float((predicted == truth[1]).mean()))
    return dict(
        train=train.ravel().tolist(), test=test.ravel().tolist(), trainClasses=truth[0].tolist(),
        testClasses=truth[1].tolist(), accuracies=accuracies)


ties = case(
    generator.integers(0, 2, (60, 9)).astype(np.uint8) * 90, generator.integers(0, 2, (80, 9)).astype(np.uint8) * 90, True)
while True:
    train, test = (generator.integers(0, 256, (n, 9)).astype(np.uint8) for n in (60, 40))
    squares = ((test[:, None].astype(int) - train[None].astype(int)) ** 2).sum(2)
    if all(len(set(row)) == 60 for row in squares.tolist()):
        break
print(json.dumps(dict(counts=COUNTS, cases=[ties, case(train, test, False)])))
