"""One workload of the benchmark in PyTorch, scikit-learn or openTSNE: python workload.py NAME [VARIANT]

After each line "go THREADS" on standard input it runs for two seconds, once at least, and prints the seconds and what it
did; at the end of the input it prints the peak memory in MiB. VARIANT: eager, eager-last, compile, compile-last (channels-last memory).
"""
import math
import resource
import sys
import time

import numpy as np
import threadpoolctl


def training(preset, variant, steps):
    import torch
    import torch.nn.functional as F

    optimiser = torch.optim.Adam(preset.modules.parameters(), lr=preset.learning_rate, fused=True)
    weights, means = torch.full((10,), 0.1), torch.randn(10, preset.latent)
    variances = torch.ones(10, preset.latent)
    images = torch.randint(0, 256, (steps * 128, 1, 28, 28), dtype=torch.uint8)

    def loss_of(x, noisy, times, target, latent_noise, mask):
        mean, log_variance = preset.encoder(x)
        z = mean + (0.5 * log_variance).exp() * latent_noise
        reconstruction = F.mse_loss(preset.unet(noisy, times, z * mask), target, reduction="sum") / len(x)
        densities = -0.5 * ((2 * math.pi * variances).log() + (z[:, None] - means) ** 2 / variances).sum(2)
        log_w = (weights.log() + densities).log_softmax(1)
        w = log_w.exp()
        gaussian = (variances.log() + (log_variance.exp()[:, None] + (mean[:, None] - means) ** 2) / variances).sum(2)
        assignment = (w * (log_w - weights.log())).sum()
        prior = (assignment + 0.5 * (w * gaussian).sum() - 0.5 * (1 + log_variance).sum()) / len(x)
        return reconstruction + 0.1 * prior

    loss_of = torch.compile(loss_of) if "compile" in variant else loss_of
    layout = torch.channels_last if "last" in variant else torch.contiguous_format

    def run():
        for batch in images.split(128):
            x = (batch.float() / 255).to(memory_format=layout)
            times, signal, noise = preset.levels(len(x))
            signal, noise = signal[:, None, None, None], noise[:, None, None, None]
            epsilon = torch.randn_like(x)
            noisy = signal * x + noise * epsilon
            target = epsilon if preset.name == "reference" else signal * epsilon - noise * x
            latent_noise, mask = torch.randn(len(x), preset.latent), (torch.rand(len(x), 1) >= 0.1).float()
            loss = loss_of(x, noisy, times, target, latent_noise, mask)
            optimiser.zero_grad()
            loss.backward()
            if preset.clipping_norm:
                torch.nn.utils.clip_grad_norm_(preset.modules.parameters(), preset.clipping_norm)
            optimiser.step()

    return run, len(images)


def sampling(preset, variant):
    import torch

    preset.modules.eval()
    unet = torch.compile(preset.unet) if "compile" in variant else preset.unet
    layout = torch.channels_last if "last" in variant else torch.contiguous_format
    z = torch.randn(100, preset.latent)

    @torch.inference_mode()
    def run():
        x = torch.randn(100, 1, 28, 28).to(memory_format=layout)
        times = [1 - step / 50 for step in range(51)]
        for time_now, time_next in zip(times, times[1:]):
            signal, noise = preset.levels_at(time_now)
            prediction = unet(x, torch.full((100,), time_now), z)
            if preset.name == "reference":
                epsilon = prediction
                x0 = (x - noise * epsilon) / signal
            else:
                x0, epsilon = signal * x - noise * prediction, noise * x + signal * prediction
            signal, noise = preset.levels_at(time_next)
            x = x0 * signal + epsilon * noise

    return run, 100


def encoding(preset, variant, count):
    import torch

    preset.modules.eval()
    encoder = torch.compile(preset.encoder) if "compile" in variant else preset.encoder
    layout = torch.channels_last if "last" in variant else torch.contiguous_format
    images = torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8)

    @torch.inference_mode()
    def run():
        torch.cat([encoder((batch.float() / 255).to(memory_format=layout))[0] for batch in images.split(500)])

    return run, count


def mixture(file):
    import warnings

    from sklearn.mixture import GaussianMixture

    warnings.simplefilter("ignore")
    numbers = np.fromfile(file).reshape(-1, 32)
    points, means = numbers[:-10], numbers[-10:]
    result = {}

    def run():
        fitted = GaussianMixture(
            10, covariance_type="diag", tol=0, max_iter=50, weights_init=np.full(10, 0.1), means_init=means,
            precisions_init=np.ones((10, 32)), init_params="random").fit(points)
        result["log-likelihood"] = fitted.score(points)

    return run, 50, result


def kmeans(file, algorithm):
    from sklearn.cluster import KMeans

    numbers = np.fromfile(file).reshape(-1, 784)
    points, centres = numbers[:-10].copy(), numbers[-10:].copy()
    result = {}

    def run():
        found = KMeans(10, init=centres, n_init=1, max_iter=300, tol=1e-4, algorithm=algorithm, copy_x=True).fit(points)
        result.update({"inertia": found.inertia_, "iterations": found.n_iter_})
        return found.n_iter_

    return run, None, result


def neighbours(file):
    from sklearn.neighbors import NearestNeighbors

    numbers = np.fromfile(file).reshape(-1, 784)
    points, queries = numbers[:-10_000].copy(), numbers[-10_000:].copy()
    search = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(points)
    result = {}

    def run():
        result["distances"] = search.kneighbors(queries)[0].sum()

    return run, len(queries), result


def tsne(file, columns):
    import openTSNE

    points = np.fromfile(file).reshape(-1, columns)

    def run():
        found = openTSNE.TSNE(negative_gradient_method="fft", n_jobs=2, random_state=0).fit(points)
        np.asarray(found, dtype=np.float64).tofile(file + ".embedding")

    return run, len(points)


def workload(name, variant):
    if name == "mixture":
        return mixture(variant)
    if name == "kmeans":
        return kmeans(variant, sys.argv[3])
    if name == "neighbours":
        return neighbours(variant)
    if name == "tsne":
        return tsne(variant, int(sys.argv[3]))
    import torch

    from networks import Preset

    torch.manual_seed(0)
    if name in ("train-clustergan", "train-gan-em", "train-hc-mgan", "train-vagan"):
        import adversarial

        steps = 8 if name == "train-vagan" else 4
        return getattr(adversarial, name.removeprefix("train-").replace("-", "_"))(variant, steps)
    work, preset = name.split("-")
    preset = Preset(preset)
    if "last" in variant:
        preset.modules.to(memory_format=torch.channels_last)
    if work == "train":
        return training(preset, variant, 2 if preset.name == "reference" else 24)
    if work == "sample":
        return sampling(preset, variant)
    return encoding(preset, variant, 2_000 if preset.name == "reference" else 70_000)


def main():
    run, amount, *more = workload(sys.argv[1], sys.argv[2])
    for line in sys.stdin:
        threads = int(line.split()[1])
        threadpoolctl.threadpool_limits(threads)
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(threads)
        start, done, seconds = time.perf_counter(), 0, 0.0
        while seconds < 2:
            own = run()
            done += amount or own
            seconds = time.perf_counter() - start
        print(seconds, done, flush=True)
    for key, value in (more[0] if more else {}).items():
        print(key, value)
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
