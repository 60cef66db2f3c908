"""Golden values of ScheduleTests from numpy in float64: python make_schedule.py"""
import json
import pathlib

import numpy as np

schedules = []
for start, end, count in [(1e-4, 0.02, 400), (1e-4, 0.02, 1000), (1e-3, 0.05, 7), (0.02, 0.02, 1)]:
    # As the published code builds them: T + 1 values, the first of which is beta_0.
    beta = (end - start) * np.arange(count + 1, dtype=np.float64) / count + start
    alpha_bar = np.exp(np.cumsum(np.log(1 - beta)))
    times = sorted({0, 1, count // 3, count - 1, count})
    schedules.append(dict(
        betaStart=start, betaEnd=end, timestepCount=count, times=times, alphaBars=[alpha_bar[t] for t in times]))
pathlib.Path(__file__).with_name("schedule.json").write_text(json.dumps(schedules, indent=1) + "\n")


def products(beta):
    return np.concatenate([[1.0], np.cumprod(1 - np.minimum(beta, 0.999))])


def along(curve, count):
    # As in the papers' code: the curve's ratios make the betas, which are clipped.
    values = curve(np.arange(count + 1, dtype=np.float64) / count)
    return products(1 - values[1:] / values[:-1])


def scaled(count):
    return products(np.linspace(1e-4, 0.02, count) * 1000 / count)


def zeroed(count):
    alpha = np.sqrt(scaled(count)[1:])
    return np.concatenate([[1.0], ((alpha - alpha[-1]) * alpha[0] / (alpha[0] - alpha[-1])) ** 2])


def logistic(x):
    return 1 / (1 + np.exp(-x))


FORMS = {
    "scaled": scaled,
    "zero": zeroed,
    "nichol": lambda count: along(lambda t: np.cos((t + 0.008) / 1.008 * np.pi / 2) ** 2, count),
    "sigmoid": lambda count: along(
        lambda t: (logistic(3) - logistic(6 * t - 3)) / (logistic(3) - logistic(-3)), count),
}
levels = []
for name, form in FORMS.items():
    for count in (1000, 50, 7):
        alpha_bar = form(count)
        steps = sorted({0, 1, 2, count // 3, count // 2, count - 1, count})
        levels.append(dict(
            name=name, timestepCount=count, times=[t / count for t in steps], alphas=np.sqrt(alpha_bar[steps]).tolist(),
            variances=(1 - alpha_bar[steps]).tolist()))
for side, reference in [(32, 32), (128, 32), (28, 64), (512, 64)]:
    t = np.array([0, 0.01, 0.2, 0.5, 0.77, 0.99, 1])
    t0, t1 = np.arctan(np.exp(-0.5 * 15)), np.arctan(np.exp(0.5 * 15))
    log_ratio = -2 * np.log(np.tan(t0 + t * (t1 - t0))) + 2 * np.log(reference / side)
    levels.append(dict(
        name="shifted", sides=[side, reference], times=t.tolist(), alphas=np.sqrt(logistic(log_ratio)).tolist(),
        variances=logistic(-log_ratio).tolist()))
pathlib.Path(__file__).with_name("levels.json").write_text(json.dumps(levels, indent=1) + "\n")

# Min-SNR under the zeroed schedule, away from its ends.
steps = np.array([1, 5, 100, 400, 700, 990])
alpha_bar = zeroed(1000)[steps]
ratio = alpha_bar / (1 - alpha_bar)
pathlib.Path(__file__).with_name("weights.json").write_text(json.dumps([
    dict(gamma=gamma, times=(steps / 1000).tolist(), noise=(np.minimum(ratio, gamma) / ratio).tolist(),
         velocity=(np.minimum(ratio, gamma) / (ratio + 1)).tolist()) for gamma in (5.0, 1.0)], indent=1) + "\n")
