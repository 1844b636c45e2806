#!/usr/bin/env bash
# What llama.cpp does with nothing around it: builds bench/native.cpp against the library that node-llama-cpp brings (its
# headers are in the bundle beside it) and prints the command that runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${TMPDIR:-/tmp}/overthink-native
bins=$PWD/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
[ -d "$work/src" ] || git clone -q -c advice.detachedHead=false node_modules/node-llama-cpp/llama/gitRelease.bundle "$work/src"
g++ -O2 -o "$work/native" bench/native.cpp -I"$work/src/include" -I"$work/src/ggml/include" \
  "$bins"/libllama.v*.so "$bins"/libggml.v*.so "$bins"/libggml-base.so -Wl,-rpath,"$bins" -Wl,--disable-new-dtags
echo "$work/native $bins"
