"""The report on disentanglement: which runs, how they are measured, how it is shown."""
