"""Golden values of AdversarialGoldenTests from PyTorch in float64: python make_adversarial.py > adversarial.json

Parameters follow from their paths, by the formula of TestSupport; losses, gradients (also of the critic's penalty, by
differentiating twice) and one step of Adam are PyTorch's. Layouts are this project's: images and flattened images
channels-last, kernels [k, k, in, out], transposed kernels [k, k, out, in].
"""
import json

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SIDE, CHANNELS, WIDTHS, HIDDEN, BATCH = 8, 2, (4, 6), 10, 5
FLAT = (SIDE // 4) ** 2 * WIDTHS[1]
NOISE, CLASSES = 3, 4


def formula(shape, name, scale=1.0, offset=0.0):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(int(np.prod(shape))) * 12.9898 + key * 78.233) * 43758.5453
    numbers = (2 * (x - np.floor(x)) - 1) * scale + offset
    return torch.tensor(numbers.astype(np.float32).astype(np.float64).reshape(shape))


def chw(x):
    return x.permute(0, 3, 1, 2)


def hwc(x):
    return x.permute(0, 2, 3, 1)


def kernel(w):
    return w.permute(3, 2, 0, 1)


class Parameters(dict):
    """Tensors by path, made by the formula when they are added."""

    def add(self, path, shape, inputs):
        if path.startswith("autoencoder.mixture") or path.endswith("raw"):
            scale, offset = 1, 0
        elif path.endswith("weight"):
            scale, offset = 1.5 / inputs**0.5, 0
        else:
            scale, offset = (0.3, 1) if path.endswith("gamma") else (0.2, 0)
        self[path] = formula(shape, path, scale, offset).requires_grad_()

    def linear(self, path, inputs, outputs):
        self.add(path + ".weight", (inputs, outputs), inputs)
        self.add(path + ".bias", (outputs,), inputs)

    def convolution(self, path, inputs, outputs):
        self.add(path + ".weight", (4, 4, inputs, outputs), 16 * inputs)
        self.add(path + ".bias", (outputs,), inputs)

    def transposed(self, path, inputs, outputs):
        self.add(path + ".weight", (4, 4, outputs, inputs), 4 * inputs)
        self.add(path + ".bias", (outputs,), inputs)

    def norm(self, path, channels):
        self.add(path + ".gamma", (channels,), 1)
        self.add(path + ".beta", (channels,), 1)

    def reader(self, path, outputs):
        self.convolution(path + "convolution1", CHANNELS, WIDTHS[0])
        self.convolution(path + "convolution2", WIDTHS[0], WIDTHS[1])
        self.linear(path + "hidden", FLAT, HIDDEN)
        self.linear(path + "output", HIDDEN, outputs)

    def deep_reader(self, path, outputs, norms):
        sizes = [CHANNELS, *WIDTHS, 2 * WIDTHS[1]]
        for number in (1, 2, 3):
            self.convolution(f"{path}convolution{number}", sizes[number - 1], sizes[number])
            if norms:
                self.norm(f"{path}norm{number}", sizes[number])
        self.linear(path + "hidden", (SIDE // 8) ** 2 * sizes[3], HIDDEN)
        if norms:
            self.norm(path + "hiddenNorm", HIDDEN)
        self.linear(path + "output", HIDDEN, outputs)

    def encoder(self, path, latent, has_freedom):
        self.convolution(path + "convolution1", CHANNELS, WIDTHS[0])
        self.norm(path + "norm1", WIDTHS[0])
        self.convolution(path + "convolution2", WIDTHS[0], WIDTHS[1])
        self.norm(path + "norm2", WIDTHS[1])
        self.linear(path + "hidden", FLAT, HIDDEN)
        self.norm(path + "hiddenNorm", HIDDEN)
        self.linear(path + "mean", HIDDEN, latent)
        self.linear(path + "logVariance", HIDDEN, latent)
        if has_freedom:
            self.linear(path + "freedom", HIDDEN, 1)

    def generator(self, path, inputs, hidden_norm):
        self.linear(path + "hidden", inputs, HIDDEN)
        if hidden_norm:
            self.norm(path + "hiddenNorm", HIDDEN)
        self.linear(path + "spread", HIDDEN, FLAT)
        self.norm(path + "spreadNorm", FLAT)
        self.transposed(path + "convolution1", WIDTHS[1], WIDTHS[0])
        self.norm(path + "norm1", WIDTHS[0])
        self.transposed(path + "convolution2", WIDTHS[0], CHANNELS)


def linear(p, path, x):
    return x @ p[path + ".weight"] + p[path + ".bias"]


def convolution(p, path, x):
    return hwc(F.conv2d(chw(x), kernel(p[path + ".weight"]), p[path + ".bias"], stride=2, padding=1))


def transposed(p, path, x):
    return hwc(F.conv_transpose2d(chw(x), kernel(p[path + ".weight"]), p[path + ".bias"], stride=2, padding=1))


def norm(p, path, x):
    channels_first = x.movedim(-1, 1)
    return F.batch_norm(channels_first, None, None, p[path + ".gamma"], p[path + ".beta"], training=True).movedim(1, -1)


def read(p, path, x, slope):
    x = F.leaky_relu(convolution(p, path + "convolution1", x), slope)
    x = F.leaky_relu(convolution(p, path + "convolution2", x), slope)
    x = F.leaky_relu(linear(p, path + "hidden", x.reshape(BATCH, FLAT)), slope)
    return linear(p, path + "output", x)


def read_deep(p, path, x):
    def layer(x, place):
        x = norm(p, place, x) if place + ".gamma" in p else x
        return F.leaky_relu(x, 0.2)

    for number in (1, 2, 3):
        x = layer(convolution(p, f"{path}convolution{number}", x), f"{path}norm{number}")
    x = layer(linear(p, path + "hidden", x.reshape(BATCH, -1)), path + "hiddenNorm")
    return linear(p, path + "output", x)


def generate(p, path, code):
    """Logits."""
    x = linear(p, path + "hidden", code)
    x = torch.relu(norm(p, path + "hiddenNorm", x) if path + "hiddenNorm.gamma" in p else x)
    x = torch.relu(norm(p, path + "spreadNorm", linear(p, path + "spread", x)))
    x = x.reshape(BATCH, SIDE // 4, SIDE // 4, WIDTHS[1])
    return transposed(p, path + "convolution2", torch.relu(norm(p, path + "norm1", transposed(p, path + "convolution1", x))))


def penalty(p, path, real, drawn, shares, slope):
    between = (drawn + shares * (real - drawn)).detach().requires_grad_()
    gradient, = torch.autograd.grad(read(p, path, between, slope).sum(), between, create_graph=True)
    return ((gradient.reshape(BATCH, -1).norm(dim=1) - 1) ** 2).mean()


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.reshape(-1).tolist()]


def step(p, loss, terms, optimiser, **settings):
    """The loss's gradients and the parameters after one step of those that `p` names."""
    gradients = torch.autograd.grad(loss, list(p.values()), allow_unused=True, retain_graph=True)
    copies = {path: value.detach().clone().requires_grad_() for path, value in p.items()}
    for value, gradient in zip(copies.values(), gradients):
        value.grad = torch.zeros_like(value) if gradient is None else gradient.clone()
    found = {path: rounded(value.grad) for path, value in copies.items()}
    optimiser(copies.values(), **settings).step()
    return dict(
        terms=[t.item() for t in terms], gradients=found,
        after={path: rounded(value.detach()) for path, value in copies.items()})


def only(p, *beginnings):
    return {path: value for path, value in p.items() if path.startswith(beginnings)}


real = formula((BATCH, SIDE, SIDE, CHANNELS), "real", 0.5, 0.5)
shares = formula((BATCH, 1, 1, 1), "shares", 0.5, 0.5)
results = {}

# ClusterGAN.
p = Parameters()
p.generator("cycle.generator.", NOISE + CLASSES, True)
p.reader("cycle.encoder.", NOISE + CLASSES)
p.reader("critic.", 1)
classes = torch.tensor([2, 0, 3, 1, 2])
code = torch.cat([formula((BATCH, NOISE), "noise", 0.2), F.one_hot(classes, CLASSES).double()], 1)
drawn = torch.sigmoid(generate(p, "cycle.generator.", code))
fixed = drawn.detach()
distance = read(p, "critic.", real, 0.2).mean() - read(p, "critic.", fixed, 0.2).mean()
slopes = penalty(p, "critic.", real, fixed, shares, 0.2)
results["clustergan critic"] = step(
    only(p, "critic."), distance + 10 * slopes, [distance, slopes], torch.optim.Adam, lr=1e-4, betas=(0.5, 0.9))
found = read(p, "cycle.encoder.", drawn, 0.2)
judged = read(p, "critic.", drawn, 0.2).mean()
noise_loss = F.mse_loss(found[:, :NOISE], code[:, :NOISE])
class_loss = F.cross_entropy(found[:, NOISE:], classes)
results["clustergan cycle"] = step(
    only(p, "cycle."), judged + 10 * noise_loss + 10 * class_loss, [judged, noise_loss, class_loss], torch.optim.Adam,
    lr=1e-4, betas=(0.5, 0.9))

# VaGAN: Gaussian latents; Student's t as published, with a Gaussian mixture; Student's t in both.
LATENT = 3
noise = formula((BATCH, LATENT), "noise", 1.5)
proposals = formula((BATCH, LATENT), "proposals", 0.9)


def vagan(name, has_freedom, is_student):
    p = Parameters()
    p.encoder("autoencoder.encoder.", LATENT, has_freedom)
    p.generator("autoencoder.generator.", LATENT, False)
    for what, shape in [("logits", (CLASSES,)), ("means", (CLASSES, LATENT)), ("logVariances", (CLASSES, LATENT))]:
        p.add("autoencoder.mixture." + what, shape, 1)
    if is_student:
        p.add("autoencoder.freedoms.raw", (CLASSES,), 1)
    p.reader("critic.", 1)
    e = "autoencoder.encoder."
    x = torch.relu(norm(p, e + "norm1", convolution(p, e + "convolution1", real)))
    x = torch.relu(norm(p, e + "norm2", convolution(p, e + "convolution2", x)))
    x = torch.relu(norm(p, e + "hiddenNorm", linear(p, e + "hidden", x.reshape(BATCH, FLAT))))
    mean, log_variance = linear(p, e + "mean", x), linear(p, e + "logVariance", x).clamp(-10, 5)
    logits, means = p["autoencoder.mixture.logits"], p["autoencoder.mixture.means"]
    log_variances = p["autoencoder.mixture.logVariances"]
    if has_freedom:
        nu = linear(p, e + "freedom", x).exp() + CLASSES - 1
        gamma = (nu / 2 - 1 / 3) * (1 + proposals / (9 * nu / 2 - 3).sqrt()) ** 3
        z = mean + (log_variance / 2).exp() * (nu / (2 * gamma)).sqrt() * noise
    else:
        z = mean + (log_variance / 2).exp() * noise
    log_pi = logits.log_softmax(0)
    if is_student:
        nu_c = 2 + F.softplus(p["autoencoder.freedoms.raw"])
        joint = log_pi + torch.distributions.StudentT(
            nu_c[:, None], means, (log_variances / 2).exp()).log_prob(z[:, None]).sum(2)
    else:
        joint = log_pi + torch.distributions.Normal(
            means, (log_variances / 2).exp()).log_prob(z[:, None]).sum(2)
    w = joint.softmax(1)
    own = log_variance if is_student or not has_freedom else log_variance - gamma.log()
    inner = (
        log_variances + own.exp()[:, None] / log_variances.exp() + (mean[:, None] - means) ** 2 / log_variances.exp()
    ).sum(2)
    prior = (w * (w.log() - log_pi)).sum(1) + 0.5 * (w * inner).sum(1) - 0.5 * (1 + own).sum(1)
    if is_student:
        between = torch.distributions.kl_divergence(
            torch.distributions.Gamma(nu / 2, nu / 2), torch.distributions.Gamma(nu_c / 2, nu_c / 2))
        prior = prior + LATENT * (w * between).sum(1)
    prior = prior.mean()
    logits = generate(p, "autoencoder.generator.", z)
    reconstruction = F.binary_cross_entropy_with_logits(logits, real, reduction="sum") / BATCH
    judged = read(p, "critic.", torch.sigmoid(logits), 0.02).mean()
    results[name] = step(
        only(p, "autoencoder."), judged + prior + reconstruction, [judged, prior, reconstruction], torch.optim.Adam,
        lr=2e-3, betas=(0.5, 0.99))
    if not has_freedom:
        fixed = torch.sigmoid(logits).detach()
        distance = read(p, "critic.", real, 0.02).mean() - read(p, "critic.", fixed, 0.02).mean()
        slopes = penalty(p, "critic.", real, fixed, shares, 0.02)
        results["vagan critic"] = step(
            only(p, "critic."), distance + 10 * slopes, [distance, slopes], torch.optim.Adam, lr=1e-4,
            betas=(0.5, 0.99))


vagan("vagan gaussian", False, False)
vagan("vagan published student", True, False)
vagan("vagan student", True, True)

# GAN-EM: four classes and uniform noise.
p = Parameters()
p.generator("generator.", CLASSES + NOISE, True)
p.deep_reader("discriminator.", CLASSES + 1, True)
p.deep_reader("encoder.", CLASSES, False)
one_hot = F.one_hot(torch.tensor([0, 1, 2, 3, 0]), CLASSES).double()
code = torch.cat([one_hot, formula((BATCH, NOISE), "noise", 0.5, 0.5)], 1)
drawn = torch.sigmoid(generate(p, "generator.", code))
fixed = drawn.detach()
w = read_deep(p, "encoder.", real).softmax(1).detach()
on_real, on_drawn = read_deep(p, "discriminator.", real), read_deep(p, "discriminator.", fixed)
logistic = F.binary_cross_entropy_with_logits
is_class, is_drawn = torch.zeros(BATCH, CLASSES + 1), torch.zeros(BATCH, CLASSES + 1)
is_class[:, :CLASSES] = 1
is_drawn[:, CLASSES] = 1
weights = torch.cat([w, torch.full((BATCH, 1), 2.0)], 1)
loss = logistic(on_real, is_class, weight=weights) + logistic(on_drawn, is_drawn)
results["gan-em discriminator"] = step(
    only(p, "discriminator."), loss, [loss], torch.optim.Adam, lr=2e-4, betas=(0.5, 0.999))
loss = logistic(read_deep(p, "discriminator.", drawn), torch.cat([one_hot, torch.zeros(BATCH, 1)], 1))
results["gan-em generator"] = step(
    only(p, "generator."), loss, [loss], torch.optim.Adam, lr=6e-4, betas=(0.5, 0.999))
loss = F.cross_entropy(read_deep(p, "encoder.", fixed), one_hot)
results["gan-em encoder"] = step(only(p, "encoder."), loss, [loss], torch.optim.Adam, lr=6e-5, betas=(0.5, 0.999))

# HC-MGAN: a raw split's step, and the left half's in a refinement; images that are drawn have some noise.
READER, GENERATOR = 3, 2
z = formula((BATCH, NOISE), "code", 0.9)
signed = 2 * real - 1


def noised(x, number):
    return x * (1 + 0.5 * formula((BATCH, SIDE, SIDE, CHANNELS), f"noise{number}", 1.2))


def split_group(p, prefix, generators):
    maps = [CHANNELS, READER, 2 * READER, 4 * READER]
    for number in (1, 2, 3):
        path, side = f"{prefix}critic.trunk.", SIDE // 2**number
        p.add(f"{path}convolution{number}.weight", (5, 5, maps[number - 1], maps[number]), 16 * maps[number - 1])
        p.add(f"{path}convolution{number}.bias", (maps[number],), 1)
        p.add(f"{path}norm{number}.gamma", (side, side, maps[number]), 1)
        p.add(f"{path}norm{number}.beta", (side, side, maps[number]), 1)
    p.linear(prefix + "critic.output", maps[3], 1)
    p.linear(prefix + "classifier", maps[3], 2)
    for number in range(generators):
        path = f"{prefix}generators.generator.{number}."
        p.linear(path + "spread", NOISE, 4 * 2 * GENERATOR)
        p.transposed(path + "convolution1", 2 * GENERATOR, GENERATOR)
        p.transposed(path + "convolution2", GENERATOR, CHANNELS)


def split_features(p, prefix, x):
    for number in (1, 2, 3):
        path = f"{prefix}critic.trunk."
        w, b = p[f"{path}convolution{number}.weight"], p[f"{path}convolution{number}.bias"]
        x = hwc(F.conv2d(chw(x), kernel(w), b, stride=2, padding=2))
        x = F.layer_norm(x, x.shape[1:], p[f"{path}norm{number}.gamma"], p[f"{path}norm{number}.beta"])
        x = F.leaky_relu(x, 0.2)
    return x.reshape(len(x), -1)


def split_images(p, prefix, generators):
    images = []
    for number in range(generators):
        path = f"{prefix}generators.generator.{number}."
        x = torch.relu(linear(p, path + "spread", z)).reshape(BATCH, SIDE // 4, SIDE // 4, 2 * GENERATOR)
        x = torch.tanh(transposed(p, path + "convolution2", torch.relu(transposed(p, path + "convolution1", x))))
        images.append(noised(x, number))
    return torch.cat(images)


def split(name, p, own, other, halves):
    """Of the group `own` beside the group `other`; `halves` are those that the own generators draw."""
    drawn = split_images(p, own, 2)
    fixed = drawn.detach()
    ones, zeros = torch.ones(BATCH, 1), torch.zeros(len(fixed), 1)
    on_real = logistic(linear(p, own + "critic.output", split_features(p, own, signed)), ones)
    on_drawn = logistic(linear(p, own + "critic.output", split_features(p, own, fixed)), zeros)
    results[name + " critic"] = step(
        only(p, own + "critic."), on_real + on_drawn, [on_real, on_drawn], torch.optim.Adam, lr=1e-4, betas=(0.5, 0.999))
    labels = torch.tensor(halves).repeat_interleave(BATCH)
    shown, shown_labels = fixed, labels
    if other is not None:
        shown = torch.cat([fixed, split_images(p, other, 2).detach()])
        shown_labels = torch.cat([labels, torch.ones(2 * BATCH, dtype=torch.long)])
    found = linear(p, own + "classifier", split_features(p, own, shown).detach())
    loss = F.nll_loss(found.log_softmax(1), shown_labels)
    results[name + " classifier"] = step(
        only(p, own + "classifier."), loss, [loss], torch.optim.Adam, lr=2e-5, betas=(0.5, 0.999))
    features = split_features(p, own, drawn)
    judged = logistic(linear(p, own + "critic.output", features), torch.ones(len(drawn), 1))
    found, wanted = linear(p, own + "classifier", features).log_softmax(1), labels
    if other is not None:
        second = linear(p, other + "classifier", split_features(p, other, drawn)).log_softmax(1)
        found, wanted = torch.cat([found, second]), torch.cat([labels, torch.ones(len(drawn), dtype=torch.long)])
    classes = F.nll_loss(found, wanted)
    results[name + " generators"] = step(
        only(p, own + "generators."), judged + classes, [judged, classes], torch.optim.Adam, lr=2e-4,
        betas=(0.5, 0.999))


p = Parameters()
split_group(p, "left.", 2)
split_group(p, "right.", 2)
split("hc-mgan raw", p, "left.", None, [0, 1])
split("hc-mgan refinement", p, "left.", "right.", [0, 0])

print(json.dumps(results, separators=(",", ":")))
