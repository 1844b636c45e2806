"""What a model is trained on, in which order: stages as data, the same for every number of layers."""
import random
from dataclasses import dataclass, replace

from corpus import MAX_N, Rules, drill, trace

POOL_TOKENS = 50_000
LONG_PROBLEMS = tuple(range(3, MAX_N + 1))
THOUGHT = 100  # added to the size of a chunk that stands in a thought
ENOUGH = 0.97


@dataclass(frozen=True)
class Stage:
    """A part of the training. One that has `sizes` ends when the network has learned them, and not before `least`.

    A fixed length failed: some seeds were taken on before they could do a stage's arithmetic, and never learned it.
    """

    name: str
    rules: Rules
    least: float  # million tokens
    most: float  # million tokens; a stage without `sizes` ends here
    sizes: tuple = ()  # what must be right, by `train.count_hits` (teacher-forced, on text not yet seen)
    rates: tuple = (1.0, 1.0)  # share of the learning rate at its start and at `most`
    batch: int = 2048  # tokens

    def rate(self, tokens):
        first, last = self.rates
        return first + (last - first) * min(1.0, tokens / (self.most * 1e6))

    def learned(self, right, seen):
        return all(right.get(size, 0) >= ENOUGH * seen.get(size, 1) for size in self.sizes)

    def over(self, tokens, right, seen):
        """Is it over after `tokens` tokens, of which the last ones had these tallies of right results by size?"""
        millions = tokens / 1e6
        return millions >= self.most or bool(self.sizes) and millions >= self.least and self.learned(right, seen)


def stages_of(layers):
    rules = Rules(layers, drill=0.7, largest=2, cut=0.1)
    drills = [
        Stage(f"drill {size}", replace(rules, largest=size), 0.3, 3.0, tuple(range(1, size + 1)))
        for size in range(2, layers + 1)
    ]
    think = replace(rules, drill=0.3, largest=layers, cut=0.3)
    settle = replace(think, drill=0.1, lengths=LONG_PROBLEMS, answer_weight=3.0, opening_weight=3.0, clean=0.3, cut=0.5)
    thoughts = tuple(THOUGHT + size for size in range(layers + 1))  # of size 0: whatever is no result, most of it copied
    return [
        Stage("one", replace(rules, chunks=1), 0.5, 0.5),
        Stage("two", replace(rules, chunks=2), 0.3, 0.3),
        *drills,
        Stage("think", think, 1.0, 6.0, thoughts),
        Stage("settle", settle, 2.5, 2.5, rates=(1.0, 0.0), batch=3072),
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


def text_of(seed, stage):
    """The whole text of a stage in order, as long as it may become: groups of samples, a batch each."""
    rng, tokens = random.Random(f"{seed}/{stage.name}"), 0
    for group in groups(rng, stage.rules, stage.batch):
        if tokens >= stage.most * 1e6:
            return
        yield group
        tokens += len(group) * max(len(sample.ids) for sample in group)
