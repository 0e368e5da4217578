"""The package as people get it: a wheel, installed where nothing else is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import headgate

PACKAGE = Path(__file__).parents[1]
SOURCES = sorted((PACKAGE / "src" / "headgate").rglob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # As pip builds it, but with the hatchling that is here: no test asks a registry.
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=PACKAGE, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_package_and_its_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"headgate/py.typed", "headgate/compat/__init__.py", "headgate/transport.py"} <= set(names)
    assert not [each for each in names if "test" in each]
    metadata = zipfile.ZipFile(wheel).read(next(each for each in names if each.endswith("/METADATA"))).decode()
    assert "Requires-Python: >=3.10" in metadata and f"Version: {headgate.__version__}" in metadata
    assert not re.findall(r"^Requires-Dist: (?!.*extra ==).*$", metadata, re.M)
    entry = zipfile.ZipFile(wheel).read(next(each for each in names if each.endswith("/entry_points.txt"))).decode()
    assert "headgate = headgate.filesystem:HeadgateFileSystem" in entry


def test_installed_alone_it_works_with_the_standard_library(wheel: Path, url: str, token: str, tmp_path: Path) -> None:
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--quiet", "--target", str(tmp_path / "site")]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True)
    program = """
import importlib.metadata, sys
from headgate import Headgate, MissingExtra
hg = Headgate()
table = hg.sources.get("data-warehouse-sql").tables["experiments"]
print(len(table.head(3)), table._repr_html_()[:3], hg.objects.user.list("no such"))
hints = []
for ask in (table.to_dataframe, table.to_arrow, table.to_polars, hg.duckdb):
    try:
        ask()
    except MissingExtra as missing:
        hints.append(str(missing).partition("pip install ")[2])
print(hints)
(entry,) = [each for each in importlib.metadata.entry_points(group="fsspec.specs") if each.name == "headgate"]
foreign = {each.split(".")[0] for each in sys.modules} - set(sys.stdlib_module_names) - {"headgate", "__main__"}
print(sorted(each for each in foreign if not each.startswith("_")))
"""
    # -S leaves out what else is installed, -I what the environment adds.
    run = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); exec({program!r})"
    environment = {"HEADGATE_URL": url, "HEADGATE_TOKEN": token, "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
    found = subprocess.run([sys.executable, "-I", "-S", "-c", run], env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    first, hints, foreign = found.stdout.splitlines()
    assert first == "3 <p> []" and foreign == "[]"
    extras = ("pandas", "arrow", "polars", "duckdb")
    assert hints == str([f"'headgate[{each}]'" for each in extras])


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: each.name)
def test_every_file_is_python_3_10(source: Path) -> None:
    # mypy, told 3.10, checks what of the standard library is used; this, the grammar.
    ast.parse(source.read_text("utf-8"), feature_version=(3, 10))
