"""Trains the family of depths: models that differ in their number of layers alone.

    python training/depth/run.py family --layers 2 3 4 --seed 1 --out weights

First a base of four layers learns to copy problems and to chain one to four operations in bare chunks. Each member keeps the lowest
layers of the base and learns its own passes: at results, what it was fed before is wrong half of the time, so that it has to
compute. The command may be stopped at any time: started again, it goes on from the last checkpoint (every two minutes, exactly where
it was) and skips what is finished. One line of the log per 100 steps: loss, accuracy of results by chunk size (teacher-forced;
in thoughts 100 more), tokens a second.

    python training/depth/run.py family --check-split

writes the whole training text again and looks for evaluation problems in it.
"""
import argparse
import json
import os
import random
import time
from dataclasses import replace

import torch
from torch import nn
from torch.nn.utils import parametrize

from check_split import check
from corpus import FIRST_STEP, MANY_SLIPS, MAX_N, OPERATIONS, PLACES, STEPS, Rules
from model import Model, Shape, save
from train import ADAM_RATE, AUXILIARY_WEIGHT, count_hits, groups, keep_freed_memory, losses, optimisers, report, tensors

BASE_LAYERS = 4
LONG_PROBLEMS = tuple(range(3, MAX_N + 1))


def base_stages():
    """(name, million tokens, tokens a batch, learning rate at its start and end, rules). A rise of the rate begins anew."""
    whole = Rules(BASE_LAYERS, largest=BASE_LAYERS + 1, drill=0.05, long=0.5)
    drills = [
        (f"drill {size}", 0.6, 2048, (1.0, 1.0), Rules(BASE_LAYERS, drill=0.7, largest=size, cut=0.1))
        for size in range(2, BASE_LAYERS + 1)
    ]
    again = replace(whole, drill=0.4, largest=BASE_LAYERS, slips=MANY_SLIPS, clean=0.15)
    return [
        *drills,
        ("think", 3.6, 2048, (1.0, 0.4), replace(whole, drill=0.35)),
        ("polish", 2.0, 3072, (0.4, 0.0), whole),
        ("answer", 0.49514, 2048, (0.5, 0.345), replace(whole, lengths=LONG_PROBLEMS, answer_weight=3.0)),
        ("again", 0.631203, 2048, (0.8, 0.6948), again),
    ]


def member_stages(layers):
    rules = Rules(layers, largest=layers, drill=0.3, long=0.5, slips=MANY_SLIPS, clean=0.15)
    settled = replace(rules, drill=0.05, lengths=LONG_PROBLEMS, answer_weight=3.0, opening_weight=3.0, clean=0.3)
    return [("cut", 4.0, 2048, (0.7, 0.35), rules), ("settle", 2.0, 3072, (0.35, 0.0), settled)]


def curriculum(seed, stages):
    """The whole training text in order: (stage, share of the learning rate, samples of one batch)."""
    for name, millions, batch_tokens, (first, last), rules in stages:
        rng, tokens = random.Random(f"{seed}/{name}"), 0
        for group in groups(rng, rules, batch_tokens):
            done = tokens / (millions * 1e6)
            if done >= 1:
                break
            yield name, first + (last - first) * done, group
            tokens += len(group) * max(len(sample.ids) for sample in group)


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
        self.layers, self.seed, self.path = layers, seed, path
        self.model, self.warm, self.steps, self.tokens, self.seconds = summed_model(layers), 0, 0, 0, 0.0
        self.muon, self.adam = optimisers(self.model)

    def begin_cycle(self):
        self.muon, self.adam = optimisers(self.model)
        self.warm = 0

    def take(self, deeper):
        """The lowest layers of a deeper model, and all that is outside of layers."""
        own = self.model.state_dict()
        self.model.load_state_dict({name: deeper.get(name, tensor) for name, tensor in own.items()})

    def keep(self):
        state = {"weights": self.model.state_dict(), "adam": self.adam.state_dict()}
        counts = {"warm": self.warm, "steps": self.steps, "tokens": self.tokens, "seconds": self.seconds}
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
        self.steps, self.warm, self.tokens = self.steps + 1, self.warm + 1, self.tokens + batch[0].numel()
        scale *= min(1.0, self.warm / 100)
        loss, auxiliary, logits, here = losses(self.model, batch)
        (loss + AUXILIARY_WEIGHT * sum(auxiliary) / len(auxiliary)).backward()
        nn.utils.clip_grad_norm_(self.adam.param_groups[0]["params"], 1.0)
        self.adam.param_groups[0]["lr"] = ADAM_RATE * scale
        self.adam.step()
        self.muon.step(0.02 * scale)
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
    right, seen, before, kept, clock, mark = {}, {}, 1.0, time.time(), time.time(), (run.tokens, time.time())
    for at, (stage, scale, samples) in enumerate(curriculum(run.seed, stages)):
        begins, before = scale > before, scale
        if at < run.steps:
            continue
        if begins:
            run.begin_cycle()
        loss, auxiliary, logits, here, batch = run.step(samples, scale)
        count_hits(batch, logits, here, right, seen)
        run.seconds, clock = run.seconds + time.time() - clock, time.time()
        if run.steps % 100 == 0:
            report(stage, run.steps, run.tokens, (run.tokens - mark[0]) / (clock - mark[1]), loss, auxiliary, right, seen)
            right, seen, mark = {}, {}, (run.tokens, clock)
        if clock - kept > 120:
            run.keep()
            kept = time.time()
    run.keep()


def train_family(layers, seed, folder):
    os.makedirs(folder, exist_ok=True)
    base = Run(BASE_LAYERS, seed, os.path.join(folder, f"base-{seed}"))
    train(base, base_stages())
    for depth in layers:
        run = Run(depth, seed, os.path.join(folder, f"depth-{depth}-{seed}.pt"))
        if not os.path.exists(run.path):
            run.take(base.model.state_dict())
            train(run, member_stages(depth))
            run.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, nargs="+", default=[2, 3, 4])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="weights", help="folder")
    parser.add_argument("--check-split", action="store_true")
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(1)
    if args.check_split:
        for name, stages in [("base", base_stages()), *((f"{n} layers", member_stages(n)) for n in args.layers)]:
            check((group for *_, group in curriculum(args.seed, stages)), f"seed {args.seed}, {name}")
    else:
        train_family(args.layers, args.seed, args.out)


if __name__ == "__main__":
    main()
