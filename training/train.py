"""Trains the model from nothing: one seeded curriculum, its stages as data.

    python training/train.py --seed 1 --layers 4 --out pico.pt

The log has one line per 100 steps: loss, accuracy of results by chunk size (teacher-forced), tokens a second.
"""
import argparse
import ctypes
import json
import random
import time

import torch
import torch.nn.functional as F

from corpus import EQUALS, PAD, THINK, TOKENS_PER_OPERATION, VALUE, Rules, drill, trace
from model import Model, Shape, load, save


def cycles(limit):
    """Three cycles of stages: (name, million tokens, tokens a batch, learning rate at its start and end, rules).

    A cycle ends with the learning rate at zero; the next begins with fresh momentum and random numbers of its own.
    """
    drills = [
        (f"drill {size}", 0.8, 2048, (1.0, 1.0), Rules(limit, drill=0.7, largest=size, cut=0.1))
        for size in range(2, limit + 1)
    ]
    think = [
        ("think", 3.6, 2048, (1.0, 0.4), Rules(limit, drill=0.35, largest=limit + 1)),
        ("polish", 2.4, 3072, (0.4, 0.0), Rules(limit, drill=0.05, largest=limit + 1, long=0.6)),
    ]
    answer = [("answer", 2.2, 2048, (0.5, 0.0), Rules(
        limit, drill=0.05, largest=limit + 1, lengths=(2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 9, 10, 10),
        long=0.4, cut=0.25, late=0.7, answer_weight=6.0,
    ))]
    settle = [("settle", 1.3, 2048, (0.4, 0.0), Rules(
        limit, drill=0.0, lengths=(3, 4, 4, 5, 5, 6, 7, 8, 8, 8, 9, 9, 9, 10),
        long=0.35, cut=0.25, late=0.7, answer_weight=10.0, opening_weight=5.0,
    ))]
    return [drills + think, answer, settle]


MUON_RATE, ADAM_RATE, AUXILIARY_WEIGHT = 0.02, 3e-3, 1.0
POOL_TOKENS = 50_000


def groups(rng, rules, batch_tokens):
    """Endless groups of samples of like length, each about `batch_tokens` tokens when padded."""
    while True:
        pool, tokens = [], 0
        while tokens < POOL_TOKENS:
            kind = drill if tokens < POOL_TOKENS * rules.drill else trace
            sample = kind(rng, rules)
            pool.append(sample)
            tokens += len(sample.ids)
        pool.sort(key=lambda sample: len(sample.ids))
        made = [[]]
        for sample in pool:
            if len(sample.ids) * (len(made[-1]) + 1) > batch_tokens * 1.1:
                made.append([])
            made[-1].append(sample)
        rng.shuffle(made)
        yield from made


def curriculum(seed, layers, first_cycle=0):
    """The whole training text in order: (cycle, stage, share of the learning rate, samples of one batch)."""
    for cycle, stages in enumerate(cycles(layers)):
        rng = random.Random(seed + 1000 * cycle)
        for name, millions, batch_tokens, (first, last), rules in stages if cycle >= first_cycle else []:
            tokens = 0
            for group in groups(rng, rules, batch_tokens):
                done = tokens / (millions * 1e6)
                if done >= 1:
                    break
                yield cycle, name, first + (last - first) * done, group
                tokens += len(group) * max(len(sample.ids) for sample in group)


def tensors(samples):
    """ids, labels, weights, running values: the label at i is of the token at i + 1; -1: none."""
    length = max(len(sample.ids) for sample in samples)

    def stack(rows, fill, kind):
        return torch.tensor([row + [fill] * (length - len(row)) for row in rows], dtype=kind)

    ids = stack([s.ids for s in samples], PAD, torch.long)
    labels = stack([[-1 if t is None else t for t in s.labels[1:]] for s in samples], -1, torch.long)
    weights = stack([s.weights[1:] for s in samples], 0.0, torch.float)
    running = stack([[-1 if v is None else v for v in s.running] for s in samples], -1, torch.long)
    return ids, labels, weights, running


def losses(model, batch):
    ids, labels, weights, running = batch
    states = model.states(ids, torch.bfloat16)
    here = labels >= 0
    logits = model.logits(states[-1][here])
    token_losses = F.cross_entropy(logits, labels[here], reduction="none")
    loss = (token_losses * weights[here]).sum() / weights[here].sum()
    at = running >= 0
    auxiliary = [
        F.cross_entropy(F.linear(F.rms_norm(x[at], (x.shape[-1],)), head), running[at])
        for x, head in zip(states, model.auxiliary)
    ] if at.any() else [torch.zeros(())]
    return loss, auxiliary, logits.detach(), here


class Muon:
    """Momentum, made orthogonal (Newton-Schulz, 5 steps), for stacks of matrices of one shape."""

    def __init__(self, matrices, momentum=0.95):
        self.momentum, self.groups = momentum, {}
        for p in matrices:
            self.groups.setdefault(tuple(p.shape[-2:]), []).append(p)
        self.buffers = {p: torch.zeros_like(p) for p in matrices}

    @torch.no_grad()
    def step(self, rate):
        for (rows, columns), group in self.groups.items():
            for p in group:
                self.buffers[p].lerp_(p.grad, 1 - self.momentum)
            stack = torch.cat([torch.lerp(p.grad, self.buffers[p], self.momentum).view(-1, rows, columns) for p in group])
            update = orthogonal(stack) * max(1.0, rows / columns) ** 0.5
            at = 0
            for p in group:
                count = p.numel() // (rows * columns)
                p.sub_(update[at : at + count].view_as(p), alpha=rate)
                at += count


def orthogonal(x, steps=5):
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


def chunk_sizes(ids):
    """For each `=`: the number of operations since the digit before it; 0 at any other token."""
    sizes = torch.zeros_like(ids)
    for row, tokens in enumerate(ids.tolist()):
        for i, token in enumerate(tokens):
            if token in VALUE:
                last = i
            elif token == EQUALS:
                sizes[row, i] = (i - last - 1) // TOKENS_PER_OPERATION
    return sizes


def count_hits(batch, logits, here, right, seen):
    """Adds to the tallies of right tokens: results by chunk size (in thoughts 100 more); 100: all else."""
    sizes = (chunk_sizes(batch[0]) + 100 * (batch[0] == THINK).any(1, keepdim=True))[here]
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


def optimisers(model):
    """Muon for the matrices of the layers, AdamW for the rest."""
    matrices = [p for name, p in model.named_parameters() if name.startswith("layers") and p.ndim > 1]
    others = [p for p in model.parameters() if not any(p is m for m in matrices)]
    return Muon(matrices), torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.0)


def report(stage, step, tokens, speed, loss, auxiliary, right, seen):
    shares = " ".join(f"{k}:{right[k] / seen[k]:.3f}" for k in sorted(seen))
    layers = " ".join(f"{x.item():.2f}" for x in auxiliary)
    print(f"{stage} {step} {tokens / 1e6:.2f}M loss {loss.item():.3f} aux {layers} | {shares} | {speed:.0f}/s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--out", default="pico.pt")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", help="weights saved at the end of a cycle: go on with the next")
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model, facts = load(args.resume) if args.resume else (Model(Shape(layers=args.layers)), {"tokens": 0, "steps": 0, "cycle": -1})
    print(f"{model.parameters_exported():,} parameters, seed {args.seed}", flush=True)

    def keep():
        save(model, args.out, seed=args.seed, tokens=tokens, steps=steps, cycle=cycle, stage=stage)

    tokens, steps, cycle, stage, right, seen = facts["tokens"], facts["steps"], facts["cycle"], None, {}, {}
    began, tokens_before = time.time(), tokens
    for this_cycle, name, scale, samples in curriculum(args.seed, args.layers, cycle + 1):
        if name != stage and stage:
            keep()
        if this_cycle != cycle:
            (muon, adam), warm = optimisers(model), 0
        cycle, stage, batch, steps, warm = this_cycle, name, tensors(samples), steps + 1, warm + 1
        scale *= min(1.0, warm / 100)
        tokens += batch[0].numel()
        loss, auxiliary, logits, here = losses(model, batch)
        (loss + AUXILIARY_WEIGHT * sum(auxiliary) / len(auxiliary)).backward()
        torch.nn.utils.clip_grad_norm_(adam.param_groups[0]["params"], 1.0)
        adam.param_groups[0]["lr"] = ADAM_RATE * scale
        adam.step()
        muon.step(MUON_RATE * scale)
        model.zero_grad(set_to_none=True)
        count_hits(batch, logits, here, right, seen)
        if steps % 100 == 0:
            speed = (tokens - tokens_before) / (time.time() - began)
            report(stage, steps, tokens, speed, loss, auxiliary, right, seen)
            right, seen = {}, {}
    keep()
    print(json.dumps({"seed": args.seed, "tokens": tokens, "steps": steps, "seconds": round(time.time() - began)}))


if __name__ == "__main__":
    main()
