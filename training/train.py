"""Trains the models: one seeded curriculum, its stages as data, the same for every number of layers.

    python training/train.py --layers 3 2 4 --seed 1 --out weights

Bare chunks come first, then whole thoughts, then the answers. The command may be stopped at any time: started again, it goes on
from the last checkpoint (every two minutes, exactly where it was) and skips what is finished. One line of the log per 100 steps of a
stage: loss, the losses of the auxiliary heads, accuracy of results by chunk size (teacher-forced; in thoughts 100 more; 100: all else),
tokens a second.
"""
import argparse
import ctypes
import json
import os
import time
from itertools import islice

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from corpus import EQUALS, FIRST_STEP, OPERATIONS, PAD, PLACES, STEPS, THINK, VALUE
from curriculum import THOUGHT, stages_of, text_of
from model import Model, Shape, save
from optimisers import ADAM_RATE, KIND, optimisers

MUON_RATE, AUXILIARY_WEIGHT, FINISHED_WEIGHT = 0.02, 1.0, 0.5
WARM_UP_STEPS = 100
STEPS_A_LOOK = 100
SECONDS_A_CHECKPOINT = 120
COUNTS = ["steps", "tokens", "seconds", "stage", "stage_steps", "stage_tokens"]


def tensors(samples):
    """ids, labels, weights, running values: the label at i is of the token at i + 1; -1: none."""
    length = max(len(sample.ids) for sample in samples)

    def stack(rows, fill, kind):
        return torch.tensor([row + [fill] * (length - len(row)) for row in rows], dtype=kind)

    ids = stack([s.ids for s in samples], PAD, torch.long)
    labels = stack([[-1 if t is None else t for t in s.labels[1:]] for s in samples], -1, torch.long)
    weights = stack([s.weights[1:] for s in samples], 0.0, torch.float)
    running = stack([[-1 if v is None else v for v in s.running] for s in samples], -1, torch.long)
    finished = stack([[-1 if v is None else v for v in s.finished()] for s in samples], -1, torch.long)
    return ids, labels, weights, running, finished


def losses(model, batch):
    ids, labels, weights, running, finished = batch
    states = model.states(ids, KIND)
    here = labels >= 0
    logits = model.logits(states[-1][here])
    token_losses = F.cross_entropy(logits, labels[here], reduction="none")
    loss = (token_losses * weights[here]).sum() / weights[here].sum()
    at = running >= 0
    auxiliary = [
        F.cross_entropy(F.linear(F.rms_norm(x[at], (x.shape[-1],)), head), running[at])
        for x, head in zip(states, model.auxiliary)
    ] if at.any() else [torch.zeros(())]
    at = finished >= 0
    last = F.linear(F.rms_norm(states[-1][at], (states[-1].shape[-1],)), model.auxiliary_finished)
    auxiliary.append(F.cross_entropy(last, finished[at]) if at.any() else torch.zeros(()))
    return loss, auxiliary, logits.detach(), here


def chunk_sizes(ids):
    """For each `=`: the number of operations since the digit before it; 0 at any other token."""
    sizes = torch.zeros_like(ids)
    for row, tokens in enumerate(ids.tolist()):
        for i, token in enumerate(tokens):
            if token in VALUE:
                last = i
            elif token == EQUALS:
                sizes[row, i] = i - last - 1
    return sizes


def count_hits(batch, logits, here, right, seen):
    """Adds to the tallies of right tokens: results by chunk size (in thoughts 100 more); 100: all else."""
    sizes = (chunk_sizes(batch[0]) + THOUGHT * (batch[0] == THINK).any(1, keepdim=True))[here]
    hits = logits.argmax(-1) == batch[1][here]
    for size in sizes.unique().tolist():
        at = sizes == size
        right[size] = right.get(size, 0) + hits[at].sum().item()
        seen[size] = seen.get(size, 0) + at.sum().item()


def keep_freed_memory():
    """Tells glibc not to hand memory back to the system at every step: page faults would cost a fifth of the time."""
    trim_threshold, mmap_threshold = -1, -3
    libc = ctypes.CDLL(None)
    libc.mallopt(trim_threshold, 1 << 30)
    libc.mallopt(mmap_threshold, 1 << 25)


def report(stage, step, tokens, speed, loss, auxiliary, right, seen):
    shares = " ".join(f"{k}:{right[k] / seen[k]:.3f}" for k in sorted(seen))
    layers = " ".join(f"{x.item():.2f}" for x in auxiliary)
    print(f"{stage} {step} {tokens / 1e6:.2f}M loss {loss.item():.3f} aux {layers} | {shares} | {speed:.0f}/s", flush=True)


class Summed(nn.Module):
    """The embedding of a step (`d-7`) as the sum of its own, its place's and its operation's; other tokens have their own."""

    def __init__(self, width):
        super().__init__()
        self.place = nn.Parameter(torch.randn(len(PLACES), width) * 0.07)
        self.operation = nn.Parameter(torch.randn(len(OPERATIONS), width) * 0.07)

    def forward(self, own):
        steps = (self.place[:, None] + self.operation).flatten(0, 1)
        return own + nn.functional.pad(steps, (0, 0, FIRST_STEP, len(own) - FIRST_STEP - len(steps)))


def summed_model(layers):
    model = Model(Shape(layers=layers))
    with torch.no_grad():
        model.embedding[FIRST_STEP : FIRST_STEP + len(STEPS)] = 0
    parametrize.register_parametrization(model, "embedding", Summed(model.shape.width))
    return model


class Run:
    """The training of one model: its weights, optimisers and counts, which a checkpoint holds together."""

    def __init__(self, layers, seed, path):
        torch.manual_seed(seed)
        self.layers, self.seed, self.path, self.kept = layers, seed, path, time.time()
        self.model, self.steps, self.tokens, self.seconds = summed_model(layers), 0, 0, 0.0
        self.stage, self.stage_steps, self.stage_tokens = 0, 0, 0
        self.muon, self.adam = optimisers(self.model)

    def keep_now_and_then(self):
        if time.time() - self.kept > SECONDS_A_CHECKPOINT:
            self.keep()
            self.kept = time.time()

    def keep(self):
        state = {"weights": self.model.state_dict(), "adam": self.adam.state_dict()}
        counts = {name: vars(self)[name] for name in COUNTS}
        torch.save({**state, "muon": list(self.muon.buffers.values()), "counts": counts}, self.path + ".new")
        os.replace(self.path + ".new", self.path + ".part")

    def restore(self):
        stored = torch.load(self.path + ".part", weights_only=True)
        self.model.load_state_dict(stored["weights"])
        self.adam.load_state_dict(stored["adam"])
        for buffer, kept in zip(self.muon.buffers.values(), stored["muon"]):
            buffer.copy_(kept)
        vars(self).update(stored["counts"])

    def step(self, samples, scale):
        batch = tensors(samples)
        self.steps, self.tokens = self.steps + 1, self.tokens + batch[0].numel()
        self.stage_steps, self.stage_tokens = self.stage_steps + 1, self.stage_tokens + batch[0].numel()
        scale *= min(1.0, self.steps / WARM_UP_STEPS)
        loss, auxiliary, logits, here = losses(self.model, batch)
        (loss + AUXILIARY_WEIGHT * (sum(auxiliary[:-1]) / self.layers + FINISHED_WEIGHT * auxiliary[-1])).backward()
        nn.utils.clip_grad_norm_(self.adam.param_groups[0]["params"], 1.0)
        self.adam.param_groups[0]["lr"] = ADAM_RATE * scale
        self.adam.step()
        self.muon.step(MUON_RATE * scale)
        self.model.zero_grad(set_to_none=True)
        return loss, auxiliary, logits, here, batch

    def facts(self):
        return {"layers": self.layers, "seed": self.seed, "tokens": self.tokens, "steps": self.steps, "seconds": round(self.seconds)}

    def finish(self):
        """Writes the sum of the embeddings as one matrix: the exported model is a plain llama."""
        parametrize.remove_parametrizations(self.model, "embedding", leave_parametrized=True)
        save(self.model, self.path, **self.facts())
        print(json.dumps(self.facts()), flush=True)


def train(run, stages):
    if os.path.exists(run.path + ".part"):
        run.restore()
    print(f"{run.layers} layers, seed {run.seed}, from step {run.steps}", flush=True)
    while run.stage < len(stages):
        train_stage(run, stages[run.stage])
        run.stage, run.stage_steps, run.stage_tokens = run.stage + 1, 0, 0


def train_stage(run, stage):
    """Goes on with a stage where the run is in it; looks every 100 steps at what has been learned."""
    right, seen, clock, mark = {}, {}, time.time(), (run.tokens, time.time())
    for samples in islice(text_of(run.seed, stage), run.stage_steps, None):
        loss, auxiliary, logits, here, batch = run.step(samples, stage.rate(run.stage_tokens))
        count_hits(batch, logits, here, right, seen)
        run.seconds, clock = run.seconds + time.time() - clock, time.time()
        if run.stage_steps % STEPS_A_LOOK == 0:
            report(stage.name, run.steps, run.tokens, (run.tokens - mark[0]) / (clock - mark[1]), loss, auxiliary, right, seen)
            if stage.over(run.stage_tokens, right, seen):
                return
            right, seen, mark = {}, {}, (run.tokens, clock)
            run.keep_now_and_then()


def train_all(layers, seed, folder):
    os.makedirs(folder, exist_ok=True)
    for depth in layers:
        run = Run(depth, seed, os.path.join(folder, f"depth-{depth}-{seed}.pt"))
        if not os.path.exists(run.path):
            train(run, stages_of(depth))
            run.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, nargs="+", default=[3, 2, 4])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="weights", help="folder")
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(1)
    train_all(args.layers, args.seed, args.out)


if __name__ == "__main__":
    main()
