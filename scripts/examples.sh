#!/usr/bin/env bash
# Writes the example reports of reports/examples again: one experiment, a comparison, and one with published points.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
db=results/examples.db
figure1() { node bin/overthink.cjs run experiments/pico-figure1.yaml --db "$db" "$@"; }
figure1
figure1 --set name=pico-figure1-warm --set sampling.temperature=0.7 --set sampling.epochs=2
rm -rf reports/examples/{pico-figure1,greedy-vs-warm,pico-figure1-and-s1} # nothing of an earlier form stays
node bin/overthink.cjs report pico-figure1 --db "$db" --out reports/examples/pico-figure1
node bin/overthink.cjs report pico-figure1 pico-figure1-warm --db "$db" --out reports/examples/greedy-vs-warm
node bin/overthink.cjs report pico-figure1 --reference s1 --db "$db" --out reports/examples/pico-figure1-and-s1
