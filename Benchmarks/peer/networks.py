"""Both presets' networks in PyTorch, float32, as plain nn.Modules: what a researcher would write."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    """Convolution 3×3, batch norm, GELU, twice."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.convolution2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(outputs)

    def halves(self, x):
        x1 = F.gelu(self.norm1(self.convolution1(x)))
        return x1, F.gelu(self.norm2(self.convolution2(x1)))

    def forward(self, x):
        return self.halves(x)[1]

    def residual(self, x):
        x1, x2 = self.halves(x)
        return ((x if x.shape == x2.shape else x1) + x2) / 1.414


class FirstHalf(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.stem, self.down1, self.down2 = Block(1, n), Block(n, n), Block(n, 2 * n)

    def forward(self, x):
        first = self.stem.residual(x)
        half = F.max_pool2d(self.down1(first), 2)
        quarter = F.max_pool2d(self.down2(half), 2)
        return first, half, quarter, F.gelu(F.avg_pool2d(quarter, 7))


class ReferenceEncoder(nn.Module):
    def __init__(self, n, latent):
        super().__init__()
        self.body = FirstHalf(n)
        self.mean, self.log_variance = nn.Linear(2 * n, latent), nn.Linear(2 * n, latent)

    def forward(self, x):
        vector = self.body(x)[3].flatten(1)
        return self.mean(vector), self.log_variance(vector)


def perceptron(inputs, width, activation):
    return nn.Sequential(nn.Linear(inputs, width), activation(), nn.Linear(width, width))


class ReferenceUNet(nn.Module):
    def __init__(self, n, latent):
        super().__init__()
        self.body = FirstHalf(n)
        self.spread = nn.Sequential(nn.ConvTranspose2d(2 * n, 2 * n, 7, 7), nn.GroupNorm(8, 2 * n), nn.ReLU())
        self.time = nn.ModuleList([perceptron(1, 2 * n, nn.GELU), perceptron(1, n, nn.GELU)])
        self.latent = nn.ModuleList([perceptron(latent, 2 * n, nn.GELU), perceptron(latent, n, nn.GELU)])
        self.up = nn.ModuleList([
            nn.Sequential(nn.ConvTranspose2d(inputs, n, 2, 2), Block(n, n), Block(n, n)) for inputs in (4 * n, 2 * n)])
        self.output = nn.Sequential(
            nn.Conv2d(2 * n, n, 3, padding=1), nn.GroupNorm(8, n), nn.ReLU(), nn.Conv2d(n, 1, 3, padding=1))

    def forward(self, noisy, times, z):
        first, half, quarter, vector = self.body(noisy)
        h = self.spread(vector)
        for time, latent, up, skip in zip(self.time, self.latent, self.up, (quarter, half)):
            h = latent(z)[:, :, None, None] * h + time(times[:, None])[:, :, None, None]
            h = up(torch.cat([h, skip], 1))
        return self.output(torch.cat([h, first], 1))


class FastEncoder(nn.Module):
    def __init__(self, n, latent):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, n, 4, 2, 1), nn.SiLU(),
            nn.Conv2d(n, n, 3, padding=1), nn.GroupNorm(8, n), nn.SiLU(),
            nn.Conv2d(n, 2 * n, 4, 2, 1), nn.GroupNorm(8, 2 * n), nn.SiLU(),
            nn.Conv2d(2 * n, 2 * n, 3, padding=1), nn.GroupNorm(8, 2 * n), nn.SiLU(),
            nn.Flatten(), nn.Linear(49 * 2 * n, 256), nn.SiLU(), nn.Linear(256, 2 * latent))

    def forward(self, x):
        mean, log_variance = self.body(x).chunk(2, 1)
        return mean, log_variance.clamp(-10, 5)


class AdaptiveBlock(nn.Module):
    def __init__(self, inputs, outputs, embedding):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, inputs), nn.GroupNorm(8, outputs)
        self.convolution1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.convolution2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        nn.init.zeros_(self.convolution2.weight)
        nn.init.zeros_(self.convolution2.bias)
        self.modulation = nn.Linear(embedding, 2 * outputs)
        self.projection = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, embedding):
        h = self.convolution1(F.silu(self.norm1(x)))
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, 1)
        h = self.convolution2(F.silu(self.norm2(h) * (1 + scale) + shift))
        return h + self.projection(x)


class FastUNet(nn.Module):
    def __init__(self, n, latent, size=128):
        super().__init__()
        self.register_buffer("frequencies", 1000 ** torch.linspace(0, 1, 32))
        self.time, self.latent = (
            nn.Sequential(nn.Linear(inputs, size), nn.SiLU(), nn.Linear(size, size)) for inputs in (64, latent))
        self.stem = nn.Conv2d(4, n, 3, padding=1)
        self.block1 = AdaptiveBlock(n, n, size)
        self.down = nn.Conv2d(n, 2 * n, 2, 2)
        self.block2 = AdaptiveBlock(2 * n, 2 * n, size)
        self.latent_image = nn.Linear(latent, 49 * 2 * n)
        self.block3 = AdaptiveBlock(2 * n, 2 * n, size)
        self.block4 = AdaptiveBlock(4 * n, 2 * n, size)
        self.up = nn.ConvTranspose2d(2 * n, n, 2, 2)
        self.block5 = AdaptiveBlock(2 * n, n, size)
        self.output_norm = nn.GroupNorm(8, n)
        self.output = nn.Conv2d(n, 4, 3, padding=1)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, noisy, times, z):
        angles = times[:, None] * self.frequencies
        embedding = F.silu(self.time(torch.cat([angles.sin(), angles.cos()], 1)) + self.latent(z))
        full = self.block1(self.stem(F.pixel_unshuffle(noisy, 2)), embedding)
        half = self.block2(self.down(full), embedding)
        h = self.block3(half + self.latent_image(z).view_as(half), embedding)
        h = self.block4(torch.cat([h, half], 1), embedding)
        h = self.block5(torch.cat([self.up(h), full], 1), embedding)
        return F.pixel_shuffle(self.output(F.silu(self.output_norm(h))), 2)


class Preset:
    """Encoder, U-Net and settings of `reference` or `fast`."""

    def __init__(self, name):
        self.name = name
        if name == "reference":
            self.n, self.latent = 64, 32
            self.encoder, self.unet = ReferenceEncoder(64, 32), ReferenceUNet(64, 32)
            self.learning_rate, self.clipping_norm = 1e-4, None
            steps = torch.arange(401, dtype=torch.float64)
            self.alpha_bar = torch.cumprod(1 - (1e-4 + (0.02 - 1e-4) * steps / 400), 0)
        else:
            self.n, self.latent = 32, 10
            self.encoder, self.unet = FastEncoder(32, 10), FastUNet(32, 10)
            self.learning_rate, self.clipping_norm = 1e-3, 500.0
        self.modules = nn.ModuleList([self.encoder, self.unet])

    def levels(self, count):
        """Times for the network, signal and noise levels of `count` random draws."""
        if self.name == "reference":
            t = torch.randint(1, 401, (count,))
            alpha_bar = self.alpha_bar[t].float()
            return t / 400, alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        t = torch.rand(count)
        return t, torch.cos(t * math.pi / 2), torch.sin(t * math.pi / 2)

    def levels_at(self, t):
        """Signal and noise level at a time in [0, 1]."""
        if self.name == "reference":
            alpha_bar = float(self.alpha_bar[round(t * 400)])
            return math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
        return math.cos(t * math.pi / 2), math.sin(t * math.pi / 2)
