"""k-means and a Gaussian mixture on pixels, ours and scikit-learn's, on the same arrays: python baselines.py DATA [SET ...]

DATA has the files of mnist, fashion and coil20, as the README says. For each set and seed our accuracy (baseline kmeans,
baseline gmm) and scikit-learn's with the same settings: 10 k-means++ starts of at most 300 iterations, and diagonal
covariances with a floor of 1e-6, fitted from the best of those starts. Needs Pillow for COIL-20. A row a set and method:
mean ± standard deviation over the seeds.
"""
import argparse
import gzip
import json
import pathlib
import re
import subprocess
import tempfile
import warnings

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

PROGRAM = pathlib.Path(__file__).parent.parent / ".build" / "release" / "ddpm-repl"
FLOOR = 1e-6


def idx(folder, name):
    file = next(iter(sorted(folder.glob(name + "*"))))
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return np.frombuffer(data, np.uint8, offset=16 if "idx3" in name else 8)


def read(data, name):
    """Pixels, 0 to 1, an image a row, and classes, in the order that ours has them."""
    folder = data / name
    if name == "coil20":
        from PIL import Image

        files = sorted(folder.glob("obj*__*.png"), key=lambda file: [int(n) for n in re.findall(r"\d+", file.name)])
        pixels = np.stack([np.asarray(Image.open(file).convert("L")).ravel() for file in files])
        classes = np.array([int(re.findall(r"\d+", file.name)[0]) - 1 for file in files])
    else:
        pixels = np.concatenate([idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, 784) for part in ("train", "t10k")])
        classes = np.concatenate([idx(folder, f"{part}-labels-idx1-ubyte") for part in ("train", "t10k")])
    return pixels / 255, classes


def accuracy(clusters, classes):
    table = np.zeros((clusters.max() + 1, classes.max() + 1))
    np.add.at(table, (clusters, classes), 1)
    return table[linear_sum_assignment(-table)].sum() / len(classes)


def theirs(pixels, classes, seed):
    count = classes.max() + 1
    kmeans = KMeans(count, n_init=10, max_iter=300, tol=1e-4, random_state=seed).fit(pixels)
    start = np.eye(count)[kmeans.labels_]
    sizes = start.sum(0)
    means = start.T @ pixels / sizes[:, None]
    variances = start.T @ pixels**2 / sizes[:, None] - means**2 + FLOOR
    mixture = GaussianMixture(
        count, covariance_type="diag", tol=1e-3, reg_covar=FLOOR, max_iter=100, weights_init=sizes / len(pixels),
        means_init=means, precisions_init=1 / variances, random_state=seed).fit(pixels)
    return {"kmeans": accuracy(kmeans.labels_, classes), "gmm": accuracy(mixture.predict(pixels), classes)}


def ours(data, name, seed):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as record:
        lines = f"seed {seed}; load {name}; set runs=off; baseline kmeans; baseline gmm floor={FLOOR}"
        subprocess.run(
            [PROGRAM, "--batch", "--no-rc", "--data", data, "--record", record.name, "-c", lines], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results = [json.loads(line)["results"] for line in open(record.name)]
    return {found["method"]: found["accuracy"] for found in results if "method" in found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("sets", nargs="*", default=["mnist", "fashion", "coil20"])
    parser.add_argument("--seeds", default="0,1,2", help="default 0,1,2")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| | ours | scikit-learn | seeds |\n|---|---|---|---|")
    for name in options.sets:
        pixels, classes = read(options.data, name)
        seeds = [int(seed) for seed in options.seeds.split(",")]
        both = [(ours(options.data, name, seed), theirs(pixels, classes, seed)) for seed in seeds]
        for method in ("kmeans", "gmm"):
            sides = [np.array([found[side][method] for found in both]) for side in (0, 1)]
            cells = [f"{side.mean():.4f} ± {side.std(ddof=1) if len(seeds) > 1 else 0:.4f}" for side in sides]
            print(f"| {name}, {method} | {cells[0]} | {cells[1]} | {len(seeds)} |", flush=True)


if __name__ == "__main__":
    main()
