"""Foretells the curve from the corpus's rules alone; needs no model, and is written before one is trained.

    python training/forecast.py --layers 4 --out training/forecast.json

Assumed: a result is right when its chunk has at most as many operations as the network has layers, and a guess (1 in 10)
otherwise; a wrong result spoils the pass; the answer is the last value of the last finished pass, a guess before
the first one is finished; each thought has the passes that the stop rule makes likeliest.
"""
import argparse
import json

from corpus import LEVELS, ends_chunk, looks
from problems import evaluation

BUDGETS = [0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256]
WAITS = [0, 1, 2, 4, 6]
CHANCE = 0.1


def passes(problem, limit, count):
    """For each pass: thinking tokens when its last value counts, and the chance that it is right."""
    length, made, n = 0, [], len(problem.ops)
    for index in range(count):
        size, right = 0, True
        length += 1
        for i, op in enumerate(problem.ops):
            length, size = length + 1, size + 1
            if ends_chunk(index, op, n - i, n):
                right &= size <= limit
                length, size = length + 2, 0
        length += 1  # the mark: the pass is finished
        made.append((length, 1.0 if right else CHANCE))
        length += 1  # `Wait` or the end
    return made


def expected(problem, limit, budget=10**6, waits=0):
    made = passes(problem, limit, looks(len(problem.ops)) + waits)
    return next((right for length, right in reversed(made) if length <= budget), CHANCE)


def thinking(problem, waits=0):
    return passes(problem, 0, looks(len(problem.ops)) + waits)[-1][0]


def by_level(problems, score):
    scores = {n: [score(p) for p in problems if len(p.ops) == n] for n in LEVELS}
    levels = {n: round(100 * sum(s) / len(s), 1) for n, s in scores.items()}
    return {"all": round(100 * sum(map(sum, scores.values())) / len(problems), 1), "by level": levels}


def forecast(problems, limit):
    return {
        "budget": {b: by_level(problems, lambda p: expected(p, limit, budget=b)) for b in BUDGETS},
        "wait": {w: by_level(problems, lambda p: expected(p, limit, waits=w)) for w in WAITS},
        "wait 4, cut at": {b: by_level(problems, lambda p: expected(p, limit, b, 4)) for b in BUDGETS},
        "thinking tokens": {w: round(sum(thinking(p, w) for p in problems) / len(problems), 1) for w in WAITS},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--each", type=int, default=50, help="problems a level, as in evaluate.py")
    parser.add_argument("--out")
    args = parser.parse_args()
    table = forecast(evaluation()[: args.each * len(LEVELS)], args.layers)
    for name, rows in table.items():
        print(name, {key: row["all"] if isinstance(row, dict) else row for key, row in rows.items()})
    print("natural by level", table["wait"][0]["by level"])
    if args.out:
        with open(args.out, "w") as file:
            file.write(json.dumps({"layers": args.layers, **table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
