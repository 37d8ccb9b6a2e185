"""What the project says of itself: environments alike, README's commands true, files as they are."""

import io
import re
import tomllib
from contextlib import redirect_stdout

import pytest
import yaml

#: Names that conda spells otherwise.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


def _requirements(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *(
            project["project"]["optional-dependencies"][extra]
            for extra in ("lab", "word", "cluster")
        ),
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


@pytest.mark.parametrize(("name", "says"), [("README.md", "prints"), ("README.zh-CN.md", "输出")])
def test_the_python_examples_of_the_readme_print_what_it_says(root, name, says, monkeypatch):
    from matplotlib import pyplot, rc_context

    monkeypatch.chdir(root)
    text = (root / name).read_text(encoding="utf-8")
    examples = _blocks(root, name, "python")
    assert len(examples) >= 2
    for example in examples:
        with redirect_stdout(io.StringIO()) as printed, rc_context():
            exec(example, {})
        assert f"{says} `{printed.getvalue().strip()}`" in text
    pyplot.close("all")


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
    rooms = re.findall(r"^  (\w+)/ ", text, re.M)
    assert set(rooms) == {p.parent.name for p in root.glob("ecolib/*/__init__.py")}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_tree_of_the_readme_is_that_of_the_project(root, name):
    (tree,) = (block for block in _blocks(root, name, "") if block.startswith("params/"))
    assert [n for n in re.findall(r"^(\w+)/", tree, re.M) if not (root / n).is_dir()] == []
    packages = {path.parent.name for path in (root / "ecolib").glob("*/__init__.py")}
    assert set(re.findall(r"^  (\w+)/", tree, re.M)) == packages


def test_the_commands_of_both_readmes_are_the_same(root):
    def commands(name):
        lines = [line for block in _blocks(root, name, "") for line in block.splitlines()]
        found = [line.partition("#")[0].replace("--lang en", "").split() for line in lines]
        return [words for words in found if words[:2] in (["uv", "run"], ["pip", "install"])]

    assert commands("README.md") == commands("README.zh-CN.md")


@pytest.mark.parametrize("page", ["data/README.md", "params/README.md"])
def test_the_lists_are_those_of_the_program(root, page):
    from ecolib.data.__main__ import PAGES, renewed

    text = (root / page).read_text(encoding="utf-8")
    assert renewed(text, PAGES[page]()) == text, "run: uv run python -m ecolib.data"


def test_every_key_is_explained_and_its_example_is_right(root, tmp_path):
    from ecolib.data.corrections import Correction
    from ecolib.data.keys import about, models_in
    from ecolib.data.params import Params, Settings
    from ecolib.data.yaml_file import read_yaml

    def models(model):
        yield model
        for field in model.model_fields.values():
            for below in models_in(field.annotation):
                yield from models(below)

    path = tmp_path / "examples.yml"
    for model in {*models(Params), *models(Correction), Settings}:
        fields = model.model_fields.items()
        assert all(about(model, name) for name, _ in fields), model
        shown = {name: field.examples[0] for name, field in fields if field.examples}
        if shown:
            text = "".join(f"{name}: {example}\n" for name, example in shown.items())
            path.write_text(text, encoding="utf-8")
            model.model_validate(dict(read_yaml(path)))


def test_every_public_name_is_there():
    import ecolib

    for name in ecolib.__all__:
        assert getattr(ecolib, name) is not None
    # A submodule of the same name would hide a function once it is imported.
    assert callable(ecolib.audit) and callable(ecolib.outlook) and callable(ecolib.run)
