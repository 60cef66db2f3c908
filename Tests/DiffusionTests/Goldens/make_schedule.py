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
