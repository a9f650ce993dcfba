"""Settings of Sphinx; `python -m website` builds with them."""

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import aae_jax  # noqa: E402

project = "aae-jax"
author = copyright = "The aae-jax authors"  # noqa: A001
version = release = aae_jax.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "website.docstrings",
    "website.mathml",
]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_fence_as_directive = ["math"]
myst_dmath_double_inline = True
html_math_renderer = "mathml"

default_role = "code"
napoleon_use_ivar = True
napoleon_custom_sections = ["Returns"]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 78
add_module_names = False

html_theme = "furo"
html_title = "aae-jax"
_project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
_code = {"name": "Code", "url": _project["urls"]["Repository"], "html": "Code"}
html_theme_options = {"footer_icons": [{**_code, "class": ""}]}
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
