"""The search for the settings of `default`: what is tried, and how it is judged."""
