import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def test_mypy_strict_finds_nothing(tmp_path: Path) -> None:
    args = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)]
    found = subprocess.run(args, cwd=PACKAGE, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
