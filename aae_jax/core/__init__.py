"""The ingredients of every algorithm, and nothing of any one of them.

`phases` is the lesson: a phase descends with an optimizer of its own on some of the
networks while all others are constants, and a step runs the phases in order.
"""
