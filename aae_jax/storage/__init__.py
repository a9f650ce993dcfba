"""Files that are never half written, arrays without pickle, cache folders and locks."""
