"""What a model is trained on, in which order: stages as data, the same for every number of layers."""
import random
from dataclasses import replace

from corpus import MAX_N, Rules, drill, trace

POOL_TOKENS = 50_000
LONG_PROBLEMS = tuple(range(3, MAX_N + 1))


def stages_of(layers):
    """(name, million tokens, tokens a batch, learning rate at its start and end, rules)."""
    rules = Rules(layers, drill=0.7, largest=2, cut=0.1)
    deeper = [
        (name, millions, 2048, (1.0, 1.0), replace(rules, largest=size))
        for name, size, millions in [("three", 3, 1.0), ("four", 4, 1.5)]
        if size <= layers
    ]
    think = replace(rules, drill=0.3, largest=layers, cut=0.3)
    settle = replace(think, drill=0.1, lengths=LONG_PROBLEMS, answer_weight=3.0, opening_weight=3.0, clean=0.3, cut=0.5)
    return [
        ("one", 0.5, 2048, (1.0, 1.0), replace(rules, chunks=1)),
        ("two", 0.3, 2048, (1.0, 1.0), replace(rules, chunks=2)),
        ("more", 0.3, 2048, (1.0, 1.0), rules),
        *deeper,
        ("think", 2.4, 2048, (1.0, 0.4), think),
        ("settle", 2.0, 3072, (0.4, 0.0), settle),
    ]


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
