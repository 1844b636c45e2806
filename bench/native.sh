#!/usr/bin/env bash
# What llama.cpp does with nothing around it: builds bench/native.cpp against the library that node-llama-cpp brings (its
# headers are in the bundle beside it) and runs it.
#   bench/native.sh [MODEL.gguf] [TOKENS] [RUNS] [CONTEXT] [F32|F16] ["SEQUENCES ..."] ["THREADS ..."]
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:-models/pico/pico.gguf} tokens=${2:-150} runs=${3:-3} context=${4:-512} type=${5:-F32}
work=${TMPDIR:-/tmp}/overthink-native
bins=$PWD/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
[ -d "$work/src" ] || git clone -q node_modules/node-llama-cpp/llama/gitRelease.bundle "$work/src"
g++ -O2 -o "$work/native" bench/native.cpp -I"$work/src/include" -I"$work/src/ggml/include" \
  "$bins"/libllama.v*.so "$bins"/libggml.v*.so "$bins"/libggml-base.so -Wl,-rpath,"$bins" -Wl,--disable-new-dtags
for threads in ${7:-1}; do
  for sequences in ${6:-1 8 16 32}; do
    "$work/native" "$model" "$bins" "$sequences" "$tokens" "$threads" "$context" "$type" "$runs"
  done
done
