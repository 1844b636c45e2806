"""Makes a tiny GGUF of every family with the real chat template, and the ids that Hugging Face's tokenizers make of its prompts.

    pip install jinja2 tokenizers gguf numpy
    bash fetch.sh TEMPLATES
    python families.py TEMPLATES OUT        # OUT/*.gguf and OUT/expected.json
    node families.mjs OUT                   # our ids, a sweep of budgets; --freeze writes what the tests compare with

The families are those of tests/fixtures/families/families.json. Templates of others never enter this repository.
"""
import hashlib
import json
import pathlib
import sys

import gguf
import numpy
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from battery import env, questions

ROOT = pathlib.Path(__file__).parents[2]
MERGES = [("t", "h"), ("i", "n"), ("<", "/"), (".", "<"), (".", "</"), ("o", "u"), ("Ġ", "i")]
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
WIDTH, CONTEXT = 64, 4096


def byte_names():
    """GPT-2's printable stand-in for each byte."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    names = {byte: chr(byte) for byte in shown}
    names.update({byte: chr(256 + at) for at, byte in enumerate(byte for byte in range(256) if byte not in shown)})
    return [names[byte] for byte in range(256)]


def vocabulary(family):
    plain = byte_names() + [left + right for left, right in MERGES]
    marks = [(text, CONTROL) for text in family["control"]] + [(text, USER_DEFINED) for text in family["user_defined"]]
    return plain, marks


def tokenizer(family):
    """The same vocabulary as a fast tokenizer."""
    plain, marks = vocabulary(family)
    made = Tokenizer(models.BPE({text: at for at, text in enumerate(plain)}, MERGES))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    for text, kind in marks:
        token = AddedToken(text, special=kind == CONTROL, normalized=False)
        (made.add_special_tokens if kind == CONTROL else made.add_tokens)([token])
    assert [made.token_to_id(text) for text, _ in marks] == list(range(len(plain), len(plain) + len(marks))), family["name"]
    return made


def write(path, family, template):
    plain, marks = vocabulary(family)
    tokens = plain + [text for text, _ in marks]
    writer = gguf.GGUFWriter(str(path), "llama")
    for add, value in ((writer.add_context_length, CONTEXT), (writer.add_embedding_length, WIDTH), (writer.add_block_count, 1),
                       (writer.add_feed_forward_length, WIDTH), (writer.add_head_count, 1), (writer.add_head_count_kv, 1),
                       (writer.add_rope_dimension_count, WIDTH), (writer.add_layer_norm_rms_eps, 1e-5), (writer.add_file_type, 0),
                       (writer.add_vocab_size, len(tokens)), (writer.add_chat_template, template)):
        add(value)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([NORMAL] * len(plain) + [kind for _, kind in marks])
    writer.add_token_merges([" ".join(pair) for pair in MERGES])
    if family["bos"]:
        writer.add_bos_token_id(tokens.index(family["bos"]))
    writer.add_eos_token_id(tokens.index(family["eos"]))
    random = numpy.random.default_rng(1)
    noise = lambda *shape: (random.standard_normal(shape) * 0.05).astype(numpy.float32)
    writer.add_tensor("token_embd.weight", noise(len(tokens), WIDTH))
    writer.add_tensor("output.weight", noise(len(tokens), WIDTH))
    for norm in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{norm}.weight", numpy.ones(WIDTH, numpy.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{part}.weight", noise(WIDTH, WIDTH))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def template_of(folder, source):
    repository, path = source.split(":", 1)
    file, _, name = path.partition("#")
    text = (folder / repository / file).read_text()
    if not name:
        return text
    known = {}
    exec(text, known)
    return known["get_tokenizer_configs"]()[name]["chat_template"]


def render(template, family, question, variables):
    return env().from_string(template).render(
        messages=[{"role": "user", "content": question}], tools=None, documents=None, add_generation_prompt=True,
        bos_token=family["bos"] or "", eos_token=family["eos"], **variables)


def main(folder, out):
    out.mkdir(parents=True, exist_ok=True)
    expected = []
    for family in json.loads((ROOT / "tests/fixtures/families/families.json").read_text()):
        template = template_of(folder, family["source"])
        write(out / f"{family['name']}.gguf", family, template)
        encode, variables = tokenizer(family), {family["variable"]: True} if family["variable"] else {}
        prompts = []
        for question in questions:
            text = render(template, family, question, variables)
            opened = text if text.endswith(family["thinking_start"]) else text + family["thinking_start"]
            ids = encode.encode(opened, add_special_tokens=False).ids
            # From the user's turn on: what stands before it may be a system text of others.
            tail = encode.encode(opened[opened.rindex(family["user"]):], add_special_tokens=False).ids
            assert ids[-len(tail):] == tail, family["name"]
            prompts.append({"question": question, "text": opened, "ids": ids, "tail": tail})
        expected.append({"name": family["name"], "prompts": prompts, "default": render(template, family, "Q", {}),
                         "sha256": hashlib.sha256(template.encode()).hexdigest()})
    (out / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1))
    print(len(expected), "families")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
