"""Writes a trained model as GGUF (architecture llama, f32), with nothing but numpy.

    python training/export.py pico.pt models/pico/pico.gguf
"""
import argparse
import hashlib
import struct

import numpy as np

from corpus import BOS, CONTROL, EOS, PAD, USER_TOKENS, VOCABULARY
from model import load

NORMAL_TOKEN, CONTROL_TOKEN, USER_TOKEN = 1, 3, 4
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
ALIGNMENT = 32


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    if kind == STRING:
        return string(content)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], content)


def entry(key, kind, content):
    if isinstance(content, list):
        items = b"".join(value(kind, item) for item in content)
        return string(key) + struct.pack("<IIQ", ARRAY, kind, len(content)) + items
    return string(key) + struct.pack("<I", kind) + value(kind, content)


def token_text(token):
    """The `gpt2` kind of tokenizer spells a space and a newline with letters of their own."""
    return {" ": "\u0120", "\n": "\u010a"}.get(token, token)


def token_type(token):
    return CONTROL_TOKEN if token in CONTROL else USER_TOKEN if token in USER_TOKENS else NORMAL_TOKEN


def metadata(shape):
    return [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, "Overthink Pico"),
        ("general.license", STRING, "mit"),
        ("general.file_type", UINT32, 0),
        ("llama.context_length", UINT32, shape.context),
        ("llama.embedding_length", UINT32, shape.width),
        ("llama.block_count", UINT32, shape.layers),
        ("llama.feed_forward_length", UINT32, shape.hidden),
        ("llama.attention.head_count", UINT32, shape.heads),
        ("llama.attention.head_count_kv", UINT32, shape.heads),
        ("llama.attention.key_length", UINT32, shape.head_size),
        ("llama.attention.value_length", UINT32, shape.head_size),
        ("llama.attention.layer_norm_rms_epsilon", FLOAT32, shape.epsilon),
        ("llama.rope.dimension_count", UINT32, shape.head_size),
        ("llama.rope.freq_base", FLOAT32, shape.rope_base),
        ("llama.vocab_size", UINT32, shape.vocabulary),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "default"),
        ("tokenizer.ggml.tokens", STRING, [token_text(token) for token in VOCABULARY]),
        ("tokenizer.ggml.token_type", INT32, [token_type(token) for token in VOCABULARY]),
        ("tokenizer.ggml.merges", STRING, []),
        ("tokenizer.ggml.bos_token_id", UINT32, BOS),
        ("tokenizer.ggml.eos_token_id", UINT32, EOS),
        ("tokenizer.ggml.padding_token_id", UINT32, PAD),
        ("tokenizer.ggml.add_bos_token", BOOL, False),
    ]


def interleaved(weight, shape):
    """llama.cpp turns neighbours (0,1), (2,3), ...; here a head's two halves are turned against each other."""
    halves = weight.reshape(shape.heads, 2, shape.head_size // 2, shape.width)
    return halves.swapaxes(1, 2).reshape(weight.shape)


def tensors(model):
    shape = model.shape
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    yield "token_embd.weight", weights["embedding"]
    for i in range(shape.layers):
        layer = {name.split(".")[-1]: w for name, w in weights.items() if name.startswith(f"layers.{i}.")}
        q, k, v = layer["qkv"]
        gate, up = layer["gate_up"]
        yield f"blk.{i}.attn_norm.weight", layer["attention_norm"]
        yield f"blk.{i}.attn_q.weight", interleaved(q, shape)
        yield f"blk.{i}.attn_k.weight", interleaved(k, shape)
        yield f"blk.{i}.attn_v.weight", v
        yield f"blk.{i}.attn_output.weight", layer["out"]
        yield f"blk.{i}.ffn_norm.weight", layer["mlp_norm"]
        yield f"blk.{i}.ffn_gate.weight", gate
        yield f"blk.{i}.ffn_up.weight", up
        yield f"blk.{i}.ffn_down.weight", layer["down"]
    yield "output_norm.weight", weights["norm"]


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def gguf(model):
    entries = [entry(*fields) for fields in metadata(model.shape)]
    infos, body = [], b""
    for name, tensor in tensors(model):
        dimensions = tensor.shape[::-1]
        infos.append(string(name) + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, 0, len(body)))
        body += padded(np.ascontiguousarray(tensor, dtype="<f4").tobytes())
    header = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(entries))
    return padded(header + b"".join(entries) + b"".join(infos)) + body


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("out")
    args = parser.parse_args()
    model, facts = load(args.weights)
    data = gguf(model)
    with open(args.out, "wb") as file:
        file.write(data)
    print(f"{args.out}: {len(data):,} bytes, {model.parameters_exported():,} parameters, {facts}")
    print("sha256", hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    main()
