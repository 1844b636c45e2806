"""A grader in Python: one line of JSON in, one line of JSON out, until the input ends.

With Math-Verify (pip install math-verify) the verdict would be

    from math_verify import parse, verify
    correct = verify(parse(asked["target"]), parse(asked["response"]))
"""

import json
import re
import sys

for line in sys.stdin:
    asked = json.loads(line)  # {"response": ..., "target": ..., "question": ...}
    numbers = re.findall(r"-?\d+", asked["response"])
    if numbers:
        said = {"verdict": numbers[-1] == asked["target"], "answer": numbers[-1], "rule": "last number"}
    else:
        said = {"verdict": "no-answer", "rule": "no number in the reply"}
    print(json.dumps(said), flush=True)
