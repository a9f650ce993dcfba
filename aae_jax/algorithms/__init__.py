"""The algorithms, one file each: a section of the paper.

`catalog` has them by the short words that saved configs name them by, `recipes` has
complete configurations, and `sampling` what a trained model is for.
"""
