"""Writes assets/hosted-models.json: knobs, limits and prices of hosted reasoning models, dated.

    git clone https://github.com/anomalyco/models.dev
    python3 scripts/hosted-models.py models.dev

The data are those of models.dev (MIT). Python 3.11 or newer, nothing else.
"""

import json
import subprocess
import sys
import tomllib

services = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "openrouter": "openrouter",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "xai": "xai",
    "qwen": "alibaba",
    "groq": "groq",
    "together": "togetherai",
    "fireworks": "fireworks-ai",
}


def git(*arguments: str) -> str:
    return subprocess.run(["git", "-C", sys.argv[1], *arguments], capture_output=True, check=True, text=True).stdout


def read(path: str) -> dict:
    return tomllib.loads(git("show", f"HEAD:{path}"))


paths = git("ls-tree", "-r", "HEAD", "--name-only").splitlines()


def full(path: str) -> dict:
    own = read(path)
    base = f"models/{own['base_model']}.toml" if "base_model" in own else None
    if base not in paths:
        return own
    below = full(base)
    return {**below, **own, "limit": {**below.get("limit", {}), **own.get("limit", {})}}


def knobs(options: list) -> dict:
    entry: dict = {}
    for option in options:
        if option["type"] == "effort":
            entry["efforts"] = option["values"]
        elif option["type"] == "budget_tokens":
            entry["budget"] = [option.get("min", 0), option.get("max")]
        elif option["type"] == "toggle":
            entry["toggle"] = True
    return entry


def price(cost: dict) -> dict:
    names = {"input": "input", "output": "output", "cached_input": "cache_read", "cache_write": "cache_write"}
    return {ours: cost[theirs] for ours, theirs in names.items() if theirs in cost}


def models(folder: str) -> dict:
    found = {}
    start = f"providers/{folder}/models/"
    for path in paths:
        if not path.startswith(start):
            continue
        model = full(path)
        if not model.get("reasoning"):
            continue
        limit = {key: model["limit"][key] for key in ("context", "output") if key in model.get("limit", {})}
        found[path.removeprefix(start).removesuffix(".toml")] = {
            **knobs(model.get("reasoning_options", [])),
            **limit,
            **({"price": price(model["cost"])} if "input" in model.get("cost", {}) else {}),
        }
    return dict(sorted(found.items()))


def main() -> None:
    date = git("log", "-1", "--format=%cs").strip()
    lines = []
    for name, folder in services.items():
        entries = ",\n".join(
            f"    {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in models(folder).items()
        )
        lines.append(f"  {json.dumps(name)}: {{\n{entries}\n  }}")
    head = f'  "as_of": {json.dumps(date)},\n  "source": "models.dev, MIT"'
    with open("assets/hosted-models.json", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join([head, *lines]) + "\n}\n")


main()
