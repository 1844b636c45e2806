"""The bundled model as Hugging Face files, for servers that read no GGUF (vLLM, SGLang).

    pip install gguf numpy safetensors
    python training/to_hugging_face.py models/pico/pico.gguf FOLDER

Undoes the interleaved rotary order that GGUF keeps of q and k. Control tokens become added tokens, and the chat template opens the
thought. generation_config.json samples on purpose: a client that leaves fields out to the server is noticed by its answers.
"""
import json
import os
import sys

import numpy as np
from gguf import GGUFReader
from safetensors.numpy import save_file

CONTROL, NORMAL = 3, 1


def read(path):
    reader = GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    tensors = {
        tensor.name: np.array(tensor.data, dtype=np.float32).reshape([int(size) for size in tensor.shape][::-1])
        for tensor in reader.tensors
    }
    return fields, tensors


def halves(weight, heads, size):
    """(heads, pairs, 2) -> (heads, 2, pairs): the two halves of each rotation apart, as transformers has them."""
    apart = weight.reshape(heads, size // 2, 2, weight.shape[1]).swapaxes(1, 2)
    return np.ascontiguousarray(apart.reshape(weight.shape))


def weights(fields, tensors):
    size = fields["llama.attention.key_length"]
    heads, kv_heads = fields["llama.attention.head_count"], fields["llama.attention.head_count_kv"]
    named = {"model.embed_tokens.weight": tensors["token_embd.weight"], "model.norm.weight": tensors["output_norm.weight"]}
    for layer in range(fields["llama.block_count"]):
        ours, theirs = f"blk.{layer}.", f"model.layers.{layer}."
        named[theirs + "self_attn.q_proj.weight"] = halves(tensors[ours + "attn_q.weight"], heads, size)
        named[theirs + "self_attn.k_proj.weight"] = halves(tensors[ours + "attn_k.weight"], kv_heads, size)
        for from_name, to_name in {
            "attn_norm": "input_layernorm",
            "attn_v": "self_attn.v_proj",
            "attn_output": "self_attn.o_proj",
            "ffn_norm": "post_attention_layernorm",
            "ffn_gate": "mlp.gate_proj",
            "ffn_up": "mlp.up_proj",
            "ffn_down": "mlp.down_proj",
        }.items():
            named[f"{theirs}{to_name}.weight"] = tensors[f"{ours}{from_name}.weight"]
    return named


def config(fields, tokens):
    ids = {f"{name}_token_id": fields[f"tokenizer.ggml.{key}_token_id"] for name, key in [("bos", "bos"), ("eos", "eos"), ("pad", "padding")]}
    shape = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": fields["llama.embedding_length"],
        "intermediate_size": fields["llama.feed_forward_length"],
        "num_hidden_layers": fields["llama.block_count"],
        "num_attention_heads": fields["llama.attention.head_count"],
        "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "head_dim": fields["llama.attention.key_length"],
        "vocab_size": len(tokens),
        "max_position_embeddings": fields["llama.context_length"],
        "rms_norm_eps": float(fields["llama.attention.layer_norm_rms_epsilon"]),
        "rope_theta": float(fields["llama.rope.freq_base"]),
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "attention_bias": False,
        "mlp_bias": False,
        **ids,
    }
    return shape, ids


def tokenizer(tokens, types):
    added = [
        {"id": at, "content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": types[at] == CONTROL}
        for at, text in enumerate(tokens)
        if types[at] != NORMAL
    ]
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {**byte_level, "add_prefix_space": False},
        "post_processor": None,
        "decoder": {**byte_level, "add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {text: at for at, text in enumerate(tokens)},
            "merges": [],
        },
    }


TEMPLATE = "{{ bos_token }}{{ messages[-1]['content'] }}{% if add_generation_prompt %}<think>{% endif %}"


def main(source, folder):
    fields, tensors = read(source)
    tokens, types = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    shape, ids = config(fields, tokens)
    os.makedirs(folder, exist_ok=True)
    save_file(weights(fields, tensors), os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    texts = {f"{name}_token": tokens[ids[f"{name}_token_id"]] for name in ["bos", "eos", "pad"]}
    files = {
        "config.json": shape,
        "generation_config.json": {**ids, "do_sample": True, "temperature": 0.6, "top_p": 0.95, "top_k": 20},
        "tokenizer.json": tokenizer(tokens, types),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape["max_position_embeddings"],
            "clean_up_tokenization_spaces": False,
            "add_bos_token": False,
            "chat_template": TEMPLATE,
            **texts,
        },
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
