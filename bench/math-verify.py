"""Our verdicts beside Math-Verify's on files of graded cases, by category. Not part of the tests.

    npm run build && pip install math-verify
    python3 bench/math-verify.py tests/graders/fixtures/cases.sample.json tests/graders/fixtures/cases.hard.json [--all]

Choices between letters are left out: Math-Verify has no grader for them. `--all` lists every case where the two differ.
"""

import json
import logging
import os
import subprocess
import sys

from math_verify import parse, verify

logging.disable(logging.CRITICAL)
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def ours(path):
    command = ["node", os.path.join(root, "bin", "overthink.cjs"), "grade", "--cases", path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [case["verdict"] for case in json.loads(done.stdout)["cases"]]


def read(text):
    """A bare answer as maths, else as it stands."""
    return parse(f"${text}$") or parse(text)


def theirs(case):
    golds = case["gold"] if isinstance(case["gold"], list) else [case["gold"]]
    given = (read if case["kind"] == "answer" else parse)(case["pred"])
    return any(verify(read(gold), given) for gold in golds)


def main():
    paths = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    rows = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        for case, verdict in zip(cases, ours(path)):
            if case["kind"] == "choice" or case.get("expected") is None:
                continue
            other = theirs(case)
            for name in (case.get("category") or "none", "all"):
                row = rows.setdefault(name, [0, 0, 0, 0, 0])
                row[0] += 1
                for at, said in ((1, verdict), (3, other)):
                    row[at] += said == case["expected"]
                    row[at + 1] += said and not case["expected"]
            if "--all" in sys.argv and verdict != other:
                print(f"{case['id']}: expected {case['expected']}, ours {verdict}, Math-Verify {other}: {case['gold']!r} | {case['pred']!r}")
    print(f"{'category':22} {'cases':>5}   {'ours':>5} {'wrong accepted':>14}   {'Math-Verify':>11} {'wrong accepted':>14}")
    for name in sorted(rows, key=lambda name: (name == "all", name)):
        count, agreed, accepted, agreed_there, accepted_there = rows[name]
        print(f"{name:22} {count:5}   {agreed:5} {accepted:14}   {agreed_there:11} {accepted_there:14}")


main()
