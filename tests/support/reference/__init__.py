"""Training steps in NumPy alone, derived by hand: a second opinion on every algorithm.

No autodiff, no optimizer library, float64 throughout; one file an algorithm, to read in
one go. Shapes: B images of P = H * W * C pixels, Z latent dimensions, K classes. A name
d_x is the derivative of the loss by x.
"""
