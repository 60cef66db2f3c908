"""Training steps of the adversarial methods in PyTorch, at their published widths: what workload.py times."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Flat(nn.Module):
    def forward(self, x):
        return x.reshape(len(x), -1)


class Square(nn.Module):
    def forward(self, x):
        return x.reshape(len(x), 128, 7, 7)


def reader(outputs, slope):
    return nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(slope), nn.Conv2d(64, 128, 4, 2, 1), nn.LeakyReLU(slope), Flat(),
        nn.Linear(6272, 1024), nn.LeakyReLU(slope), nn.Linear(1024, outputs))


def generator(inputs, hidden_norm):
    return nn.Sequential(
        nn.Linear(inputs, 1024), *([nn.BatchNorm1d(1024)] if hidden_norm else []), nn.ReLU(), nn.Linear(1024, 6272),
        nn.BatchNorm1d(6272), nn.ReLU(), Square(), nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, 2, 1))


def encoder(latent):
    features = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), nn.Conv2d(64, 128, 4, 2, 1), nn.BatchNorm2d(128),
        nn.ReLU(), Flat(), nn.Linear(6272, 1024), nn.BatchNorm1d(1024), nn.ReLU())
    return features, nn.Linear(1024, latent), nn.Linear(1024, latent)


def critic_loss(critic, real, drawn):
    between = drawn + torch.rand(len(real), 1, 1, 1) * (real - drawn)
    between.requires_grad_()
    slope, = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    penalty = ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return critic(real).mean() - critic(drawn).mean() + 10 * penalty


def down(loss, optimiser, others):
    for one in (optimiser, *others):
        one.zero_grad()
    loss.backward()
    optimiser.step()


def adam(modules, rate, betas):
    return torch.optim.Adam(nn.ModuleList(modules).parameters(), lr=rate, betas=betas, fused=True)


def clustergan(variant, cycles):
    layout = torch.channels_last if "last" in variant else torch.contiguous_format
    g, e, d = (m.to(memory_format=layout) for m in (generator(40, True), reader(40, 0.2), reader(1, 0.2)))
    cycle, critic = adam([g, e], 1e-4, (0.5, 0.9)), adam([d], 1e-4, (0.5, 0.9))
    images = torch.randint(0, 256, (cycles * 5 * 64, 1, 28, 28), dtype=torch.uint8)

    def code():
        classes = torch.randint(0, 10, (64,))
        return torch.cat([0.1 * torch.randn(64, 30), F.one_hot(classes, 10).float()], 1), classes

    def run():
        for number, batch in enumerate(images.split(64)):
            real = (batch.float() / 255).to(memory_format=layout)
            with torch.no_grad():
                drawn = torch.sigmoid(g(code()[0]))
            down(critic_loss(d, real, drawn), critic, [])
            if number % 5 == 4:
                z, classes = code()
                drawn = torch.sigmoid(g(z))
                found = e(drawn)
                loss = d(drawn).mean() + 10 * F.mse_loss(found[:, :30], z[:, :30])
                down(loss + 10 * F.cross_entropy(found[:, 30:], classes), cycle, [critic])

    return run, len(images)


def vagan(variant, steps):
    layout = torch.channels_last if "last" in variant else torch.contiguous_format
    features, mean, log_variance = (m.to(memory_format=layout) for m in encoder(7))
    g, d = (m.to(memory_format=layout) for m in (generator(7, False), reader(1, 0.02)))
    mixture = nn.ParameterList([torch.zeros(10), torch.randn(10, 7), torch.zeros(10, 7)])
    both, critic = adam([features, mean, log_variance, g, mixture], 2e-3, (0.5, 0.99)), adam([d], 1e-4, (0.5, 0.99))
    images = torch.randint(0, 256, (steps * 64, 1, 28, 28), dtype=torch.uint8)

    def encoded(x):
        f = features(x)
        return mean(f), log_variance(f).clamp(-10, 5)

    def run():
        for batch in images.split(64):
            real = (batch.float() / 255).to(memory_format=layout)
            with torch.no_grad():
                m, v = encoded(real)
                drawn = torch.sigmoid(g(m + (v / 2).exp() * torch.randn(64, 7)))
            down(critic_loss(d, real, drawn), critic, [])
            m, v = encoded(real)
            z = m + (v / 2).exp() * torch.randn(64, 7)
            log_pi, means, log_variances = mixture[0].log_softmax(0), mixture[1], mixture[2]
            log_w = (log_pi - 0.5 * (
                log_variances + math.log(2 * math.pi) + (z[:, None] - means) ** 2 / log_variances.exp()
            ).sum(2)).log_softmax(1)
            w = log_w.exp()
            inner = (log_variances + (v.exp()[:, None] + (m[:, None] - means) ** 2) / log_variances.exp()).sum(2)
            prior = ((w * (log_w - log_pi)).sum() + 0.5 * (w * inner).sum() - 0.5 * (1 + v).sum()) / 64
            logits = g(z)
            loss = F.binary_cross_entropy_with_logits(logits, real, reduction="sum") / 64
            down(loss + prior + d(torch.sigmoid(logits)).mean(), both, [critic])

    return run, len(images)


def deep_reader(outputs, norms):
    layers, sizes = [], [1, 64, 128, 256]
    for inputs, maps in zip(sizes, sizes[1:]):
        layers += [nn.Conv2d(inputs, maps, 4, 2, 1), *([nn.BatchNorm2d(maps)] if norms else []), nn.LeakyReLU(0.2)]
    hidden = [nn.Linear(9 * 256, 1024), *([nn.BatchNorm1d(1024)] if norms else []), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, Flat(), *hidden, nn.Linear(1024, outputs))


def gan_em(variant, steps):
    """As many steps of the encoder as of discriminator and generator."""
    layout = torch.channels_last if "last" in variant else torch.contiguous_format
    g, d, e = (m.to(memory_format=layout) for m in (generator(72, True), deep_reader(11, True), deep_reader(10, False)))
    optimisers = [adam([m], rate, (0.5, 0.999)) for m, rate in ((g, 6e-4), (d, 2e-4), (e, 6e-5))]
    images = torch.randint(0, 256, (steps * 70, 1, 28, 28), dtype=torch.uint8)
    logistic = F.binary_cross_entropy_with_logits

    def code(count):
        classes = torch.arange(count) % 10
        return torch.cat([F.one_hot(classes, 10).float(), torch.rand(count, 62)], 1), classes

    def run():
        for batch in images.split(70):
            real = (batch.float() / 255).to(memory_format=layout)
            z, classes = code(70)
            with torch.no_grad():
                drawn, w = torch.sigmoid(g(z)), e(real).softmax(1)
            target, fake = torch.ones(70, 11), torch.zeros(70, 11)
            target[:, 10], fake[:, 10] = 0, 1
            weights = torch.cat([w, torch.full((70, 1), 2.0)], 1)
            down(logistic(d(real), target, weight=weights) + logistic(d(drawn), fake), optimisers[1], [])
            z, classes = code(70)
            wanted = torch.cat([F.one_hot(classes, 10).float(), torch.zeros(70, 1)], 1)
            down(logistic(d(torch.sigmoid(g(z))), wanted), optimisers[0], [optimisers[1]])
        for _ in range(steps):
            z, classes = code(200)
            with torch.no_grad():
                drawn = torch.sigmoid(g(z))
            down(F.cross_entropy(e(drawn), classes), optimisers[2], [])

    return run, len(images)


def hc_mgan(variant, steps):
    """Steps of a raw split; images that are drawn are drawn once for all three networks, as the method's."""
    layout = torch.channels_last if "last" in variant else torch.contiguous_format

    class Spread(nn.Module):
        def forward(self, x):
            return x.reshape(len(x), 256, 7, 7)

    def split_generator():
        return nn.Sequential(
            nn.Linear(100, 256 * 49), nn.ReLU(), Spread(), nn.ConvTranspose2d(256, 128, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(128, 1, 4, 2, 1), nn.Tanh())

    trunk = []
    for inputs, maps, side in ((1, 128, 14), (128, 256, 7), (256, 512, 4)):
        trunk += [nn.Conv2d(inputs, maps, 5, 2, 2), nn.LayerNorm([maps, side, side]), nn.LeakyReLU(0.2)]
    trunk = nn.Sequential(*trunk, Flat()).to(memory_format=layout)
    one, two, judge, halves = split_generator(), split_generator(), nn.Linear(8192, 1), nn.Linear(8192, 2)
    one, two = one.to(memory_format=layout), two.to(memory_format=layout)
    generators, critic, classifier = (
        adam(modules, rate, (0.5, 0.999))
        for modules, rate in (([one, two], 2e-4), ([trunk, judge], 1e-4), ([halves], 2e-5)))
    images = torch.randint(0, 256, (steps * 100, 1, 28, 28), dtype=torch.uint8)
    labels = torch.arange(200) // 100
    logistic = F.binary_cross_entropy_with_logits

    def noised(x):
        return x + x * torch.randn_like(x)

    def run():
        for batch in images.split(100):
            real = noised(batch.float() / 127.5 - 1).to(memory_format=layout)
            z = 2 * torch.rand(100, 100) - 1
            drawn = noised(torch.cat([one(z), two(z)]))
            fixed = drawn.detach()
            down(
                logistic(judge(trunk(real)), torch.ones(100, 1)) + logistic(judge(trunk(fixed)), torch.zeros(200, 1)),
                critic, [])
            with torch.no_grad():
                features = trunk(fixed)
            down(F.cross_entropy(halves(features), labels), classifier, [])
            features = trunk(drawn)
            loss = logistic(judge(features), torch.ones(200, 1)) + F.cross_entropy(halves(features), labels)
            down(loss, generators, [critic, classifier])

    return run, len(images)
