"""The task, the trace format, and the rules that write the training text.

A problem is a chain of operations modulo 10, worked from left to right. Each operation carries a
letter that counts down, so the last one is always `a`; letter and operation are one token, a step:

    3d-7c+9b-5a*9=

A thought is a row of passes. A pass copies the problem and writes a result `=v` at some places
(a chunk is what lies between two results), ends with `.`, and is opened by `Wait` from the second on:

    <s>3d-7c+9b-5a*9=<think>3d-7c+9b-5a*9=0.Wait3d-7c+9b-5a*9=0.Wait3d-7=6c+9b-5a*9=0.</think>0</s>

Where a pass writes a result is a rule of the corpus (`chunk_size`): the first pass takes chunks of 5, 6 or 7
operations, counted from the end of the problem, and every later pass takes chunks of one operation fewer.
The label of a result is the true value of its chunk *as written*, even where the token fed to the network
there is a deliberately wrong one (`noise`). The answer repeats the last value of the last finished pass;
where no pass is finished, it is the true answer. To see some samples:

    python training/corpus.py --seed 1
"""
import argparse
import random
import zlib
from dataclasses import dataclass, field

# --- vocabulary -------------------------------------------------------------------------------------
CONTROL = ["<s>", "</s>", "<think>", "</think>", "<pad>"]
OPERATIONS = [f"+{d}" for d in range(1, 10)] + [f"-{d}" for d in range(1, 10)] + ["*3", "*7", "*9"]
PLACES = "abcdefghij"  # the letter of an operation: how many are left, this one included
STEPS = [place + operation for place in PLACES for operation in OPERATIONS]
WORDS = ["Wait", "Hmm", "Alternatively"]
CHARACTERS = ["\n"] + [chr(code) for code in range(32, 127)]
VOCABULARY = CONTROL + STEPS + WORDS + CHARACTERS
ID = {token: index for index, token in enumerate(VOCABULARY)}
BOS, EOS, THINK, END, PAD = (ID[token] for token in CONTROL)
FIRST_STEP = len(CONTROL)
WAIT, EQUALS, MARK = ID["Wait"], ID["="], ID["."]
FILLERS = [ID["Hmm"], ID["Alternatively"]]
DIGITS = [ID[str(d)] for d in range(10)]
VALUE = {token: d for d, token in enumerate(DIGITS)}
OPERATION = {ID[step]: i % len(OPERATIONS) for i, step in enumerate(STEPS)}  # of the token of a step
USER_TOKENS = STEPS + WORDS  # texts that are one token wherever they stand
KIND_SHARE = {"+": 0.35, "-": 0.35, "*": 0.3}
OP_WEIGHTS = [KIND_SHARE[op[0]] / sum(o[0] == op[0] for o in OPERATIONS) for op in OPERATIONS]
NEXT = [  # NEXT[operation][value] = value after the operation
    [{"+": v + int(op[1]), "-": v - int(op[1]), "*": v * int(op[1])}[op[0]] % 10 for v in range(10)]
    for op in OPERATIONS
]


def step_token(left, operation):
    """The token of an operation with `left` operations to go, itself included."""
    return FIRST_STEP + (left - 1) * len(OPERATIONS) + operation


# --- rules ------------------------------------------------------------------------------------------
MAX_N = len(PLACES)
LEVELS = range(5, MAX_N + 1)  # lengths of the evaluation problems
RESERVE = 32  # one operation sequence in 32 is kept for evaluation, by hash
MAX_PASSES = 12


def chunk_size(n, pass_index):
    """Operations a chunk of pass `pass_index` (from 0) takes in a problem of n: one fewer in every pass."""
    first = 5 if n <= 6 else 6 if n <= 8 else 7
    return max(1, first - pass_index)


def ends_chunk(pass_index, op, left, n):
    """Does this pass write a result after an operation that is the `left`-th from the end of n?"""
    size = chunk_size(n, pass_index)
    return size == 1 or left % size == 1


def looks(n):
    """How many passes a thought about n operations has by itself, whatever it found."""
    return 3


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
                op = rng.choices(range(len(OPERATIONS)), OP_WEIGHTS)[0]
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
        ops = rng.choices(range(len(OPERATIONS)), OP_WEIGHTS, k=n)
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
        return [DIGITS[self.start], *(step_token(n - i, op) for i, op in enumerate(self.ops)), EQUALS]

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

    def finished(self):
        """At each token the last value that a mark stands behind, as fed; None before the first mark."""
        values, last = [], None
        for i, token in enumerate(self.ids):
            last = VALUE[self.ids[i - 1]] if token == MARK and self.ids[i - 1] in VALUE else last
            values.append(last)
        return values

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
    chunks: int = 8  # most bare chunks in a row
    largest: int = 5  # most operations of a bare chunk; larger ones come more often
    lengths: tuple = tuple(range(1, MAX_N + 1))
    long: float = 0.5  # share of thoughts with any number of passes, whose Waits are not learned
    cut: float = 0.3  # share of thoughts cut short
    late: float = 0.6  # share of the cuts that fall after the first pass, where there is a second
    clean: float = 0.15  # share of thoughts without deliberate mistakes inside the limit
    # With few mistakes a result is most easily copied from the pass before, and nothing is computed. With many, what stands in
    # an earlier pass says little about a chunk as it is written here.
    slips: float = 0.5  # in the others: share of deliberate mistakes
    filler: float = 0.12
    answer_weight: float = 1.5
    opening_weight: float = 1.0  # of the first step of a pass: it says how long the problem is


def noise(size, rules):
    """Share of deliberately wrong results fed after a chunk of this size."""
    return 0.9 if size > rules.limit else rules.slips


def chunk_result(sample, rng, value, wrong):
    """Writes `=v`; returns the digit that was fed, which the text goes on with."""
    fed = rng.choice([d for d in range(10) if d != value]) if rng.random() < wrong else value
    sample.add(EQUALS, EQUALS, running=value)
    sample.add(DIGITS[fed], DIGITS[value])
    return fed


def write_pass(sample, rng, problem, index, rules, clean):
    """Writes one pass; returns its last value, as fed."""
    n, value, size = len(problem.ops), problem.start, 0
    sample.add(DIGITS[value], DIGITS[value])
    for i, op in enumerate(problem.ops):
        left = n - i
        value, size = NEXT[op][value], size + 1
        token = step_token(left, op)
        sample.add(token, token, rules.opening_weight if i == 0 else 1.0, running=value)
        if ends_chunk(index, op, left, n):
            wrong = 0.0 if clean and size <= rules.limit else noise(size, rules)
            value, size = chunk_result(sample, rng, value, wrong), 0
    sample.add(MARK, MARK)
    return value


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
    ends, values = [], []  # of the finished passes
    while True:
        values.append(write_pass(sample, rng, problem, len(ends), rules, clean))
        ends.append(len(sample.ids))
        while rng.random() < rules.filler:
            sample.add(rng.choice(FILLERS))
        done = len(ends)
        stop = done == passes if long else rng.random() < stop_share(n, done) or done == MAX_PASSES
        if stop:
            break
        sample.add(WAIT, None if long else WAIT)
    # A thought ends after any number of passes but the first ones: else what Waits have made long would not know how to end.
    label = None if long and len(ends) < looks(n) else END
    if rng.random() < rules.cut:
        low = ends[0] if done > 1 and rng.random() < rules.late else start
        cut = rng.randint(low, len(sample.ids) - 1)
        for column in (sample.ids, sample.labels, sample.weights, sample.running):
            del column[cut:]
        label = None
    sample.add(END, label)
    finished = [value for end, value in zip(ends, values) if end < len(sample.ids)]
    answer = DIGITS[finished[-1] if finished else problem.answer]
    sample.add(answer, answer, rules.answer_weight)
    sample.add(EOS, EOS)
    return sample


def drill(rng, rules):
    """Bare chunks one after another: only arithmetic is learned here.

    The chunks have nothing to do with each other but share letters, as the passes of a thought do: a network that finds
    its last operation by its letter fails, and has to look at the token before.
    """
    sample = Sample()
    sample.add(BOS)
    for _ in range(rng.randint(1, rules.chunks)):
        write_chunk(sample, rng, rules)
        sample.add(MARK)
    return sample


def write_chunk(sample, rng, rules):
    size = rng.choices(range(1, rules.largest + 1), range(1, rules.largest + 1))[0]
    value = rng.randrange(10)
    sample.add(DIGITS[value])
    for op in draw_ops(rng, size):
        value = NEXT[op][value]
        sample.add(step_token(rng.randint(1, MAX_N), op), running=value)
    sample.add(EQUALS, running=value)
    sample.add(DIGITS[value], DIGITS[value])


def text(ids):
    return "".join(VOCABULARY[token] for token in ids)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    rng = random.Random(parser.parse_args().seed)
    for _ in range(12):
        print(text(trace(rng, Rules(limit=4)).ids))
