"""Compares thoughts of a run of the exported model with those of the PyTorch model, token by token.

    npx overthink run pico-figure1 --limit 48 --db run.db
    python training/compare.py weights/depth-3-1.pt run.db

Compared are the attempts that no budget cut: natural ends, and ends ignored with Wait. The run has to be greedy.
"""
import argparse
import json
import sqlite3

import torch

from corpus import BOS, END, EOS, OPERATIONS, PLACES, THINK, Problem
from decode import Budget, decode
from model import load

ATTEMPTS = """
SELECT id, question, ignored_ends FROM v_attempts
WHERE role IN ('natural', 'extension') ORDER BY id
"""
SEGMENTS = "SELECT token_ids FROM v_segments WHERE attempt = ? ORDER BY position"


def problem_of(text):
    """`3b-7a*3=`: a digit, then a letter and an operation each time."""
    steps = [text[i + 1 : i + 3] for i, letter in enumerate(text) if letter in PLACES]
    return Problem(int(text[0]), [OPERATIONS.index(step) for step in steps])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("database")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, _ = load(args.weights)
    database = sqlite3.connect(f"file:{args.database}?mode=ro", uri=True)
    same = compared = 0
    for attempt, question, ends in database.execute(ATTEMPTS).fetchall():
        stored = [token for (ids,) in database.execute(SEGMENTS, [attempt]) for token in json.loads(ids)]
        problem = problem_of(question)
        (thought,) = decode(model, [problem], Budget(ignore=ends))
        assert thought.ids[0] == BOS and THINK in thought.ids and END in thought.ids
        decoded = thought.ids[thought.ids.index(THINK) + 1 :]
        if decoded[-1] != EOS:
            decoded.append(EOS)
        compared += 1
        same += stored[-len(decoded) :] == decoded
    print(f"{same} of {compared} thoughts have the same tokens")


if __name__ == "__main__":
    main()
