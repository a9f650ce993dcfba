"""The recipes whose encoder reads a class beside the style."""

from dataclasses import replace

from aae_jax.algorithms.clustering import Clustering, Clusters
from aae_jax.algorithms.consistency import Consistency
from aae_jax.algorithms.reduction import Reduction
from aae_jax.algorithms.reduction_clusters import ReductionClusters
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.core.changes import alike
from aae_jax.core.config import Config
from aae_jax.core.optimizers import SGD, Adam
from aae_jax.core.priors import Gaussian

SEMI_SUPERVISED = SemiSupervised(
    prior=Gaussian(std=1.0),
    latent_dim=10,
    hidden_dim=500,
    weight_init="lecun_normal",
    activation="relu",
    num_labels=100,
    input_noise=0.0,
    discriminator_noise=0.3,
    consistency=Consistency(weight=1.0, radius=1.5, entropy_weight=1.0, rise=0.5),
    reconstruction=Adam(lr=1e-3, beta1=0.9, hold=0.5),
    style_discriminator=Adam(lr=3e-4, beta1=0.1, hold=0.5),
    content_discriminator=Adam(lr=3e-4, beta1=0.1, hold=0.5),
    generator=Adam(lr=3e-4, beta1=0.1, hold=0.5),
    classification=Adam(lr=1e-3, beta1=0.9, hold=0.5),
    schedule="cosine",
    batch_size=100,
    epochs=40,
)
"""Reads digits with few labels (Makhzani et al. 2015, section 5), and consistently.

One set of values for every number of labels, chosen on the validation split;
docs/paper.md has what it reaches, and with how many labels it was chosen.
"""

SEMI_SUPERVISED_SMALL = replace(
    SEMI_SUPERVISED,
    latent_dim=8,
    hidden_dim=256,
    consistency=Consistency(weight=1.0, radius=0.6, entropy_weight=1.0, rise=0.5),
    epochs=150,
)
"""`semi_supervised` for sets of a few thousand images, such as the 8 x 8 `digits`.

The radius goes with the length of an image, which is 3.9 there and 9.2 on MNIST.
"""

ADVERSARIAL = SGD(lr=0.1, momentum=0.1)

SEMI_SUPERVISED_PAPER = replace(
    SEMI_SUPERVISED,
    hidden_dim=1000,
    weight_init="normal",
    input_noise=0.3,
    discriminator_noise=0.0,
    consistency=Consistency(),
    reconstruction=SGD(lr=0.01, momentum=0.9),
    style_discriminator=ADVERSARIAL,
    content_discriminator=ADVERSARIAL,
    generator=ADVERSARIAL,
    classification=SGD(lr=0.1, momentum=0.9),
    schedule="drops",
    epochs=1500,
)
"""The paper's settings, as far as they are known; docs/paper.md has what is open."""


def two_headed(few: SemiSupervised, num_labels: int) -> dict[str, Config]:
    """Return `semi_supervised` and its relatives, by name.

    semi_supervised_long: wider and longer, for a machine that has hours.
    semi_supervised_paper: with the paper's settings, whatever the size of the set.
    clustering: no label anywhere, as in the paper (Makhzani et al. 2015, section 6).
    reduction: a map in the plane (section 7), from `num_labels` labels.
    reduction_clusters: the same without a label.
    """
    paper = {"prior": Clusters(number=16), "consistency": Consistency()}
    return {
        "semi_supervised": few,
        "semi_supervised_long": replace(few, hidden_dim=1000, epochs=5 * few.epochs),
        "semi_supervised_paper": SEMI_SUPERVISED_PAPER,
        "clustering": alike(Clustering, few, latent_dim=5, **paper),
        "reduction": alike(Reduction, few, latent_dim=2, num_labels=num_labels),
        "reduction_clusters": alike(ReductionClusters, few, latent_dim=2),
    }
