"""The task, the trace format, and the rules that write the training text.

A problem is a chain of operations modulo 10, worked from left to right. Each operation carries a
letter that counts down, so the last one is always `a`:

    3d-7c+9b-5a*9=

A thought is a row of passes. A pass copies the problem and writes a result `=v` at some places
(a chunk is what lies between two results), ends with `.`, and is opened by `Wait` from the second on:

    <s>3d-7c+9b-5a*9=<think>3d-7c+9=5b-5a*9=0.Wait3d-7c+9=5b-5a*9=0.Wait3d-7=6c+9=5b-5a*9=0.</think>0</s>

Where a pass writes a result is a rule of the corpus (`BORDERS`): after an operation with a large digit,
and every pass takes smaller digits for large than the one before. So passes take shorter and shorter steps.
Labels are never wrong: the label of a result is the true value of its chunk *as written*, even where the
token fed to the network there is a deliberately wrong one (`noise`). To see some samples:

    python training/corpus.py --seed 1
"""
import argparse
import random
import zlib
from dataclasses import dataclass, field

# --- vocabulary -------------------------------------------------------------------------------------
CONTROL = ["<s>", "</s>", "<think>", "</think>", "<pad>"]
OPERATIONS = [f"+{d}" for d in range(1, 10)] + [f"-{d}" for d in range(1, 10)] + ["*3", "*7", "*9"]
WORDS = ["Wait", "Hmm", "Alternatively"]
CHARACTERS = ["\n"] + [chr(code) for code in range(32, 127)]
VOCABULARY = CONTROL + OPERATIONS + WORDS + CHARACTERS
ID = {token: index for index, token in enumerate(VOCABULARY)}
BOS, EOS, THINK, END, PAD = (ID[token] for token in CONTROL)
WAIT, EQUALS, MARK = ID["Wait"], ID["="], ID["."]
FILLERS = [ID["Hmm"], ID["Alternatively"]]
DIGITS = [ID[str(d)] for d in range(10)]
VALUE = {token: d for d, token in enumerate(DIGITS)}
LETTERS = [None] + [ID[c] for c in "abcdefghijkl"]  # LETTERS[k]: k operations are left, this one included
OP_IDS = [ID[op] for op in OPERATIONS]
KIND_SHARE = {"+": 0.4, "-": 0.4, "*": 0.2}
OP_WEIGHTS = [KIND_SHARE[op[0]] / sum(o[0] == op[0] for o in OPERATIONS) for op in OPERATIONS]
NEXT = {  # NEXT[op id][value] = value after the operation
    ID[op]: [{"+": v + int(op[1]), "-": v - int(op[1]), "*": v * int(op[1])}[op[0]] % 10 for v in range(10)]
    for op in OPERATIONS
}
TOKENS_PER_OPERATION = 2  # its letter and itself
FINISHING_TOKENS = 0  # tokens of a pass after its last value, until the answer is that value
OPERATION = {token: token for token in OP_IDS}  # which operation a token is
USER_TOKENS = OPERATIONS + WORDS  # texts that are one token wherever they stand
DIGIT_OF = {ID[op]: int(op[1]) for op in OPERATIONS}

# --- rules ------------------------------------------------------------------------------------------
MAX_N = 10
LEVELS = range(4, MAX_N + 1)  # lengths of the evaluation problems
RESERVE = 32  # one operation sequence in 32 is kept for evaluation, by hash
MAX_PASSES = 12
BORDERS = [9, 8, 7, 5]  # pass 1..4: a chunk ends after a digit of at least this; later: after every second operation


def ends_chunk(pass_index, op, left, n):
    """Does pass `pass_index` (from 0) write a result after this operation, the `left`-th from the end of n?"""
    if left == 1:
        return True
    return DIGIT_OF[op] >= BORDERS[pass_index] if pass_index < len(BORDERS) else left % 2 == 1


def looks(n):
    """How many passes a thought about n operations has by itself, whatever it found."""
    return 1 if n <= 4 else 2 if n <= 7 else 3


def stop_share(n, passes):
    return 0.1 if passes < looks(n) else 0.9


# --- split ------------------------------------------------------------------------------------------
def reserved(ops):
    """Operation sequences (of two or more, with any start digit) that no training text may contain."""
    return zlib.crc32(bytes(ops)) % RESERVE == 0


def draw_ops(rng, n):
    """n operations, none of whose contiguous parts (whole included) is reserved for evaluation."""
    while True:
        ops = []
        for _ in range(n):
            for _ in range(20):
                op = rng.choices(OP_IDS, OP_WEIGHTS)[0]
                if not any(reserved(ops[i:] + [op]) for i in range(len(ops))):
                    break
            else:
                break
            ops.append(op)
        if len(ops) == n:
            return ops


def draw_reserved(rng, n):
    """n operations reserved for evaluation."""
    while True:
        ops = rng.choices(OP_IDS, OP_WEIGHTS, k=n)
        if reserved(ops):
            return ops


# --- problems ---------------------------------------------------------------------------------------
@dataclass
class Problem:
    start: int
    ops: list

    @property
    def answer(self):
        value = self.start
        for op in self.ops:
            value = NEXT[op][value]
        return value

    def ids(self):
        n = len(self.ops)
        body = [token for i, op in enumerate(self.ops) for token in (LETTERS[n - i], op)]
        return [DIGITS[self.start], *body, EQUALS]

    def text(self):
        return "".join(VOCABULARY[token] for token in self.ids())

    def prompt(self):
        return [BOS, *self.ids(), THINK]


@dataclass
class Sample:
    """Token ids, next-token labels (None: not learned), label weights, and running values at operations."""
    ids: list = field(default_factory=list)
    labels: list = field(default_factory=list)  # labels[i] is the label for the token AT i (predicted at i - 1)
    weights: list = field(default_factory=list)
    running: list = field(default_factory=list)  # value after the operation (or chunk) that ends at i, else None

    def add(self, token, label=None, weight=1.0, running=None):
        self.ids.append(token)
        self.labels.append(label)
        self.weights.append(weight)
        self.running.append(running)


@dataclass(frozen=True)
class Rules:
    """What a stage of training is made of."""
    limit: int  # operations the network is expected to chain inside one token: its number of layers
    drill: float = 0.3  # share of tokens in bare chunks
    largest: int = 5  # most operations of a bare chunk; larger ones come more often
    lengths: tuple = tuple(range(1, MAX_N + 1))
    long: float = 0.5  # share of thoughts with many passes and an unlearned end
    cut: float = 0.3  # share of thoughts cut short
    late: float = 0.6  # share of the cuts that fall after the first pass, where there is a second
    clean: float = 0.5  # share of thoughts without deliberate mistakes inside the limit
    filler: float = 0.12
    answer_weight: float = 1.5
    opening_weight: float = 1.0  # of the first letter of a pass: it says how long the problem is


def noise(size, limit):
    """Share of deliberately wrong results fed after a chunk of this size."""
    return 0.9 if size > limit else (0.0, 0.02, 0.02, 0.03, 0.06)[min(size, 4)]


def chunk_result(sample, rng, value, wrong):
    """Writes `=v`; returns the digit that was fed, which the text goes on with."""
    fed = rng.choice([d for d in range(10) if d != value]) if rng.random() < wrong else value
    sample.add(EQUALS, EQUALS, running=value)
    sample.add(DIGITS[fed], DIGITS[value])
    return fed


def write_pass(sample, rng, problem, index, rules, clean):
    n, value, size = len(problem.ops), problem.start, 0
    sample.add(DIGITS[value], DIGITS[value])
    for i, op in enumerate(problem.ops):
        left = n - i
        value, size = NEXT[op][value], size + 1
        sample.add(LETTERS[left], LETTERS[left], rules.opening_weight if i == 0 else 1.0)
        sample.add(op, op, running=value)
        if ends_chunk(index, op, left, n):
            wrong = 0.0 if clean and size <= rules.limit else noise(size, rules.limit)
            value, size = chunk_result(sample, rng, value, wrong), 0
    sample.add(MARK, MARK)


def trace(rng, rules):
    """A problem with its thought and its answer."""
    n = rng.choice(rules.lengths)
    problem = Problem(rng.randrange(10), draw_ops(rng, n))
    sample = Sample()
    for token in problem.prompt():
        sample.add(token)
    start = len(sample.ids)
    long = rng.random() < rules.long
    passes = rng.randint(2, MAX_PASSES) if long else None
    clean = rng.random() < rules.clean
    done = 0
    while True:
        write_pass(sample, rng, problem, done, rules, clean)
        done += 1
        if done == 1:
            first_end = len(sample.ids)
        while rng.random() < rules.filler:
            sample.add(rng.choice(FILLERS))
        stop = done == passes if long else rng.random() < stop_share(n, done) or done == MAX_PASSES
        if stop:
            break
        sample.add(WAIT, None if long else WAIT)
    label = None if long else END
    if rng.random() < rules.cut:
        low = first_end if done > 1 and rng.random() < rules.late else start
        cut = rng.randint(low, len(sample.ids) - 1)
        for column in (sample.ids, sample.labels, sample.weights, sample.running):
            del column[cut:]
        label = None
    sample.add(END, label)
    sample.add(DIGITS[problem.answer], DIGITS[problem.answer], rules.answer_weight)
    sample.add(EOS, EOS)
    return sample


def drill(rng, rules):
    """One bare chunk: only arithmetic is learned here."""
    sample = Sample()
    size = rng.choices(range(1, rules.largest + 1), range(1, rules.largest + 1))[0]
    left = rng.randint(size, MAX_N)
    value = rng.randrange(10)
    sample.add(BOS)
    sample.add(DIGITS[value])
    for op in draw_ops(rng, size):
        value = NEXT[op][value]
        sample.add(LETTERS[left])
        sample.add(op, running=value)
        left -= 1
    sample.add(EQUALS, running=value)
    sample.add(DIGITS[value], DIGITS[value])
    return sample


def text(ids):
    return "".join(VOCABULARY[token] for token in ids)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    rng = random.Random(parser.parse_args().seed)
    for _ in range(12):
        print(text(trace(rng, Rules(limit=4)).ids))
