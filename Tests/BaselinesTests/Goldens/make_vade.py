"""Golden values of VaDETests from PyTorch in float64: python make_vade.py > vade.json

Parameters follow from their paths, by the formula of TestSupport; the loss and one step of Adam are PyTorch's.
"""
import json

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
PIXELS, WIDTHS, LATENT, CLUSTERS, BATCH = 12, (9, 7, 11), 3, 4, 5


def formula(shape, name, scale=1.0, offset=0.0):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(int(np.prod(shape))) * 12.9898 + key * 78.233) * 43758.5453
    numbers = (2 * (x - np.floor(x)) - 1) * scale + offset
    return torch.tensor(numbers.astype(np.float32).astype(np.float64).reshape(shape))


a, b, c = WIDTHS
layers = {
    "encoder.hidden1": (PIXELS, a), "encoder.hidden2": (a, b), "encoder.hidden3": (b, c), "encoder.code": (c, LATENT),
    "logVariance": (c, LATENT), "decoder.hidden1": (LATENT, c), "decoder.hidden2": (c, b), "decoder.hidden3": (b, a),
    "decoder.pixels": (a, PIXELS)}
state = {}
for path, (inputs, outputs) in layers.items():
    state[path + ".weight"] = formula((inputs, outputs), path + ".weight", 1.5 / inputs**0.5)
    state[path + ".bias"] = formula((outputs,), path + ".bias", 0.2)
state["mixture.logits"] = formula((CLUSTERS,), "mixture.logits")
state["mixture.means"] = formula((CLUSTERS, LATENT), "mixture.means")
state["mixture.logVariances"] = formula((CLUSTERS, LATENT), "mixture.logVariances")
for tensor in state.values():
    tensor.requires_grad_()
x = formula((BATCH, PIXELS), "images", 0.5, 0.5)
noise = formula((BATCH, LATENT), "noise", 1.5)


def linear(path, value):
    return value @ state[path + ".weight"] + state[path + ".bias"]


def through(side, value):
    for number in (1, 2, 3):
        value = torch.relu(linear(f"{side}.hidden{number}", value))
    return value


features = through("encoder", x)
mean, log_variance = linear("encoder.code", features), linear("logVariance", features).clamp(-10, 5)
z = mean + (log_variance / 2).exp() * noise
reconstruction = torch.nn.functional.binary_cross_entropy(
    torch.sigmoid(linear("decoder.pixels", through("decoder", z))), x, reduction="sum") / BATCH

prior = torch.distributions.MixtureSameFamily(
    torch.distributions.Categorical(logits=state["mixture.logits"]),
    torch.distributions.Independent(
        torch.distributions.Normal(state["mixture.means"], (state["mixture.logVariances"] / 2).exp()), 1))
log_weights = prior.mixture_distribution.logits
joint = log_weights + prior.component_distribution.log_prob(z[:, None])
w = joint.softmax(1)
variances = state["mixture.logVariances"].exp()
inner = (
    state["mixture.logVariances"] + log_variance.exp()[:, None] / variances
    + (mean[:, None] - state["mixture.means"]) ** 2 / variances).sum(2)
divergence = (w * (w.log() - log_weights)).sum(1) + 0.5 * (w * inner).sum(1) - 0.5 * (1 + log_variance).sum(1)
(reconstruction + divergence.mean()).backward()
gradients = {path: tensor.grad.reshape(-1).tolist() for path, tensor in state.items()}
optimiser = torch.optim.Adam(state.values(), lr=2e-3, eps=1e-4)
optimiser.step()
print(json.dumps(dict(
    reconstruction=reconstruction.item(), prior=divergence.mean().item(), gradients=gradients,
    after={path: tensor.detach().reshape(-1).tolist() for path, tensor in state.items()})))
