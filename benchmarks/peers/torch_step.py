"""The training step in PyTorch, eager or compiled, as written for speed.

Pictures and labels are on the device already, scaled and one-hot. Gradients are set to
None, the discriminator is frozen while the encoder learns to pass, and the codes of one
forward pass serve both halves of the regularization phase.
"""

import os
import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from benchmarks.peers.problem import Network, Problem
from benchmarks.peers.protocol import PeerError, Task


class Peer:
    """Three networks, three fused Adams, and a step."""

    def __init__(self, problem: Problem, task: Task):
        self.version = f"torch {torch.__version__}"
        self._device = prepare(task)
        place = partial(torch.tensor, device=self._device)
        self._images, self._labels = place(problem.images), place(problem.labels)
        self._order = place(problem.order)
        self._prior_shape, self._prior_std = problem.priors.shape[1:], problem.prior_std
        self._encoder = network(problem.encoder).to(self._device)
        self._decoder = network(problem.decoder).to(self._device)
        self._discriminator = network(problem.discriminator).to(self._device)
        adam = partial(
            torch.optim.Adam,
            lr=problem.learning_rate,
            betas=(problem.beta1, 0.999),
            fused=True,
        )
        encoder = list(self._encoder.parameters())
        self._reconstruction = adam([*encoder, *self._decoder.parameters()])
        self._discrimination = adam(self._discriminator.parameters())
        self._generation = adam(encoder)
        compiled = compiler(task)
        self._encode = compiled(self._encoder)
        self._reconstruct = compiled(self._reconstruction_loss)
        self._discriminate = compiled(self._discriminator_loss)
        self._generate = compiled(self._generator_loss)

    def step(self, place: int, prior: np.ndarray | None) -> Tensor:
        """Take the three updates of a batch; see `Trainer`."""
        # Each step may overwrite what the last one's compiled functions returned.
        torch.compiler.cudagraph_mark_step_begin()
        rows, drawn = self._order[place], self._draw(prior)
        images, labels = self._images[rows], self._labels[rows]
        reconstruction = self._reconstruct(images, labels)
        descend(self._reconstruction, reconstruction)
        codes = self._encode(images)
        discrimination = self._discriminate(codes.detach(), drawn)
        descend(self._discrimination, discrimination)
        self._discriminator.requires_grad_(False)
        generation = self._generate(codes)
        descend(self._generation, generation)
        self._discriminator.requires_grad_(True)
        return torch.stack([reconstruction, discrimination, generation]).detach()

    def finish(self, losses: list[Tensor]) -> np.ndarray:
        """Return the losses [steps, 3] when the device is done."""
        return torch.stack(losses).cpu().numpy()

    def _draw(self, prior: np.ndarray | None) -> Tensor:
        if prior is not None:
            return torch.tensor(prior, device=self._device)
        return self._prior_std * torch.randn(self._prior_shape, device=self._device)

    def _reconstruction_loss(self, images: Tensor, labels: Tensor) -> Tensor:
        view = torch.cat([labels, self._encoder(images)], dim=1)
        return mse_loss(self._decoder(view).sigmoid(), images)

    def _discriminator_loss(self, codes: Tensor, prior: Tensor) -> Tensor:
        real, fake = self._discriminator(prior), self._discriminator(codes)
        return cross_entropy(real, 1) + cross_entropy(fake, 0)

    def _generator_loss(self, codes: Tensor) -> Tensor:
        return cross_entropy(self._discriminator(codes), 1)


def prepare(task: Task) -> str:
    """Set PyTorch up as the task asks; returns its name of the device.

    Raises:
      PeerError: This PyTorch has no use of the device.
    """
    if task.device == "gpu" and not torch.cuda.is_available():
        raise PeerError("this PyTorch finds no GPU: install its build for one")
    torch.set_num_threads(task.threads)
    # As XLA does; numbers that nearly vanish would slow a CPU down.
    torch.set_flush_denormal(True)
    tf32 = task.precision == "tf32"
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    return "cuda" if task.device == "gpu" else "cpu"


def compiler(task: Task) -> Callable[[Any], Any]:
    """Return what compiles a function, or leaves it as it is.

    Raises:
      PeerError: There is no compiler for what PyTorch generates.
    """
    if not task.mode:
        return lambda function: function
    if not any(map(shutil.which, filter(None, [os.environ.get("CXX"), "g++"]))):
        raise PeerError("torch.compile needs a C++ compiler: install g++")
    return partial(torch.compile, mode=task.mode, dynamic=False)


def network(arrays: Network) -> nn.Sequential:
    """Return the network that computes with W1 b1 W2 b2 W3 b3."""
    layers: list[Any] = []
    for kernel, bias in zip(arrays[::2], arrays[1::2], strict=True):
        layer = nn.Linear(*kernel.shape)
        layer.weight.data = torch.tensor(kernel.T).contiguous()
        layer.bias.data = torch.tensor(bias)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cross_entropy(logits: Tensor, target: float) -> Tensor:
    """Return the mean cross entropy of logits to one target."""
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def descend(optimizer: Any, loss: Tensor) -> None:
    """Take one step down a loss."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
