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
