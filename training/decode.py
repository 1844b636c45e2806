"""Budget forcing on the PyTorch model: many problems side by side, one token a step, with a cache.

    thoughts = decode(model, problems, Budget(tokens=32))                     # cut after 32 thinking tokens
    thoughts = decode(model, problems, Budget(ignore=2), temperature=0.7)     # two ends replaced by `Wait`
"""
import random
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from corpus import DIGITS, END, EOS, PAD, WAIT

DIGIT_TEXT = {token: str(d) for d, token in enumerate(DIGITS)}


@dataclass(frozen=True)
class Budget:
    tokens: int = 800  # thinking tokens, after which the end is forced
    ignore: int = 0  # natural ends replaced by `word`
    word: int | None = WAIT


@dataclass
class Thought:
    queue: list  # forced tokens still to be fed
    ids: list = field(default_factory=list)  # everything fed so far
    thinking: int = 0
    ignored: int = 0
    ended: str | None = None  # "natural" or "forced"
    answer: list = field(default_factory=list)
    done: bool = False

    def text(self):
        return "".join(DIGIT_TEXT.get(token, "?") for token in self.answer)


class Cache:
    """Keys and values of every layer; room is made in blocks."""

    BLOCK = 64

    def __init__(self, model, rows):
        shape = model.shape
        self.order = {layer: i for i, layer in enumerate(model.layers)}
        self.room = [torch.zeros(2, rows, shape.heads, self.BLOCK, shape.head_size) for _ in model.layers]
        self.at = 0

    def extend(self, layer, k, v):
        i = self.order[layer]
        if self.at == self.room[i].shape[3]:
            self.room[i] = F.pad(self.room[i], (0, 0, 0, self.BLOCK))
        self.room[i][:, :, :, self.at] = torch.stack([k, v])[:, :, :, 0]
        return self.room[i][:, :, :, : self.at + 1]

    def keep(self, rows):
        self.room = [room[:, rows] for room in self.room]


@torch.no_grad()
def feed(model, tokens, cache):
    """One token a row, all at the same position; the logits of the next."""
    x = F.embedding(tokens[:, None], model.embedding)
    rope = model.cos[cache.at : cache.at + 1], model.sin[cache.at : cache.at + 1]
    cache.mask = torch.ones(1, cache.at + 1, dtype=torch.bool)
    for layer in model.layers:
        x = layer(x, rope, cache)
    cache.at += 1
    return model.logits(x)[:, 0]


def advance(thought, token, budget):
    """Takes the token the model wants, and decides what is really fed."""
    if thought.ended:
        if token == EOS or len(thought.answer) >= 8:
            thought.done = True
        else:
            thought.answer.append(token)
        return token
    if thought.thinking >= budget.tokens:
        thought.ended = "forced"
        return END
    if token == END:
        room = budget.word is None or thought.thinking < budget.tokens
        if thought.ignored == budget.ignore or not room:
            thought.ended = "natural"
            return END
        thought.ignored += 1
        token = budget.word
    thought.thinking += 1
    return token


def decode(model, problems, budget, temperature=0.0, seed=0, rows=128):
    """Thoughts in the order of the problems; those of like length are decoded together."""
    order = sorted(range(len(problems)), key=lambda i: len(problems[i].ops))
    thoughts = [Thought(queue=problem.prompt()) for problem in problems]
    rngs = [random.Random(f"{seed}/{i}") for i in range(len(problems))]
    for at in range(0, len(order), rows):
        decode_group(model, [(thoughts[i], rngs[i]) for i in order[at : at + rows]], budget, temperature)
    return thoughts


def decode_group(model, group, budget, temperature):
    cache = Cache(model, len(group))
    wanted = [None] * len(group)
    while group and cache.at < model.shape.context:
        fed = []
        for (thought, _), token in zip(group, wanted):
            token = thought.queue.pop(0) if thought.queue else advance(thought, token, budget)
            thought.ids.append(token)
            fed.append(token)
        alive = [row for row, (thought, _) in enumerate(group) if not thought.done]
        if len(alive) < len(group):
            group, fed = [group[row] for row in alive], [fed[row] for row in alive]
            cache.keep(alive)
        if group:
            wanted = choose(feed(model, torch.tensor(fed), cache), [rng for _, rng in group], temperature)


def answer_at(model, problems, thoughts, tokens, temperature=0.0, seed=0):
    """Whether each problem is answered right if its thought is cut after a number of tokens (or at its own end).

    The chain up to the cut is the same as in a run with that budget, so it is not decoded again.
    """
    right = []
    for at in range(0, len(problems), 100):
        rows = []
        for problem, thought in zip(problems[at : at + 100], thoughts[at : at + 100]):
            start = len(problem.prompt())
            rows.append([*thought.ids[: start + min(tokens, thought.thinking)], END])
        rngs = [random.Random(f"{seed}/{at + i}/{tokens}") for i in range(len(rows))]
        answers = next_tokens(model, rows, rngs, temperature)
        ends = next_tokens(model, [[*row, token] for row, token in zip(rows, answers)], rngs, temperature)
        wanted = [DIGITS[problem.answer] for problem in problems[at : at + 100]]
        right += [a == w and e == EOS for a, e, w in zip(answers, ends, wanted)]
    return right


@torch.no_grad()
def next_tokens(model, rows, rngs, temperature):
    length = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (length - len(row)) for row in rows])
    last = torch.tensor([len(row) - 1 for row in rows])
    return choose(model.logits(model(ids)[torch.arange(len(rows)), last]), rngs, temperature)


def choose(logits, rngs, temperature):
    if temperature == 0:
        return logits.argmax(-1).tolist()
    cumulative = F.softmax(logits.double() / temperature, -1).cumsum(-1)
    draws = torch.tensor([rng.random() for rng in rngs], dtype=torch.float64)[:, None]
    return torch.searchsorted(cumulative, draws).clamp(max=logits.shape[-1] - 1)[:, 0].tolist()
