"""Golden values of NetworkGoldenTests from PyTorch in float64: python make_networks.py

The networks are written here once more, the published one after its authors' code, with every parameter filled by
`formula` from its path, on both sides, so that no weights need a file. networks.json then holds for each: the encoder's
and the U-Net's outputs, the two loss terms of a training step (Eq. 24, responsibilities from the sampled z), and of each
parameter's gradient the norm and the first element.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
BATCH, COMPONENTS = 3, 4


def values(count, name):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(count) * 12.9898 + key * 78.233) * 43758.5453
    return 2 * (x - np.floor(x)) - 1


def formula(shape, name, scale=1.0, offset=0.0):
    numbers = values(int(np.prod(shape)), name) * scale + offset
    return torch.tensor(numbers.astype(np.float32).astype(np.float64).reshape(shape))


def rounded(tensor, digits=7):
    return [float(f"{v:.{digits}g}") for v in tensor.detach().reshape(-1).tolist()]


class State(dict):
    """Tensors by path, in this project's layout, made when first asked for."""

    def get(self, path, shape):
        if path not in self:
            kind = path.split(".")[-1]
            if kind == "weight":
                # Scaled by what one output sums over, so that numbers neither fade nor explode on the way.
                fan = math.prod(shape[:-1])
                tensor = formula(shape, path, 1.5 / math.sqrt(fan))
            elif kind == "gamma":
                tensor = formula(shape, path, 0.3, 1)
            elif kind == "runningVariance":
                tensor = formula(shape, path, 0.5, 1)
            else:
                tensor = formula(shape, path, 0.2)
            self[path] = tensor if kind.startswith("running") else tensor.requires_grad_()
        return self[path]


def chw(x):
    return x.permute(0, 3, 1, 2)


def hwc(x):
    return x.permute(0, 2, 3, 1)


class Network:
    """Layers over channels-last tensors."""

    def __init__(self):
        self.state = State()
        self.training = True

    def linear(self, path, x, outputs):
        return x @ self.state.get(path + ".weight", [x.shape[1], outputs]) + self.state.get(path + ".bias", [outputs])

    def perceptron(self, path, x, hidden, outputs, activation):
        return self.linear(path + ".second", activation(self.linear(path + ".first", x, hidden)), outputs)

    def convolution(self, path, x, outputs, kernel, stride=1, padding=0):
        weight = self.state.get(path + ".weight", [kernel, kernel, x.shape[3], outputs])
        bias = self.state.get(path + ".bias", [outputs])
        return hwc(F.conv2d(chw(x), weight.permute(3, 2, 0, 1).contiguous(), bias, stride=stride, padding=padding))

    def upsampling(self, path, x, outputs, size):
        weight = self.state.get(path + ".weight", [x.shape[3], size * size * outputs])
        weight = weight.reshape(x.shape[3], size, size, outputs).permute(0, 3, 1, 2).contiguous()
        return hwc(F.conv_transpose2d(chw(x), weight, self.state.get(path + ".bias", [outputs]), stride=size))

    def group_norm(self, path, x, groups=8):
        shape = [x.shape[3]]
        return hwc(F.group_norm(chw(x), groups, self.state.get(path + ".gamma", shape), self.state.get(path + ".beta", shape)))

    def batch_norm(self, path, x):
        gamma, beta, mean, variance = (
            self.state.get(f"{path}.{part}", [x.shape[3]]) for part in ("gamma", "beta", "runningMean", "runningVariance"))
        return hwc(F.batch_norm(chw(x), mean, variance, gamma, beta, training=self.training))


def pixel_unshuffle(x, s):
    n, h, w, c = x.shape
    return x.reshape(n, h // s, s, w // s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h // s, w // s, s * s * c)


def pixel_shuffle(x, s):
    n, h, w, c = x.shape
    c //= s * s
    return x.reshape(n, h, w, s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(n, s * h, s * w, c)


def max_pool(x):
    return hwc(F.max_pool2d(chw(x), 2))


class Reference(Network):
    n, latent = 64, 32

    def block(self, path, x, outputs, residual=False):
        x1 = F.gelu(self.batch_norm(path + ".norm1", self.convolution(path + ".convolution1", x, outputs, 3, 1, 1)))
        x2 = F.gelu(self.batch_norm(path + ".norm2", self.convolution(path + ".convolution2", x1, outputs, 3, 1, 1)))
        if not residual:
            return x2
        return ((x if x.shape == x2.shape else x1) + x2) / 1.414

    def first_half(self, path, x):
        first = self.block(path + ".stem", x, self.n, residual=True)
        half = max_pool(self.block(path + ".down1", first, self.n))
        quarter = max_pool(self.block(path + ".down2", half, 2 * self.n))
        return first, half, quarter, F.gelu(quarter.mean((1, 2), keepdim=True))

    def encode(self, x):
        vector = self.first_half("encoder", x)[3].reshape(len(x), 2 * self.n)
        return self.linear("encoder.mean", vector, self.latent), self.linear("encoder.logVariance", vector, self.latent)

    def up(self, path, x, skip):
        x = self.upsampling(path + ".upsampling", torch.cat([x, skip], 3), self.n, 2)
        return self.block(path + ".block2", self.block(path + ".block1", x, self.n), self.n)

    def predict(self, noisy, times, z):
        n = self.n
        first, half, quarter, vector = self.first_half("unet", noisy)
        t = times[:, None]
        h = self.upsampling("unet.spread", vector, 2 * n, 7)
        h = F.relu(self.group_norm("unet.spreadNorm", h))
        for level, (width, skip) in enumerate([(2 * n, quarter), (n, half)], 1):
            scale = self.perceptron(f"unet.latent{level}", z, width, width, F.gelu)
            shift = self.perceptron(f"unet.time{level}", t, width, width, F.gelu)
            h = self.up(f"unet.up{level}", scale[:, None, None] * h + shift[:, None, None], skip)
        h = self.convolution("unet.merge", torch.cat([h, first], 3), n, 3, 1, 1)
        return self.convolution("unet.output", F.relu(self.group_norm("unet.mergeNorm", h)), 1, 3, 1, 1)


class Fast(Network):
    n, latent = 32, 10

    def encode(self, x):
        n = self.n
        h = F.silu(self.convolution("encoder.convolution1", x, n, 4, 2, 1))
        h = F.silu(self.group_norm("encoder.norm2", self.convolution("encoder.convolution2", h, n, 3, 1, 1)))
        h = F.silu(self.group_norm("encoder.norm3", self.convolution("encoder.convolution3", h, 2 * n, 4, 2, 1)))
        h = F.silu(self.group_norm("encoder.norm4", self.convolution("encoder.convolution4", h, 2 * n, 3, 1, 1)))
        h = F.silu(self.linear("encoder.hidden", h.reshape(len(x), -1), 256))
        mean, log_variance = self.linear("encoder.heads", h, 2 * self.latent).chunk(2, 1)
        return mean, log_variance.clamp(-10, 5)

    def block(self, path, x, outputs, embedding):
        h = self.convolution(path + ".convolution1", F.silu(self.group_norm(path + ".norm1", x)), outputs, 3, 1, 1)
        scale, shift = self.linear(path + ".modulation", embedding, 2 * outputs).chunk(2, 1)
        h = F.silu(self.group_norm(path + ".norm2", h) * (1 + scale[:, None, None]) + shift[:, None, None])
        h = self.convolution(path + ".convolution2", h, outputs, 3, 1, 1)
        return h + (x if x.shape[3] == outputs else self.convolution(path + ".projection", x, outputs, 1))

    def predict(self, noisy, times, z):
        n = self.n
        patch = 4 if noisy.shape[1] == 64 else 2
        angles = times[:, None] * 1000 ** torch.linspace(0, 1, 32)
        features = torch.cat([angles.sin(), angles.cos()], 1)
        embedding = F.silu(
            self.perceptron("unet.timeEmbedding", features, 128, 128, F.silu)
            + self.perceptron("unet.latentEmbedding", z, 128, 128, F.silu))
        full = self.block("unet.block1", self.convolution("unet.stem", pixel_unshuffle(noisy, patch), n, 3, 1, 1), n, embedding)
        half = self.block("unet.block2", self.convolution("unet.down", full, 2 * n, 2, 2), 2 * n, embedding)
        h = half + self.linear("unet.latentImage", z, half[0].numel()).reshape(half.shape)
        h = self.block("unet.block3", h, 2 * n, embedding)
        h = self.block("unet.block4", torch.cat([h, half], 3), 2 * n, embedding)
        h = self.block("unet.block5", torch.cat([self.upsampling("unet.up", h, n, 2), full], 3), n, embedding)
        h = F.silu(self.group_norm("unet.outputNorm", h))
        pixels = self.convolution("unet.output", h, patch * patch * noisy.shape[3], 3, 1, 1)
        return pixel_shuffle(pixels, patch)


class Levelled(Network):
    n = 8

    def __init__(self, multipliers, attended, latent):
        super().__init__()
        self.widths, self.attended, self.latent = [self.n * m for m in multipliers], attended, latent

    def norm(self, path, x):
        return self.group_norm(path, x, math.gcd(32, x.shape[3]))

    def block(self, path, x, outputs, embeddings):
        h = self.convolution(path + ".convolution1", F.silu(self.norm(path + ".norm1", x)), outputs, 3, 1, 1)
        h = self.norm(path + ".norm2", h)
        if embeddings:
            scale, shift = (self.linear(f"{path}.{name}", e, outputs) for name, e in zip(("time", "latent"), embeddings))
            h = h * (1 + scale[:, None, None]) + shift[:, None, None]
        h = self.convolution(path + ".convolution2", F.silu(h), outputs, 3, 1, 1)
        return h + (x if x.shape[3] == outputs else self.convolution(path + ".projection", x, outputs, 1))

    def attention(self, path, x):
        n, h, w, c = x.shape
        rows = self.linear(path + ".queriesKeysValues", self.norm(path + ".norm", x).reshape(-1, c), 3 * c)
        q, k, v = rows.reshape(n, h * w, 3 * c).chunk(3, 2)
        y = F.scaled_dot_product_attention(q, k, v).reshape(-1, c)
        return x + self.linear(path + ".output", y, c).reshape(x.shape)

    def first_half(self, path, x, embeddings):
        h = self.convolution(path + ".stem", x, self.n, 3, 1, 1)
        skips = [h]
        for level, width in enumerate(self.widths):
            down = f"{path}.downs.{level}"
            h = self.block(down + ".block", h, width, embeddings)
            if level in self.attended:
                h = self.attention(down + ".attention", h)
            skips.append(h)
            if level + 1 < len(self.widths):
                h = self.convolution(down + ".halving", h, width, 3, 2, 1)
                skips.append(h)
        h = self.block(path + ".middle.block1", h, self.widths[-1], embeddings)
        h = self.attention(path + ".middle.attention", h)
        return self.block(path + ".middle.block2", h, self.widths[-1], embeddings), skips

    def encode(self, x):
        vector = self.first_half("encoder", x, None)[0].mean((1, 2))
        log_variance = self.linear("encoder.logVariance", vector, self.latent)
        return self.linear("encoder.mean", vector, self.latent), log_variance.clamp(-10, 5)

    def predict(self, noisy, times, z):
        size = 4 * self.n
        # 1000·t, in sinusoids of frequencies 1e-4 to 1.
        angles = 1000 * times[:, None] * 10 ** torch.linspace(-4, 0, self.n // 2)
        features = torch.cat([angles.sin(), angles.cos()], 1)
        embeddings = [
            F.silu(self.perceptron("unet.timeEmbedding", features, size, size, F.silu)),
            F.silu(self.perceptron("unet.latentEmbedding", z, size, size, F.silu))]
        h, skips = self.first_half("unet", noisy, embeddings)
        for number, width in enumerate(reversed(self.widths)):
            up = f"unet.ups.{number}"
            for block in (1, 2):
                h = self.block(f"{up}.block{block}", torch.cat([h, skips.pop()], 3), width, embeddings)
                if len(self.widths) - 1 - number in self.attended:
                    h = self.attention(f"{up}.attention{block}", h)
            if number + 1 < len(self.widths):
                h = hwc(F.interpolate(chw(h), scale_factor=2, mode="nearest"))
                h = self.convolution(up + ".doubling", h, width, 3, 1, 1)
        h = F.silu(self.group_norm("unet.outputNorm", h))
        return self.convolution("unet.output", h, noisy.shape[3], 3, 1, 1)


class Fast64(Fast):
    """For 64×64: squares of 4×4 pixels are one position, the encoder halves once more."""
    n = 16

    def encode(self, x):
        n = self.n
        h = F.silu(self.convolution("encoder.convolution1", x, n, 4, 2, 1))
        h = F.silu(self.group_norm("encoder.norm2", self.convolution("encoder.convolution2", h, n, 3, 1, 1)))
        stage = "encoder.stages.0"
        h = F.silu(self.group_norm(stage + ".norm1", self.convolution(stage + ".halving", h, n, 4, 2, 1)))
        h = F.silu(self.group_norm(stage + ".norm2", self.convolution(stage + ".convolution", h, n, 3, 1, 1)))
        h = F.silu(self.group_norm("encoder.norm3", self.convolution("encoder.convolution3", h, 2 * n, 4, 2, 1)))
        h = F.silu(self.group_norm("encoder.norm4", self.convolution("encoder.convolution4", h, 2 * n, 3, 1, 1)))
        h = F.silu(self.linear("encoder.hidden", h.reshape(len(x), -1), 256))
        mean, log_variance = self.linear("encoder.heads", h, 2 * self.latent).chunk(2, 1)
        return mean, log_variance.clamp(-10, 5)


def loss_terms(network, images, times, signal, noise, target_is_noise):
    """Reconstruction and prior of Eq. 24 for one batch, averaged over its images."""
    j = network.latent
    epsilon = formula(images.shape, "epsilon", 2)
    factor = lambda level: level[:, None, None, None]
    noisy = factor(signal) * images + factor(noise) * epsilon
    target = epsilon if target_is_noise else factor(signal) * epsilon - factor(noise) * images
    mean, log_variance = network.encode(images)
    z = mean + (0.5 * log_variance).exp() * formula([BATCH, j], "latent noise", 1.5)
    # The second image's z is dropped.
    prediction = network.predict(noisy, times, z * torch.tensor([1.0, 0.0, 1.0])[:, None])
    reconstruction = ((prediction - target) ** 2).sum() / BATCH

    weights = torch.tensor([0.1, 0.2, 0.3, 0.4])
    centres = formula([COMPONENTS, j], "mixture means")
    variances = formula([COMPONENTS, j], "mixture variances", 0.5, 1)
    component = torch.distributions.Normal(centres, variances.sqrt())
    log_w = (weights.log() + component.log_prob(z[:, None]).sum(2)).log_softmax(1)
    w = log_w.exp()
    gaussian = (variances.log() + (log_variance.exp()[:, None] + (mean[:, None] - centres) ** 2) / variances).sum(2)
    prior = ((w * (log_w - weights.log())).sum() + 0.5 * (w * gaussian).sum() - 0.5 * (1 + log_variance).sum()) / BATCH
    return reconstruction, prior


def described(network, shape, linear_schedule):
    result = {}
    images = formula([BATCH, *shape], "images")
    times = torch.tensor([1.0, 0.25, 0.5])
    latents = formula([BATCH, network.latent], "latents")
    modes = ("training", "evaluation") if isinstance(network, Reference) else ("evaluation",)
    for mode in modes:
        network.training = mode == "training"
        with torch.no_grad():
            mean, log_variance = network.encode(images)
            result[mode] = dict(
                mean=rounded(mean), logVariance=rounded(log_variance),
                prediction=rounded(network.predict(images, times, latents)[:2], 6))
    result["parameterCount"] = sum(t.numel() for t in network.state.values() if t.requires_grad)

    network.training = True
    if linear_schedule:
        # The published code has T + 1 betas, Ho et al. T of them.
        count = 400 if isinstance(network, Reference) else 1000
        published = 1e-4 + (0.02 - 1e-4) * torch.arange(count + 1) / count
        beta = published if count == 400 else torch.cat([torch.zeros(1), torch.linspace(1e-4, 0.02, count)])
        chosen = torch.cumprod(1 - beta, 0)[(times * count).long()]
        signal, noise = chosen.sqrt(), (1 - chosen).sqrt()
    else:
        signal, noise = torch.cos(times * math.pi / 2), torch.sin(times * math.pi / 2)
    weight = 2.0
    reconstruction, prior = loss_terms(network, images, times, signal, noise, linear_schedule)
    (reconstruction + weight * prior).backward()
    gradients = {
        path: rounded(torch.stack([tensor.grad.norm(), tensor.grad.reshape(-1)[0]]))
        for path, tensor in network.state.items() if tensor.requires_grad}
    result["loss"] = dict(reconstruction=reconstruction.item(), prior=prior.item(), gradients=gradients)
    return result


file = pathlib.Path(__file__).with_name("networks.json")
file.write_text(json.dumps(dict(
    reference=described(Reference(), [28, 28, 1], True), fast=described(Fast(), [28, 28, 1], False),
    fastColour=described(Fast(), [32, 24, 3], False), fastLarge=described(Fast64(), [64, 64, 1], False),
    cifar10=described(Levelled([1, 2, 3, 4], {2}, 12), [16, 24, 3], True),
    coil20=described(Levelled([1, 1, 1, 4, 4, 6], set(), 10), [64, 64, 1], True)), separators=(",", ":")) + "\n")
