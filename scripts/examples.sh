#!/usr/bin/env bash
# Writes the example reports of reports/examples again: one experiment, a comparison, one with published points, and one
# of models that differ in depth.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
db=results/examples.db
figure1() { node bin/overthink.cjs run experiments/pico-figure1.yaml --db "$db" "$@"; }
figure1
node bin/overthink.cjs run experiments/depth-against-length.yaml --db "$db"
figure1 --set name=pico-figure1-warm --set sampling.temperature=0.7 --set sampling.epochs=2
rm -rf reports/examples/{pico-figure1,greedy-vs-warm,pico-figure1-and-s1,depth-against-length} # nothing of an earlier form stays
node bin/overthink.cjs report pico-figure1 --db "$db" --out reports/examples/pico-figure1
node bin/overthink.cjs report pico-figure1 pico-figure1-warm --db "$db" --out reports/examples/greedy-vs-warm
node bin/overthink.cjs report pico-figure1 --reference s1 --db "$db" --out reports/examples/pico-figure1-and-s1
node bin/overthink.cjs report depth-against-length --db "$db" --out reports/examples/depth-against-length
