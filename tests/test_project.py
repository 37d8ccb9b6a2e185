"""What the project says of itself: environments alike, README's commands true, files as they are."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

#: Names that conda spells otherwise.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


def _requirements(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *(project["project"]["optional-dependencies"][extra] for extra in ("lab", "cluster")),
        project["dependency-groups"]["dev"],
    ]
    pairs = [re.match(r"([\w-]+)(.*)", line).groups() for lines in lists for line in lines]
    found = {CONDA_NAMES.get(name.lower(), name.lower()): bounds for name, bounds in pairs}
    return found | {"python": project["project"]["requires-python"]}


def test_conda_has_the_same_environment(root):
    text = (root / "environment.yml").read_text(encoding="utf-8")
    lines = [d for d in yaml.safe_load(text)["dependencies"] if isinstance(d, str)]
    pairs = [re.match(r"([\w-]+)(.*)", line).groups() for line in lines]
    assert {n: b for n, b in pairs if n != "pip"} == _requirements(root)


def test_the_lock_is_that_of_the_project(root):
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    own = next(p for p in lock["package"] if p["name"] == "ecolib")
    locked = {d["name"] for d in own["dependencies"]}
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert locked == {re.match(r"[\w-]+", d)[0] for d in project["project"]["dependencies"]}


def _blocks(root, name, language):
    text = (root / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.S)


def test_the_python_examples_of_the_readme_print_what_it_says(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    examples = _blocks(root, "README.md", "python")
    assert len(examples) >= 2
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example], cwd=root, capture_output=True, text=True, check=True
        )
        assert f"prints `{done.stdout.strip()}`" in text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_command_of_the_readme_exists(root, name):
    from ecolib.cli import cli

    lines = [line for block in _blocks(root, name, "") for line in block.splitlines()]
    commands = re.findall(r"ecolib (\w+)", "\n".join(line for line in lines if "uv run" in line))
    assert {"run", "list", "check", "lab"} <= set(commands)
    assert set(commands) <= set(cli.commands)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_what_the_readme_points_to_is_there(root, name):
    text = (root / name).read_text(encoding="utf-8")
    links = [t for t in re.findall(r"\]\(([^)]+)\)", text) if "://" not in t]
    assert links
    for target in links:
        assert (root / target).is_file(), target


def test_the_commands_of_both_readmes_are_the_same(root):
    def commands(name):
        lines = [line for block in _blocks(root, name, "") for line in block.splitlines()]
        found = [line.partition("#")[0].replace("--lang en", "").split() for line in lines]
        return [words for words in found if words[:2] in (["uv", "run"], ["pip", "install"])]

    assert commands("README.md") == commands("README.zh-CN.md")


def test_the_column_list_is_that_of_the_data_dictionary(root):
    from ecolib.data.__main__ import renewed

    text = (root / "data/README.md").read_text(encoding="utf-8")
    assert renewed(text) == text, "run: uv run python -m ecolib.data"


def test_every_public_name_is_there():
    import ecolib

    for name in ecolib.__all__:
        assert getattr(ecolib, name) is not None
    # A submodule of the same name would hide a function once it is imported.
    assert callable(ecolib.audit) and callable(ecolib.outlook) and callable(ecolib.run)
