"""The tables of Makhzani et al. 2015: which runs, how they are measured and shown."""
