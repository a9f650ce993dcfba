"""The training step as a TensorFlow graph, three `session.run` a step.

Written as in 2017, through `tf.compat.v1`: each phase is a fetch of its own, fed with
the batch, and so encodes it again.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from benchmarks.peers.problem import Network, Problem
from benchmarks.peers.protocol import PeerError, Task

v1 = tf.compat.v1
BETA2 = 0.999
EPSILON = 1e-8


class Peer:
    """The graph, its session, and a step."""

    def __init__(self, problem: Problem, task: Task):
        self.version = f"tensorflow {tf.__version__}"
        check_device(task)
        v1.disable_v2_behavior()
        self._problem, self._num_steps = problem, 0
        self._rng = np.random.default_rng(seed=0)
        self._place_inputs()
        self._fetches = self._phases()
        config = v1.ConfigProto(
            intra_op_parallelism_threads=task.threads,
            inter_op_parallelism_threads=task.threads,
        )
        self._session = v1.Session(config=config)
        self._session.run(v1.global_variables_initializer())

    def step(self, place: int, prior: np.ndarray | None) -> list[float]:
        """Run the three phases; see `Trainer`."""
        problem, indices = self._problem, self._problem.order[place]
        if prior is None:
            prior = problem.prior_std * self._rng.standard_normal(
                problem.priors.shape[1:], dtype=np.float32
            )
        self._num_steps += 1
        fed = {
            self._images: problem.images[indices],
            self._labels: problem.labels[indices],
            self._prior: prior,
            self._epsilon: EPSILON * np.sqrt(1 - BETA2**self._num_steps),
        }
        return [self._session.run(fetch, fed)[1] for fetch in self._fetches]

    def finish(self, losses: list[list[float]]) -> np.ndarray:
        """Return the losses [steps, 3]; every run of the session has ended."""
        return np.array(losses)

    def _place_inputs(self) -> None:
        problem = self._problem
        batch = problem.order.shape[1]
        self._images = v1.placeholder(tf.float32, [batch, problem.images.shape[1]])
        self._labels = v1.placeholder(tf.float32, [batch, problem.labels.shape[1]])
        self._prior = v1.placeholder(tf.float32, problem.priors.shape[1:])
        # This Adam adds epsilon before it corrects the bias; fed, it is that of others.
        self._epsilon = v1.placeholder(tf.float32, [])

    def _phases(self) -> list[list[tf.Tensor]]:
        """Build the graph; returns the update and the loss of each phase."""
        problem = self._problem
        encode, encoder = network(problem.encoder)
        decode, decoder = network(problem.decoder)
        judge, discriminator = network(problem.discriminator)
        codes = encode(self._images)
        painted = tf.sigmoid(decode(tf.concat([self._labels, codes], axis=1)))
        fake, real = judge(codes), judge(self._prior)
        losses = (
            tf.reduce_mean(tf.square(painted - self._images)),
            cross_entropy(real, tf.ones_like) + cross_entropy(fake, tf.zeros_like),
            cross_entropy(fake, tf.ones_like),
        )
        trained = encoder + decoder, discriminator, encoder
        return [
            [self._adam().minimize(loss, var_list=variables), loss]
            for loss, variables in zip(losses, trained, strict=True)
        ]

    def _adam(self) -> tf.compat.v1.train.Optimizer:
        problem = self._problem
        return v1.train.AdamOptimizer(
            problem.learning_rate, problem.beta1, BETA2, self._epsilon
        )


def check_device(task: Task) -> None:
    """Raise PeerError where this TensorFlow has no use of the device."""
    if task.device == "gpu" and not tf.config.list_physical_devices("GPU"):
        raise PeerError("this TensorFlow finds no GPU")


def network(
    arrays: Network,
) -> tuple[Callable[[tf.Tensor], tf.Tensor], list[tf.Variable]]:
    """Return the function that W1 b1 W2 b2 W3 b3 make, and its variables."""
    variables = [v1.Variable(array) for array in arrays]
    W1, b1, W2, b2, W3, b3 = variables

    def forward(x: tf.Tensor) -> tf.Tensor:
        h1 = tf.nn.relu(tf.matmul(x, W1) + b1)
        h2 = tf.nn.relu(tf.matmul(h1, W2) + b2)
        return tf.matmul(h2, W3) + b3

    return forward, variables


def cross_entropy(
    logits: tf.Tensor, target: Callable[[tf.Tensor], tf.Tensor]
) -> tf.Tensor:
    """Return the mean cross entropy of logits to ones or zeros."""
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=target(logits), logits=logits)
    )
