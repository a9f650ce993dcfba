"""The metrics: pure functions of arrays, one file an idea, that know no model."""
