"""The rooms of the package: which may look at which, read from the imports with `ast`.

A file imports from rooms above its own and from its own, and no two files import each
other in a circle: also not by way of an import inside a function.
"""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "aae_jax"
ROWS = (
    {"errors"},
    {"storage"},
    {"data", "imaging"},
    {"core"},
    {"algorithms"},
    {"evaluation"},
    {"engine"},
    {"plotting"},
    {"runs"},
    {"pretrained", "page", "export"},
    {"commands"},
)
ABOVE = {room: set().union(*ROWS[:i]) for i, row in enumerate(ROWS) for room in row}
WITHOUT_JAX = {"errors", "storage", "data", "imaging"}
# What takes long to import, and so may be imported late.
HEAVY = (
    "aae_jax.data.builders",
    "aae_jax.evaluation",
    "aae_jax.plotting",
    "aae_jax.runs.checkpoints",
)


def name_of(file: Path) -> str:
    """Return what a file of the package is imported as."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str:
    return name.split(".")[1]


# The package itself is no room: it names what is public, and imports it when asked.
TREES = {
    name_of(file): ast.parse(file.read_text())
    for file in PACKAGE.rglob("*.py")
    if file != PACKAGE / "__init__.py"
}


def imports(tree: ast.AST) -> set[str]:
    """Return all modules that a piece of code imports, wherever it does."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & TREES.keys() or {f"{node.module}"}
    return found


def test_files_import_from_their_room_and_rooms_above_it() -> None:
    links = {(name, to) for name, tree in TREES.items() for to in imports(tree)}
    rooms = {(n, room_of(n), room_of(to)) for n, to in links if to in TREES}
    assert not {link for link in rooms if link[2] not in ABOVE[link[1]] | {link[1]}}


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = {name: imports(tree) & TREES.keys() for name, tree in TREES.items()}
    TopologicalSorter(graph).prepare()


def test_imports_are_late_for_the_sake_of_the_start_alone() -> None:
    late = {
        (name, to)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and room_of(name) != "commands"
        for to in imports(node) & TREES.keys()
    }
    assert not {(name, to) for name, to in late if not to.startswith(HEAVY)}


def test_pictures_and_files_are_read_without_jax() -> None:
    for name, tree in TREES.items():
        libraries = {to.split(".")[0] for to in imports(tree)}
        if room_of(name) in WITHOUT_JAX:
            assert not libraries & {"jax", "flax", "optax", "orbax"}, name


def test_imports_are_absolute() -> None:
    nodes = (node for tree in TREES.values() for node in ast.walk(tree))
    assert not any(isinstance(n, ast.ImportFrom) and n.level for n in nodes)
