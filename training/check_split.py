"""Proves the split: writes the training text of the given seeds again, as long as it may become, and looks for evaluation problems.

    python training/check_split.py --seeds 1 2

An evaluation problem counts as seen if its operations occur, in order and side by side, anywhere in an expression,
a thought or a drill, with whatever start digit and whatever stands before or after them.
"""
import argparse

from corpus import LEVELS, OPERATION, VOCABULARY
from curriculum import stages_of, text_of
from problems import evaluation

BREAKS = {VOCABULARY.index(token) for token in ("<s>", "<think>", "</think>", ".", "Wait")}


def expressions(ids):
    """The operation sequences of a sample: its problem and each of its passes."""
    found, ops = set(), []
    for token in [*ids, next(iter(BREAKS))]:
        if token in OPERATION:
            ops.append(OPERATION[token])
        elif token in BREAKS:
            found.add(tuple(ops))
            ops = []
    return found


def windows(ops):
    for size in LEVELS:
        for at in range(len(ops) - size + 1):
            yield ops[at : at + size]


def check(groups, what):
    """Counts the evaluation sequences in groups of samples; there must be none."""
    held = {tuple(problem.ops) for problem in evaluation()}
    samples, different, seen = 0, set(), set()
    for group in groups:
        for sample in group:
            samples += 1
            for ops in expressions(sample.ids):
                for part in windows(ops):
                    different.add(part)
                    seen |= {part} & held
    print(f"{what}: {samples:,} samples, {len(different):,} different sequences of {LEVELS[0]} to {LEVELS[-1]} "
          f"operations, {len(seen)} of the {len(held)} evaluation sequences among them")
    assert not seen, seen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--layers", type=int, nargs="+", default=[2, 3, 4])
    args = parser.parse_args()
    for seed in args.seeds:
        for layers in args.layers:
            text = (group for stage in stages_of(layers) for group in text_of(seed, stage))
            check(text, f"seed {seed}, {layers} layers")


if __name__ == "__main__":
    main()
