#!/usr/bin/env bash
# Fetches chat templates of others, for battery.py and families.py, into a folder that is never committed:
#   bash fetch.sh FOLDER
set -euo pipefail
folder=${1:?usage: fetch.sh FOLDER}
base=${GIT_BASE:-https://github.com}

fetch() { # repository, commit, path
  local into="$folder/${1#*/}"
  mkdir -p "$into"
  git -C "$into" init -q
  git -C "$into" fetch -q --depth 1 "$base/$1" "$2"
  git -C "$into" checkout -q FETCH_HEAD -- "$3"
}

fetch ikawrakow/ik_llama.cpp 8337e4cd3861406fc04e0854b1409cd1b027fbc9 models/templates
fetch openvinotoolkit/openvino.genai da1db864d2bc1a265e9a036f5b57ef13f0e86c2c tests/python_tests/data
fetch RkFeeder/LG-AI-Research 18383ab2f221b5fa46f6817f5bda0a84ebb9a621 exaone_baseline
