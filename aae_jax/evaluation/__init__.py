"""How well a trained model separates style from content, beside floors and ceilings.

`metrics` has pure functions of arrays. Beside it `measures` composes them for one
model, which `judge` reads the images of, and `table` lays out what was found.
"""
