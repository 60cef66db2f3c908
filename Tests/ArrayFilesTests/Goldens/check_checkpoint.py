"""Reads what `save x.safetensors` writes with Python's own package: python check_checkpoint.py PATH/TO/ddpm-repl

A checkpoint of `fast` must load, and its encoder, as PyTorch computes it with the peer's network (Benchmarks/peer), must
give the latents that `save x.npz` wrote, within 1e-4. Needs safetensors, numpy and torch; not part of the tests.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Benchmarks" / "peer"))
from networks import FastEncoder  # noqa: E402

# Where the peer's layers are in our file.
LAYERS = {0: "convolution1", 2: "convolution2", 3: "norm2", 5: "convolution3", 6: "norm3", 8: "convolution4", 9: "norm4",
          12: "hidden", 14: "heads"}
CHANNELS, LATENTS = 16, 10


def encoder(arrays):
    network = FastEncoder(CHANNELS, LATENTS)
    state = {}
    for place, layer in LAYERS.items():
        names = ("gamma", "beta") if layer.startswith("norm") else ("weight", "bias")
        for ours, theirs in zip(names, ("weight", "bias")):
            state[f"body.{place}.{theirs}"] = arrays[f"encoder.{layer}.{ours}"]
    # Our images are flattened with the channels last.
    hidden = state["body.12.weight"]
    state["body.12.weight"] = hidden.reshape(-1, 7, 7, 2 * CHANNELS).permute(0, 3, 1, 2).reshape(hidden.shape)
    network.load_state_dict(state)
    return network.eval()


with tempfile.TemporaryDirectory() as folder:
    # A method that looks at its images again keeps them.
    script = f"""load strokes count=300
    model umap epochs=1 restarts=1; train; save images.safetensors
    model fast channels={CHANNELS} latent={LATENTS}; pretrain; train; save fast.safetensors; save fast.npz"""
    subprocess.run(
        [sys.argv[1], "--batch", "--no-rc"], input=script, text=True, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    arrays = load_file(f"{folder}/fast.safetensors")
    with safe_open(f"{folder}/fast.safetensors", "np") as file:
        notes = file.metadata()
        for name in file.keys():
            assert np.isfinite(file.get_tensor(name)).all(), name
    assert notes["ddpm-repl"] == "1" and json.loads(notes["model"])["method"] == "fast", notes.keys()
    assert [entry["command"].split()[0] for entry in json.loads(notes["journal"])][-3:] == ["model", "pretrain", "train"]
    images = load_file(f"{folder}/images.safetensors")["embedding.images"]
    saved = np.load(f"{folder}/fast.npz")

    pixels = images.permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        mean, log_variance = encoder(arrays)(pixels)
    for name, theirs in (("latents", mean), ("logVariances", log_variance)):
        difference = np.abs(theirs.numpy() - saved[name]).max()
        print(f"{name}: {theirs.shape[0]}x{theirs.shape[1]}, largest difference {difference:.2e}")
        assert difference < 1e-4, name
print(f"{len(arrays)} arrays")
