"""Golden values of the layer tests from PyTorch in float64: python make_layers.py

Inputs follow from `formula` and the names below, on both sides; layers.json holds results alone. Everything is written
in the layout of this project: images channels-last, kernels [k, k, in, out], transposed kernels [in, size*size*out].
Gradients are those of sum(output * formula("contraction")).
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def formula(shape, name, scale=1.0, offset=0.0):
    key = sum((i + 1) * b for i, b in enumerate(name.encode())) % 997
    x = np.sin(np.arange(int(np.prod(shape))) * 12.9898 + key * 78.233) * 43758.5453
    values = (2 * (x - np.floor(x)) - 1) * scale + offset
    # The tests compute in single precision, so the inputs are rounded to it.
    return torch.tensor(values.astype(np.float32).astype(np.float64).reshape(shape), requires_grad=True)


def rounded(tensor):
    # Seven digits; what single precision cannot hold is 0.
    return [float(f"{v:.7g}") if abs(v) > 1e-30 else 0.0 for v in tensor.detach().reshape(-1).tolist()]


def chw(x):
    return x.permute(0, 3, 1, 2)


def hwc(x):
    return x.permute(0, 2, 3, 1)


def kernel(w):
    return w.permute(3, 2, 0, 1)


def transposed_kernel(w, size, outputs):
    return w.reshape(w.shape[0], size, size, outputs).permute(0, 3, 1, 2)


ACTIVATIONS = dict(identity=lambda x: x, silu=F.silu, gelu=F.gelu, relu=F.relu, sigmoid=torch.sigmoid, tanh=torch.tanh)
cases = {}


def case(name, inputs, function):
    output = function(*inputs)
    (output * formula(output.shape, "contraction").detach()).sum().backward()
    cases[name] = dict(output=rounded(output), gradients=[rounded(x.grad) for x in inputs])


case("linear", [formula([5, 7], "x"), formula([7, 4], "weight"), formula([4], "bias")], lambda x, w, b: x @ w + b)

for name in ("silu", "gelu"):
    case(
        f"perceptron {name}",
        [formula([3, 6], "x"), formula([6, 8], "first.weight"), formula([8], "first.bias"),
         formula([8, 5], "second.weight"), formula([5], "second.bias")],
        lambda x, w1, b1, w2, b2: ACTIVATIONS[name](x @ w1 + b1) @ w2 + b2)

for k, stride, padding in [(3, 1, 1), (1, 1, 0), (4, 2, 1), (2, 2, 0), (3, 2, 1), (3, 1, 0)]:
    case(
        f"convolution {k} {stride} {padding}",
        [formula([2, 6, 8, 3], "x"), formula([k, k, 3, 5], "weight"), formula([5], "bias")],
        lambda x, w, b: hwc(F.conv2d(chw(x), kernel(w), b, stride=stride, padding=padding)))

for size, height in [(2, 3), (7, 1)]:
    case(
        f"upsampling {size}",
        [formula([2, height, 2, 4], "x"), formula([4, size * size * 3], "weight"), formula([3], "bias")],
        lambda x, w, b: hwc(F.conv_transpose2d(chw(x), transposed_kernel(w, size, 3), b, stride=size)))

for k, stride, padding in [(4, 2, 1), (5, 2, 2), (3, 1, 1)]:
    case(
        f"transposed convolution {k} {stride} {padding}",
        [formula([2, 4, 3, 6], "x"), formula([k, k, 5, 6], "weight"), formula([5], "bias")],
        lambda x, w, b: hwc(F.conv_transpose2d(chw(x), kernel(w), b, stride=stride, padding=padding)))

case(
    "layer norm",
    [formula([3, 4, 5, 6], "x", 3, 1), formula([4, 5, 6], "gamma", 0.5, 1), formula([4, 5, 6], "beta")],
    lambda x, g, b: F.layer_norm(x, [4, 5, 6], g, b))
case(
    "batch norm by running statistics",
    [formula([3, 4, 2, 6], "x", 3, 1), formula([6], "gamma", 0.5, 1), formula([6], "beta")],
    lambda x, g, b: F.silu(hwc(F.batch_norm(
        chw(x), formula([6], "mean").detach(), formula([6], "variance", 0.5, 1).detach(), g, b))))
case("log gamma", [formula([40], "x", 9, 10)], torch.lgamma)
case("digamma", [formula([40], "x", 9, 10)], torch.digamma)
case("leaky ReLU", [formula([200], "x", 3)], lambda x: F.leaky_relu(x, 0.2))
case(
    "logistic losses", [formula([200], "x", 30)],
    lambda x: F.binary_cross_entropy_with_logits(
        x, formula([200], "target", 0.5, 0.5).detach(), reduction="none"))

for name, activation in ACTIVATIONS.items():
    # Far from zero mean and unit variance, and 16 channels in 4 groups.
    norm = [formula([2, 3, 4, 16], "x", 3, 1), formula([16], "gamma", 0.5, 1), formula([16], "beta")]
    case(
        f"group norm {name}", norm,
        lambda x, g, b: activation(hwc(F.group_norm(chw(x), 4, g, b))))
    case(
        f"adaptive group norm {name}",
        [formula([2, 3, 4, 16], "x", 3, 1), formula([16], "gamma", 0.5, 1), formula([16], "beta"),
         formula([2, 16], "scale"), formula([2, 16], "shift")],
        lambda x, g, b, s, t: activation(
            hwc(F.group_norm(chw(x), 4, g, b)) * (1 + s[:, None, None]) + t[:, None, None]))
    case(
        f"batch norm {name}",
        [formula([3, 4, 2, 6], "x", 3, 1), formula([6], "gamma", 0.5, 1), formula([6], "beta")],
        lambda x, g, b: activation(hwc(F.batch_norm(chw(x), None, None, g, b, training=True))))

case("max pool", [formula([2, 6, 5, 3], "x")], lambda x: hwc(F.max_pool2d(chw(x), 2)))
case("average pool", [formula([2, 14, 7, 3], "x")], lambda x: hwc(F.avg_pool2d(chw(x), 7)))
# PyTorch's channel order in a block is (channel, row, column), ours (row, column, channel).
case(
    "pixel unshuffle", [formula([2, 4, 6, 3], "x")],
    lambda x: hwc(F.pixel_unshuffle(chw(x), 2)).reshape(2, 2, 3, 3, 4).transpose(3, 4).reshape(2, 2, 3, 12))
case(
    "pixel shuffle", [formula([2, 2, 3, 12], "x")],
    lambda x: hwc(F.pixel_shuffle(chw(x.reshape(2, 2, 3, 4, 3).transpose(3, 4).reshape(2, 2, 3, 12)), 2)))
case(
    "attention", [formula([2, 5, 12], "x", 3)],
    lambda x: F.scaled_dot_product_attention(*x.chunk(3, 2)))
case("enlarged", [formula([2, 3, 2, 3], "x")], lambda x: hwc(F.interpolate(chw(x), scale_factor=2, mode="nearest")))
case("log softmax", [formula([4, 7], "x", 30)], lambda x: F.log_softmax(x, -1))
case("softmax", [formula([4, 7], "x", 3)], lambda x: F.softmax(x, -1))
case("log-sum-exp", [formula([4, 7], "x", 30)], lambda x: torch.logsumexp(x, -1, keepdim=True))
for name in ("silu", "gelu", "sigmoid", "tanh"):
    # From -20 to 20, and so past the point where the tails vanish.
    case(name, [formula([200], "x", 20)], ACTIVATIONS[name])

# The penalty of a critic's slope, twice differentiated by PyTorch: mean (|dD/dx| - 1)^2.
critic = [
    formula([4, 4, 2, 8], "w1", 0.4), formula([8], "b1"), formula([4, 4, 8, 12], "w2", 0.2), formula([12], "b2"),
    formula([48, 10], "w3", 0.3), formula([10], "b3"), formula([10, 1], "w4"), formula([1], "b4")]
x = formula([5, 8, 8, 2], "x")
w1, b1, w2, b2, w3, b3, w4, b4 = critic
h = F.leaky_relu(F.conv2d(chw(x), kernel(w1), b1, stride=2, padding=1), 0.2)
h = hwc(F.leaky_relu(F.conv2d(h, kernel(w2), b2, stride=2, padding=1), 0.2)).reshape(5, 48)
h = F.leaky_relu(h @ w3 + b3, 0.2) @ w4 + b4
slope, = torch.autograd.grad(h.sum(), x, create_graph=True)
value = ((slope.reshape(5, -1).norm(dim=1) - 1) ** 2).mean()
gradients = torch.autograd.grad(value, critic, allow_unused=True)
penalty = dict(
    value=value.item(),
    gradients=[rounded(torch.zeros_like(p) if g is None else g) for p, g in zip(critic, gradients)])

# Batch norm over three training steps, then evaluation.
norm = torch.nn.BatchNorm2d(6)
with torch.no_grad():
    norm.weight.copy_(formula([6], "gamma", 0.5, 1))
    norm.bias.copy_(formula([6], "beta"))
for step in range(3):
    norm(chw(formula([3, 4, 2, 6], f"x{step}", 3, step)))
norm.eval()
running = dict(
    mean=rounded(norm.running_mean), variance=rounded(norm.running_var),
    evaluated=rounded(F.gelu(hwc(norm(chw(formula([2, 4, 2, 6], "evaluated", 3, 1)))))))

# Adam: gradients from tiny to far above the clipping norm, so that it clips in some steps and not in others.
adam = []
for clipping in (None, 2.0):
    parameters = [torch.nn.Parameter(formula(shape, f"p{i}").detach()) for i, shape in enumerate([[3, 4], [5]])]
    optimiser = torch.optim.Adam(parameters, lr=1e-2)
    norms = []
    for step in range(8):
        for i, parameter in enumerate(parameters):
            parameter.grad = formula(parameter.shape, f"g{i}.{step}", [0.3, 10, 1e-4, 3][step % 4]).detach()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, clipping or float("inf")))
        optimiser.step()
    adam.append(dict(norms=rounded(torch.stack(norms)), parameters=[rounded(p) for p in parameters]))

file = pathlib.Path(__file__).with_name("layers.json")
file.write_text(json.dumps(dict(cases=cases, running=running, adam=adam, penalty=penalty), separators=(",", ":")) + "\n")
