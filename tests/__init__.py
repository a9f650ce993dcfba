"""The tests, a folder a room of the package; what they share is in `support`."""
