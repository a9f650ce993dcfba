"""The training step in other libraries, each in a process and environment of its own.

What runs there (`worker`, and what it imports) needs NumPy alone beside the library of
the peer; `ours`, `processes` and `settings` are this side of the pipe.
"""
