"""Prints the card's tables: what `forecast.py` expects of each number of layers beside what `evaluate.py` measured.

    python training/tables.py models/pico/curve-*.json
"""
import json
import sys

from corpus import LEVELS
from forecast import forecast
from problems import evaluation

TITLES = {"budget": "thinking budget b", "wait": "Wait", "wait 4, cut at": "Wait 4x and budget b"}


def cell(row):
    low, high = row["interval"]
    return f"{row['all']:.1f} [{low:.0f}, {high:.0f}]"


def line(cells):
    print("| " + " | ".join(str(c) for c in cells) + " |")


def head(cells):
    line(cells)
    line(["---"] * len(cells))


def by_layers(curves):
    """Numbers of layers with their curves, by seed."""
    layers = sorted({curve["layers"] for curve in curves})
    return {n: sorted((c for c in curves if c["layers"] == n), key=lambda c: c["seed"]) for n in layers}


def side_by_side(name, expected, curves):
    named = [[f"{n} layers: forecast", *(f"seed {c['seed']}" for c in own)] for n, own in curves.items()]
    head([TITLES[name], *(title for titles in named for title in titles), "tokens"])
    first = next(iter(curves.values()))[0]
    for key in first[name]:
        cells = [[expected[n][name][int(key)]["all"], *(cell(c[name][key]) for c in own)] for n, own in curves.items()]
        line([key, *(one for some in cells for one in some), first[name][key]["thinking tokens"]])
    print()


def levels(name, keys, expected, curves):
    head([TITLES[name], "", *LEVELS])
    for key in keys:
        for n, own in curves.items():
            line([key, f"{n} layers: forecast", *(round(v) for v in expected[n][name][int(key)]["by level"].values())])
            for curve in own:
                line(["", f"seed {curve['seed']}", *(round(v) for v in curve[name][key]["by level"].values())])
    print()


def warm(name, curves):
    every = [curve for own in curves.values() for curve in own]
    head([name, *(f"{c['layers']} layers, seed {c['seed']}" for c in every), "tokens", "longest"])
    for key, row in every[0][name].items():
        line([key, *(cell(c[name][key]) for c in every), row["thinking tokens"], row.get("longest", "")])
    print()


def main():
    every = [json.load(open(path)) for path in sys.argv[1:]]
    curves = by_layers(every)
    problems = evaluation()[: every[0]["problems"]]
    expected = {n: forecast(problems, n) for n in curves}
    for name in TITLES:
        side_by_side(name, expected, curves)
    levels("wait", ["0", "1", "2", "4"], expected, curves)
    for name in ("T=0.7 wait", "T=0.7 budget", "word"):
        warm(name, curves)


if __name__ == "__main__":
    main()
