"""Where things stand in the repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
ZOO: Final = ROOT / "specs" / "zoo"
