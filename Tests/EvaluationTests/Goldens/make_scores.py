"""Golden values of ClusteringScoreTests from scikit-learn and SciPy: python make_scores.py > scores.json"""
import json

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    adjusted_rand_score, homogeneity_completeness_v_measure, normalized_mutual_info_score, recall_score)

generator = np.random.default_rng(3)


def case(name, assignments, classes, class_count):
    assignments, classes = np.asarray(assignments), np.asarray(classes)
    table = np.zeros((assignments.max() + 1, class_count), int)
    np.add.at(table, (assignments, classes), 1)
    rows, columns = linear_sum_assignment(-table)
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(classes, assignments)
    predicted = np.full(table.shape[0], -1)
    predicted[rows] = columns
    recalls = recall_score(
        classes, predicted[assignments], labels=range(class_count), average=None, zero_division=np.nan)
    return dict(
        homogeneity=float(homogeneity), completeness=float(completeness), vMeasure=float(v_measure),
        classAccuracies=[None if np.isnan(r) else float(r) for r in recalls],
        name=name, assignments=assignments.tolist(), classes=classes.tolist(), classCount=class_count,
        accuracy=table[rows, columns].sum() / len(classes),
        nmi=float(normalized_mutual_info_score(classes, assignments)),
        ari=float(adjusted_rand_score(classes, assignments)),
        purity=table.max(1).sum() / len(classes))


def noisy(count, clusters, classes, keep):
    truth = generator.integers(0, classes, count)
    mapping = generator.permutation(max(clusters, classes)) % clusters
    found = np.where(generator.uniform(size=count) < keep, mapping[truth], generator.integers(0, clusters, count))
    found[0] = clusters - 1
    return found, truth, classes


cases = [
    case("perfect, renamed", [2, 2, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2], 3),
    case("a single cluster", [0, 0, 0, 0], [0, 1, 2, 1], 3),
    case("a single class", [0, 1, 2, 1], [0, 0, 0, 0], 1),
    case("a single cluster and class", [0, 0, 0], [0, 0, 0], 1),
    case("one point", [0], [0], 1),
    case("every point alone", [0, 1, 2, 3], [3, 1, 0, 2], 4),
    case("independent", [0, 0, 1, 1], [0, 1, 0, 1], 2),
    case("worse than chance", [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], 2),
    case("an empty cluster", [0, 0, 3, 3, 1], [0, 0, 1, 1, 1], 2),
    case("an empty class", [0, 1, 1, 0, 2], [0, 2, 2, 2, 0], 4),
    case("greedy matching fails", [0] * 6 + [1] * 5, [0] * 4 + [1] * 2 + [0] * 5, 2),
] + [
    case(f"noisy {clusters} clusters, {classes} classes, kept {keep}", *noisy(400, clusters, classes, keep))
    for clusters, classes in ((10, 10), (20, 10), (5, 10), (7, 3)) for keep in (0.9, 0.3)
]

assignments = []
for rows, columns in ((1, 1), (4, 4), (3, 7), (7, 3), (12, 12), (1, 5), (5, 1)):
    profits = np.round(generator.normal(size=(rows, columns)), 4)
    found, chosen = linear_sum_assignment(-profits)
    assignments.append(dict(
        rows=rows, columns=columns, profits=profits.ravel().tolist(), best=float(profits[found, chosen].sum())))

def calibration(count, bend):
    confidences = np.round(generator.uniform(0.05, 1, count), 4)
    right = generator.uniform(size=count) < confidences**bend
    accuracies, means = calibration_curve(right, confidences, n_bins=10, strategy="uniform")
    sizes = np.histogram(np.ceil(confidences * 10) - 1, bins=np.arange(11) - 0.5)[0]
    sizes = sizes[sizes > 0]
    return dict(
        confidences=confidences.tolist(), isRight=right.tolist(),
        error=float((sizes / count * np.abs(accuracies - means)).sum()))


calibrations = [calibration(300, 1), calibration(300, 4), calibration(5, 1)]
print(json.dumps(dict(cases=cases, assignments=assignments, calibrations=calibrations)))
