"""How all figures look, and how they are saved."""

from pathlib import Path

from matplotlib.figure import Figure

INK, MUTED, CODES, PRIOR = "#1b1b1b", "#6b6b6b", "#2a6fbb", "#d1495b"


def save_figure(figure: Figure, path: Path, dpi: int = 150) -> Path:
    """Write the figure as a PNG, making the folder, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=dpi, facecolor="white")
    return path
