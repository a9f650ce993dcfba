"""The documentation as a site: the Markdown of the repository, and API from docstrings.

`python -m website` builds it strictly; it is not part of the package.
"""
