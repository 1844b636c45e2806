"""Muon for the matrices of the layers, AdamW for everything else."""
import torch

ADAM_RATE = 3e-3
# bf16 is several times faster where the processor multiplies it, and thirty times slower where it does not.
KIND = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


class Muon:
    """Momentum, made orthogonal (Newton-Schulz, 5 steps), for stacks of matrices of one shape."""

    def __init__(self, matrices, momentum=0.95):
        self.momentum, self.groups = momentum, {}
        for p in matrices:
            self.groups.setdefault(tuple(p.shape[-2:]), []).append(p)
        self.buffers = {p: torch.zeros_like(p) for p in matrices}

    @torch.no_grad()
    def step(self, rate):
        for (rows, columns), group in self.groups.items():
            for p in group:
                self.buffers[p].lerp_(p.grad, 1 - self.momentum)
            stack = torch.cat([torch.lerp(p.grad, self.buffers[p], self.momentum).view(-1, rows, columns) for p in group])
            update = orthogonal(stack) * max(1.0, rows / columns) ** 0.5
            at = 0
            for p in group:
                count = p.numel() // (rows * columns)
                p.sub_(update[at : at + count].view_as(p), alpha=rate)
                at += count


def orthogonal(x, steps=5):
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).to(KIND)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


def optimisers(model):
    """Muon for the matrices of the layers, AdamW for the rest."""
    matrices = [p for name, p in model.named_parameters() if name.startswith("layers") and p.ndim > 1]
    others = [p for p in model.parameters() if not any(p is m for m in matrices)]
    return Muon(matrices), torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.0)
