"""Golden values of SamplerGoldenTests: python make_samplers.py

DDIM from its paper and DPM-Solver++(2M) as k-diffusion writes it, in x/alpha and sigma/alpha, both in float64; on the
discrete schedule the latter is held against diffusers' scheduler too. Needs numpy, torch and diffusers.
"""
import json
import pathlib

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler

T = 400
BETAS = (0.02 - 1e-4) * np.arange(T + 1) / T + 1e-4
ALPHA_BARS = np.cumprod(1 - BETAS)


def formula_values(count, name):
    key = sum((i + 1) * byte for i, byte in enumerate(name.encode())) % 997
    x = np.sin(np.arange(count) * 12.9898 + key * 78.233) * 43758.5453
    return 2 * (x - np.floor(x)) - 1


def network(x, time):
    """Any smooth function will do."""
    return 0.6 * x + 0.3 * np.sin(2 * x + 3 * time)


def level(schedule, time):
    if schedule == "cosine":
        return np.cos(time * np.pi / 2), np.sin(time * np.pi / 2)
    bar = ALPHA_BARS[round(time * T)]
    return np.sqrt(bar), np.sqrt(1 - bar)


def ladder(schedule, target, steps):
    least = 0.005 if target == "noise" else 0
    if schedule == "cosine":
        return np.arccos(least) * 2 / np.pi * np.arange(steps, -1, -1) / steps
    assert np.sqrt(ALPHA_BARS[-1]) > least
    return np.floor(T * np.arange(steps, -1, -1) / steps + 0.5) / T


def clean(x, prediction, alpha, sigma, target):
    return (x - sigma * prediction) / alpha if target == "noise" else alpha * x - sigma * prediction


def ddim(x, schedule, target, times):
    for time, after in zip(times, times[1:]):
        alpha, sigma = level(schedule, time)
        prediction = network(x, time)
        x0 = clean(x, prediction, alpha, sigma, target)
        noise = prediction if target == "noise" else alpha * prediction + sigma * x
        next_alpha, next_sigma = (1, 0) if after == 0 else level(schedule, after)
        x = next_alpha * x0 + next_sigma * noise
    return x


def dpm(x, schedule, target, times):
    levels = [level(schedule, time) for time in times]
    sigmas = [sigma / alpha for alpha, sigma in levels[:-1]] + [0.0]
    x = x / levels[0][0]
    old = None
    for i, time in enumerate(times[:-1]):
        alpha, sigma = levels[i]
        denoised = clean(alpha * x, network(alpha * x, time), alpha, sigma, target)
        if old is None or sigmas[i + 1] == 0:
            slope = denoised
        else:
            h, last = np.log(sigmas[i] / sigmas[i + 1]), np.log(sigmas[i - 1] / sigmas[i])
            r = last / h
            slope = (1 + 1 / (2 * r)) * denoised - 1 / (2 * r) * old
        x = sigmas[i + 1] / sigmas[i] * x + (1 - sigmas[i + 1] / sigmas[i]) * slope
        old = denoised
    return x


def diffusers_dpm(x, target, times):
    scheduler = DPMSolverMultistepScheduler(
        num_train_timesteps=T + 1, trained_betas=BETAS, final_sigmas_type="zero",
        prediction_type="epsilon" if target == "noise" else "v_prediction")
    steps = [round(time * T) for time in times[:-1]]
    scheduler.set_timesteps(timesteps=steps)
    x = torch.tensor(x)
    for step in steps:
        x = scheduler.step(torch.tensor(network(x.numpy(), step / T)), step, x).prev_sample.double()
    return x.numpy()


cases = []
for schedule in ["linear", "cosine"]:
    for target in ["noise", "velocity"]:
        for steps in [1, 2, 3, 5, 15, 20]:
            times = ladder(schedule, target, steps)
            start = 1.5 * formula_values(12, "start")
            second = dpm(start, schedule, target, times)
            if schedule == "linear":
                assert np.abs(second - diffusers_dpm(start, target, times)).max() < 1e-4
            cases.append(dict(
                schedule=schedule, target=target, times=list(times), ddim=list(ddim(start, schedule, target, times)),
                dpm=list(second)))
pathlib.Path(__file__).with_name("samplers.json").write_text(json.dumps(cases) + "\n")
