"""A trained model as one HTML file to play with: no server, no network.

`page_of` puts encoder and decoder, in half precision, into a page whose scripts lie in
`static/`.
"""

from aae_jax.page.document import page_of

__all__ = ["page_of"]
