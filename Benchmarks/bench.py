"""Times this project against PyTorch and scikit-learn, in alternation, and prints a table: python bench.py [ROW ...]

Each side runs in a process of its own that waits while the other works. Of PyTorch's variants (eager or compiled,
contiguous or channels-last) the one with the best median counts.
"""
import argparse
import gzip
import os
import pathlib
import pty
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).parent
PRODUCTS = HERE.parent / ".build" / "release"
TORCH_VARIANTS = ["eager", "eager-last", "compile", "compile-last"]
# Floating-point operations of a training step per image, a convolution counted as the direct one: counted with
# PyTorch's FlopCounterMode over the networks of peer/networks.py.
STEP_OPERATIONS = {"reference": 2.844e9, "fast": 0.1793e9}


class Worker:
    """A process that runs one workload whenever it is told to."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)

    def rate(self, threads=2):
        """Images or iterations a second of one run."""
        self.start(threads)
        return self.result()

    def start(self, threads):
        self.process.stdin.write(f"go {threads}\n")
        self.process.stdin.flush()

    def result(self):
        seconds, amount = map(float, self.process.stdout.readline().split())
        return amount / seconds

    def finish(self):
        """What the process says of itself at its end, such as its peak memory in MiB."""
        output, _ = self.process.communicate()
        return {key: float(value) for key, value in (line.split() for line in output.splitlines())}


def ours(*arguments):
    return Worker([PRODUCTS / "ddpm-benchmark", *arguments])


def theirs(*arguments):
    return Worker([sys.executable, "peer/workload.py", *arguments])


class Summary:
    def __init__(self, rates):
        self.rates = rates
        self.median = statistics.median(rates)

    def __str__(self):
        digits = 0 if self.median >= 100 else 1
        return f"{self.median:,.{digits}f} ({min(self.rates):,.{digits}f}–{max(self.rates):,.{digits}f})"


def alternated(workers, rounds, warmups=2, **arguments):
    """Every worker's rates, the workers taking turns; the first runs only warm up."""
    rates = {name: [] for name in workers}
    for number in range(warmups + rounds):
        for name, worker in workers.items():
            rate = worker.rate(**arguments)
            if number >= warmups:
                rates[name].append(rate)
    return {name: Summary(values) for name, values in rates.items()}


def compare(label, unit, our_arguments, their_arguments, variants, rounds):
    workers = {"ours": ours(*our_arguments)}
    for variant in variants:
        workers[variant] = theirs(*their_arguments, variant)
    rates = alternated(workers, rounds)
    ends = {name: worker.finish() for name, worker in workers.items()}
    best = max(variants, key=lambda variant: rates[variant].median)
    named = {"eager": "", "eager-last": ", channels-last", "compile": ", compiled"}.get(best, ", compiled, channels-last")
    named = named if len(variants) > 1 else ""
    print(
        f"| {label} | {unit} | {rates['ours']} | {rates[best]}{named} | **{rates['ours'].median / rates[best].median:.2f}** "
        f"| {ends['ours']['peak']:,.0f} | {ends[best]['peak']:,.0f} |", flush=True)
    return ends["ours"], ends[best]


def training(preset, rounds):
    compare(f"training step, `{preset}`", "images/s", [f"train-{preset}"], [f"train-{preset}"], TORCH_VARIANTS, rounds)


def adversarial(name, rounds):
    # Differentiating twice is not compiled.
    compare(
        f"training step, `{name}`, published width", "images/s", [f"train-{name}"], [f"train-{name}"],
        ["eager", "eager-last"], rounds)


def sampling(preset, rounds):
    compare(
        f"DDIM, 100 images, 50 steps, `{preset}`", "images/s", [f"sample-{preset}"], [f"sample-{preset}"],
        TORCH_VARIANTS, rounds)


def encoding(preset, rounds):
    count = "70,000" if preset == "fast" else "2,000"
    compare(
        f"encoding {count} images, `{preset}`", "images/s", [f"encode-{preset}"], [f"encode-{preset}"],
        TORCH_VARIANTS, rounds)


def mixture(rounds):
    generator = np.random.default_rng(0)
    centres = generator.normal(0, 1.5, (10, 32))
    points = centres[generator.integers(0, 10, 70_000)] + generator.normal(size=(70_000, 32))
    starts = points[generator.choice(len(points), 10, replace=False)]
    with tempfile.NamedTemporaryFile() as file:
        np.concatenate([points, starts]).tofile(file.name)
        us, them = compare(
            "mixture, 70,000×32, K = 10, 50 iterations", "iterations/s", ["mixture", file.name], ["mixture"], [file.name],
            rounds)
    print(f"\nmean log-likelihood: ours {us['log-likelihood']:.10f}, scikit-learn {them['log-likelihood']:.10f}\n")


def mnist():
    """The pixels of MNIST's 70,000 images, 0 to 1, where its files are (DDPM_DATA, else ./data); else images of like kind: ten
    smooth shapes, moved and blurred at random."""
    folder = pathlib.Path(os.environ.get("DDPM_DATA", "data")) / "mnist"
    files = [next(iter(sorted(folder.glob(f"{part}-images-idx3-ubyte*"))), None) for part in ("train", "t10k")]
    if all(files):
        parts = [(gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes())[16:] for f in files]
        return np.frombuffer(b"".join(parts), np.uint8).reshape(-1, 784) / 255
    generator = np.random.default_rng(0)
    rows, columns = np.mgrid[0:28, 0:28]
    strokes = generator.uniform(6, 22, (10, 5, 2))
    images = np.empty((70_000, 784))
    for i, group in enumerate(generator.integers(0, 10, len(images))):
        places = strokes[group] + generator.normal(0, 1.5, (5, 2))
        spots = np.exp(-((rows - places[:, :1, None]) ** 2 + (columns - places[:, 1:, None]) ** 2) / generator.uniform(4, 12))
        images[i] = np.round(np.minimum(spots.sum(0), 1) * 255).reshape(-1) / 255
    return images


def kmeans(rounds):
    """Whole runs of Lloyd's algorithm from the same centres with the same tolerance, against both of scikit-learn's ways."""
    points = mnist()
    starts = points[np.random.default_rng(1).choice(len(points), 10, replace=False)]
    with tempfile.NamedTemporaryFile() as file:
        np.concatenate([points, starts]).tofile(file.name)
        ends = {}
        for algorithm in ("lloyd", "elkan"):
            us, ends[algorithm] = compare(
                f"k-means, 70,000×784, K = 10, to its end; scikit-learn's `{algorithm}`", "iterations/s", ["kmeans", file.name],
                ["kmeans", file.name], [algorithm], rounds)
    told = ", ".join(f"scikit-learn's {name} {end['inertia']:.3f} after {end['iterations']:.0f}" for name, end in ends.items())
    print(f"\nInertia: ours {us['inertia']:.3f} after {us['iterations']:.0f} iterations, {told}.\n", flush=True)


def neighbours(rounds):
    points = mnist()
    with tempfile.NamedTemporaryFile() as file:
        points.tofile(file.name)
        us, them = compare(
            "ten nearest neighbours, 10,000 among 60,000, 784 columns", "queries/s", ["neighbours", file.name],
            ["neighbours"], [file.name], rounds)
    print(f"\nSummed distances: ours {us['distances']:.6f}, scikit-learn {them['distances']:.6f}.\n", flush=True)


def latents(count, columns):
    """Points about curved sheets, as an encoder's latents lie: ten groups of unlike size and spread."""
    generator = np.random.default_rng(0)
    groups = generator.choice(10, count, p=np.arange(1, 11) / 55)
    maps = generator.normal(size=(10, 4, columns))
    sheets = np.einsum("nk,nkc->nc", generator.normal(size=(count, 4)), maps[groups])
    return np.tanh(sheets / 2) + generator.normal(0, 2, (10, columns))[groups] + generator.normal(0, 0.2, (count, columns))


def divergence(points, columns, embedding):
    """KL(P‖Q) by exact affinities and sums over all pairs, of either side's embedding."""
    return float(subprocess.run(
        [PRODUCTS / "ddpm-benchmark", "divergence", points, str(columns), embedding], check=True, capture_output=True,
        text=True).stdout)


def tsne(rounds):
    """A whole embedding with its search for neighbours, by the defaults, against openTSNE's by interpolation; then ours
    for more points, for how time grows."""
    with tempfile.TemporaryDirectory() as folder:
        for columns in (10, 32):
            file = f"{folder}/points"
            latents(70_000, columns).tofile(file)
            workers = {"ours": ours("tsne", file, str(columns)), "theirs": theirs("tsne", file, str(columns))}
            rates = alternated(workers, min(rounds, 3), warmups=0)
            ends = {name: worker.finish() for name, worker in workers.items()}
            print(
                f"| t-SNE, 70,000×{columns}, 750 iterations | points/s | {rates['ours']} | {rates['theirs']} "
                f"| **{rates['ours'].median / rates['theirs'].median:.2f}** | {ends['ours']['peak']:,.0f} "
                f"| {ends['theirs']['peak']:,.0f} |", flush=True)
            print(
                f"\nKL divergence: ours {ends['ours']['divergence']:.4f}, openTSNE "
                f"{divergence(file, columns, file + '.embedding'):.4f}\n", flush=True)
        for count in (10_000, 70_000, 280_000):
            latents(count, 10).tofile(f"{folder}/some")
            worker = ours("tsne", f"{folder}/some", "10")
            rate = worker.rate()
            worker.process.kill()
            print(f"t-SNE of {count:,} points: {count / rate:.1f} s, {1e6 / rate:.0f} µs a point", flush=True)


def peak_memory(process):
    """In MiB, so far."""
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def one_session():
    """A session at a terminal: seconds to its prompt, its memory there, seconds from Enter to the error of a wrong verb."""
    def wait_for(text):
        output = b""
        while text not in output:
            output += os.read(terminal, 4096)

    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "dumb"
        os.execv(PRODUCTS / "ddpm-repl", ["ddpm-repl"])
    wait_for(b"In [1]")
    to_prompt = time.perf_counter() - start
    memory = peak_memory(process)
    os.write(terminal, b"trian")
    wait_for(b"trian")
    start = time.perf_counter()
    os.write(terminal, b"\r")
    wait_for(b"did you mean")
    to_error = time.perf_counter() - start
    os.write(terminal, b"quit\r")
    os.waitpid(process, 0)
    os.close(terminal)
    return to_prompt, memory, to_error


def seconds_to_import():
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - start


def starting(rounds):
    sessions, them = [], []
    for _ in range(rounds + 1):
        sessions.append(one_session())
        them.append(1000 * seconds_to_import())
    us, memory, error = (Summary([scale * value for value in values[1:]]) for scale, values in zip((1e3, 1, 1e3), zip(*sessions)))
    them = Summary(them[1:])
    print(
        f"| process start to prompt, against `import torch` | ms | {us} | {them} | **{them.median / us.median:.0f}** "
        f"| {memory.median:.0f} | |")
    print(f"| Enter to the error of a wrong verb | ms | {error} | | | | |")
    with tempfile.NamedTemporaryFile("w", suffix=".ddpm") as script:
        script.write("sample count=8 clusters=1,2,3 out=\"figures/samples-${seed}.png\"  # eight a cluster\n" * 100_000)
        script.flush()
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run(
                [PRODUCTS / "ddpm-repl", "-p", "seed=1", "--check", script.name], check=True, stdout=subprocess.DEVNULL)
            times.append(1000 * (time.perf_counter() - start))
    print(f"| a script of 100,000 lines parsed and checked | ms | {Summary(times)} | | | | |", flush=True)


def scaling(rounds):
    """Our training with one thread, with two, and as two processes of one thread that share nothing: what the machine
    allows; what two threads are to PyTorch; then the share of OpenBLAS's own rate."""
    print(
        "\n| work | 1 thread | 2 threads | ratio | 2 processes of 1 thread | ratio | PyTorch, eager, channels-last: ratio |"
        "\n|---|---|---|---|---|---|---|")
    two = {}
    for preset in ("reference", "fast"):
        pair = [ours(f"train-{preset}") for _ in range(2)]
        peer = theirs(f"train-{preset}", "eager-last")
        runs = []
        for _ in range(rounds + 1):
            alone, threaded = pair[0].rate(1), pair[0].rate(2)
            for worker in pair:
                worker.start(1)
            apart = sum(worker.result() for worker in pair)
            runs.append((alone, threaded, apart, peer.rate(1), peer.rate(2)))
        for worker in [*pair, peer]:
            worker.finish()
        one, two[preset], apart, peer_one, peer_two = map(Summary, zip(*runs[1:]))
        print(
            f"| training step, `{preset}`, images/s | {one} | {two[preset]} | **{two[preset].median / one.median:.2f}** "
            f"| {apart} | {apart.median / one.median:.2f} | {peer_two.median / peer_one.median:.2f} |", flush=True)
    few, many = ours("encode-fast", "17500"), ours("encode-fast", "70000")
    rates = alternated({"few": few, "many": many}, rounds)
    few.finish(), many.finish()
    print(f"\nEncoding 17,500 and 70,000 images with `fast`: {rates['few']} and {rates['many']} images/s.")
    # Without the variable that pins OpenBLAS to older kernels: the machine's rate, not the environment's.
    product = Worker(["env", "-u", "OPENBLAS_CORETYPE", PRODUCTS / "ddpm-benchmark", "sgemm"])
    rates = Summary([product.rate(1) / 1000 for _ in range(rounds)])
    product.finish()
    print(f"\nOpenBLAS sgemm, one core: {rates} GFLOP/s; training steps, convolutions counted as direct ones, reach", end="")
    print(", ".join(
        f" {two[preset].median * operations / 2e9:.0f} a core with `{preset}` "
        f"({two[preset].median * operations / 2e9 / rates.median:.2f} of it)"
        for preset, operations in STEP_OPERATIONS.items()) + ".")


ROWS = {
    "train-reference": lambda rounds: training("reference", rounds),
    "train-fast": lambda rounds: training("fast", rounds),
    "train-clustergan": lambda rounds: adversarial("clustergan", rounds),
    "train-gan-em": lambda rounds: adversarial("gan-em", rounds),
    "train-hc-mgan": lambda rounds: adversarial("hc-mgan", rounds),
    "train-vagan": lambda rounds: adversarial("vagan", rounds),
    "sample-reference": lambda rounds: sampling("reference", rounds),
    "sample-fast": lambda rounds: sampling("fast", rounds),
    "encode-reference": lambda rounds: encoding("reference", rounds),
    "encode-fast": lambda rounds: encoding("fast", rounds),
    "start": starting,
    "mixture": mixture,
    "kmeans": kmeans,
    "neighbours": neighbours,
    "tsne": tsne,
    "scaling": scaling,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=7, help="measured runs of each side (default 7)")
    options = parser.parse_args()
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"no row is called {unknown[0]}; there are {', '.join(ROWS)}")
    print("| work | unit | ours: median (range) | theirs | ratio | MiB, ours | theirs |\n|---|---|---|---|---|---|---|")
    for name, row in ROWS.items():
        if not options.rows or name in options.rows:
            row(options.rounds)


if __name__ == "__main__":
    main()
