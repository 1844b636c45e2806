"""A Llama-shaped transformer, small enough to read: RMSNorm, RoPE (rotate-half), SwiGLU, tied embeddings.

    model = Model(Shape(layers=4)); logits = model(ids)

While it trains, a throw-away head after every layer reads the running value at each operation
(`auxiliary`); they are neither exported nor used at inference.
"""
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from corpus import VOCABULARY


@dataclass(frozen=True)
class Shape:
    layers: int = 4
    width: int = 128
    heads: int = 4
    head_size: int = 32
    hidden: int = 344
    context: int = 1024
    rope_base: float = 10000.0
    epsilon: float = 1e-5
    vocabulary: int = len(VOCABULARY)


def rotary(shape, length):
    half = shape.head_size // 2
    frequency = shape.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(length, dtype=torch.float64)[:, None] * frequency
    return torch.cat([angle.cos()] * 2, -1).float(), torch.cat([-angle.sin(), angle.sin()], -1).float()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([x[..., half:], x[..., :half]], -1) * sin


def attend(q, k, v):
    """Causal attention. For many short sequences on a CPU its gradient is several times faster than the fused kernel's."""
    length = q.shape[-2]
    scores = q @ k.mT * q.shape[-1] ** -0.5
    hidden = torch.full((length, length), float("-inf"), dtype=q.dtype).triu(1)
    return torch.softmax(scores + hidden, -1) @ v


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape, inner = shape, shape.heads * shape.head_size
        self.attention_norm = nn.Parameter(torch.ones(shape.width))
        self.qkv = nn.Parameter(torch.randn(3, inner, shape.width) * shape.width**-0.5)
        self.out = nn.Parameter(torch.zeros(shape.width, inner))
        self.mlp_norm = nn.Parameter(torch.ones(shape.width))
        self.gate_up = nn.Parameter(torch.randn(2, shape.hidden, shape.width) * shape.width**-0.5)
        self.down = nn.Parameter(torch.zeros(shape.width, shape.hidden))

    def forward(self, x, rope, cache=None):
        rows, length, width = x.shape
        heads, size, kind = self.shape.heads, self.shape.head_size, rope[0].dtype
        h = F.rms_norm(x, (width,), self.attention_norm, self.shape.epsilon).to(kind)
        qkv = F.linear(h, self.qkv.flatten(0, 1).to(kind)).view(rows, length, 3, heads, size).permute(2, 0, 3, 1, 4)
        q, k = rotate(qkv[:2], *rope)
        v = qkv[2]
        if cache is not None:
            k, v = cache.extend(self, k, v)
        mask = None if cache is None else cache.mask
        a = attend(q, k, v) if mask is None else F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + F.linear(a.transpose(1, 2).reshape(rows, length, heads * size), self.out.to(kind))
        h = F.rms_norm(x, (width,), self.mlp_norm, self.shape.epsilon).to(kind)
        gate, up = F.linear(h, self.gate_up.flatten(0, 1).to(kind)).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self.down.to(kind))


class Model(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.1)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.width))
        self.auxiliary = nn.ParameterList(torch.zeros(10, shape.width) for _ in range(shape.layers))
        self.auxiliary_finished = nn.Parameter(torch.zeros(10, shape.width))
        self.register_buffer("cos", rotary(shape, shape.context)[0], persistent=False)
        self.register_buffer("sin", rotary(shape, shape.context)[1], persistent=False)

    def logits(self, x):
        return F.linear(F.rms_norm(x, (self.shape.width,), self.norm, self.shape.epsilon), self.embedding)

    def forward(self, ids):
        return self.states(ids)[-1]

    def states(self, ids, kind=torch.float32):
        """The residual stream after every layer; `kind` is the number type inside the layers."""
        rope = self.cos[: ids.shape[1]].to(kind), self.sin[: ids.shape[1]].to(kind)
        x, states = F.embedding(ids, self.embedding), []
        for layer in self.layers:
            x = layer(x, rope)
            states.append(x)
        return states

    def parameters_exported(self):
        return sum(p.numel() for name, p in self.named_parameters() if not name.startswith("auxiliary"))


def save(model, path, **facts):
    torch.save({"shape": asdict(model.shape), "weights": model.state_dict(), "facts": facts}, path)


def load(path):
    stored = torch.load(path, weights_only=True)
    model = Model(Shape(**stored["shape"]))
    model.load_state_dict(stored["weights"])
    return model.eval(), stored["facts"]
