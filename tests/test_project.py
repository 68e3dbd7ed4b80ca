"""What the project promises a stranger: two commands, no private places, checks that are really run."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import yaml

HOME = Path(__file__).parent.parent
COMMANDS = ("pip install -e . && python run.py", "pip install -e '.[test]' && pytest")
SKIPPED = {".git", ".venv", "outputs", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"}
LOCKS = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "requirements.txt", "package-lock.json"}


def text_files() -> list[Path]:
    """Files of the project that people wrote as text."""
    kinds = {".py", ".md", ".toml", ".txt", ".cfg", ".yml", ".yaml", ""}
    return [
        path
        for path in HOME.rglob("*")
        if path.is_file() and path.suffix in kinds and SKIPPED.isdisjoint(path.relative_to(HOME).parts)
    ]


def test_readme_gives_the_two_commands_and_ci_takes_them_from_it() -> None:
    """Proves: the README holds both set-up commands, each on a line of its own, and `.ci/run` reads the test command
    from there. If it were ignored: the words for a stranger and what is tested would drift apart."""
    lines = (HOME / "README.md").read_text(encoding="utf-8").splitlines()
    for command in COMMANDS:
        assert command in lines
    script = (HOME / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    for check in (
        "check ruff check",
        "check ruff format --check",
        "mypy >",
        "check lint-imports",
    ):  # mypy beside pytest
        assert f"\n{check}" in script
    assert subprocess.run(["bash", "-n", str(HOME / ".ci" / "run")], check=False).returncode == 0


def test_no_lock_files_and_no_addresses_of_package_indexes() -> None:
    """Proves: nothing ties the project to one machine's package index. If it were ignored: a clone elsewhere would
    ask a host that is not there."""
    hosts = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "index-" + "url", "extra-" + "index"]))
    assert [path for path in text_files() if path.name in LOCKS] == []
    assert [path for path in text_files() if hosts.search(path.read_text(encoding="utf-8", errors="ignore"))] == []


def test_every_import_of_the_model_is_declared() -> None:
    """Proves: each third-party module that `model` imports is a declared dependency. If it were ignored: the first
    command of the README would fail on a fresh machine although it works here."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!\[ ;]", item, maxsplit=1)[0].lower() for item in project["dependencies"]}
    pattern = re.compile(r"^\s*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)
    found: set[str] = set()
    for path in [*(HOME / "model").rglob("*.py"), HOME / "run.py"]:
        code = re.sub(r'"""(?s:.*?)"""', "", path.read_text(encoding="utf-8"))
        found |= set(pattern.findall(code))
    outside = {name.lower() for name in found - set(sys.stdlib_module_names) - {"model"}}
    packaged_as = {"vl_convert": "vl-convert-python"}  # where package and import have two names
    assert {packaged_as.get(name, name) for name in outside} <= declared


def test_solver_version_with_wrong_optima_is_shut_out() -> None:
    """Proves: highspy 1.14, which returned wrong optima, cannot be installed beside the project. If it were ignored:
    a plan could be wrong without anybody noticing."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (bound,) = [item for item in project["dependencies"] if item.startswith("highspy")]
    assert "!=1.14.*" in bound or ">=1.15" in bound


def test_every_file_that_the_model_reads_is_installed_with_it() -> None:
    """Proves: each file in `model/` that is no Python has an ending that the wheel takes along (tables of the schema,
    outlines, styles). If it were ignored: an installed package would fail where a checkout works."""
    settings = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    taken = settings["package-data"]["*"]
    files = [path for path in (HOME / "model").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {path.suffix for path in files} >= {".csv", ".geojson"}
    assert [path for path in files if not any(path.match(pattern) for pattern in taken)] == []


def test_the_program_corridor_is_run_py(tmp_path: Path) -> None:
    """Proves: the installation declares the program `corridor`, which runs the same commands from any folder, by its
    own name. If it were ignored: who installs the planner would have to know where run.py lies."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"corridor": "run:console"}
    code = "import sys; sys.argv = ['/somewhere/corridor', 'solve', '--help']; import run; run.console()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HOME)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("usage: corridor solve")


def test_the_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    """Proves: what a wheel takes along, run from another folder by the name `corridor`, writes a starter case, says the
    next command by its own name, finds no error in the case, and where no case is named says that the shipped one is
    not there (2). If it were ignored: who installs the program would be told of a file run.py and a case that it has
    not."""
    site = tmp_path / "site"
    for path in [HOME / "run.py", *(HOME / "model").rglob("*")]:
        if path.is_file() and "__pycache__" not in path.parts:
            target = site / path.relative_to(HOME)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path) if path.suffix != ".py" else target.write_bytes(path.read_bytes())
    code = (
        "import sys, run\n"
        "sys.argv[0] = '/somewhere/corridor'\n"
        "def ended(*words):\n"
        "    try:\n"
        "        return run.main(words)\n"
        "    except SystemExit as end:\n"
        "        return end.code\n"
        "print(run.__file__, ended('new', 'mine'), ended('check', 'mine'), ended('check'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == f"{site / 'run.py'} 0 0 2", done.stderr
    assert "Solve it: corridor solve mine" in done.stdout
    assert "name a case: the shipped one comes with the source" in done.stderr


def test_citation_names_the_version_and_licence_of_the_project() -> None:
    """Proves: CITATION.cff has what the format requires, and the version, licence and authors of pyproject.toml.
    If it were ignored: people would cite a version that is not the one they used."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert citation["authors"] == [{"name": author["name"]} for author in project["authors"]]


def test_hooks_before_a_commit_are_checks_of_ci_and_fetch_nothing() -> None:
    """Proves: the hooks are local, and each runs a tool that `.ci/run` runs too. If it were ignored: a clone behind a
    wall could not commit, or a commit would pass here and fail there."""
    hooks = yaml.safe_load((HOME / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    script = (HOME / ".ci" / "run").read_text(encoding="utf-8")
    assert [repository["repo"] for repository in hooks] == ["local"]
    tools = [hook["entry"].split(" --")[0] for hook in hooks[0]["hooks"]]
    assert tools == ["ruff check", "ruff format", "mypy", "lint-imports"]
    assert all(re.search(rf"^(check )?{tool} ", script, re.MULTILINE) for tool in tools)


def test_types_are_shipped_and_the_lowest_versions_can_be_read() -> None:
    """Proves: the package says that it is typed, every dependency declares a lowest version, which `.ci/lowest`
    installs, and that script is sound. If it were ignored: type checkers would ignore the annotations,
    and a bound that is too low would be found by a user."""
    settings = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    assert (HOME / "model" / "py.typed").exists()
    assert "py.typed" in settings["tool"]["setuptools"]["package-data"]["*"]
    project = settings["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    assert [item for item in wanted if not re.match(r"[\w.-]+>=[\w.]+", item)] == []
    assert subprocess.run(["bash", "-n", str(HOME / ".ci" / "lowest")], check=False).returncode == 0


def test_files_named_in_docs_are_there() -> None:
    """Proves: every file of the model that README, CONTRIBUTING or docs name by its path exists. If it were ignored: a
    file could move, and its readers would look for it in vain."""
    pages = [HOME / "README.md", HOME / "CONTRIBUTING.md", *sorted((HOME / "docs").glob("*.md"))]
    named = {
        (page.name, path)
        for page in pages
        for path in re.findall(
            r"`((?:model|tests|docs|benchmarks)/[\w./-]+\.(?:py|csv|md|txt|ipynb))`", page.read_text("utf-8")
        )
    }
    named = {(page, path) for page, path in named if "NAME" not in path}  # stands for any
    assert len(named) > 30
    assert sorted((page, path) for page, path in named if not (HOME / path).exists()) == []


def test_every_cost_term_is_held_by_the_import_contract() -> None:
    """Proves: the contract of rows and costs names each file cost.py and cost_….py of a feature, and none that is gone.
    If it were ignored: a cost term could read the solver or the plan, for a pattern like cost_* matches nothing there.
    """
    tools = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (held,) = [set(one["source_modules"]) for one in tools["importlinter"]["contracts"] if one["id"] == "features-rows"]
    files = (HOME / "model" / "features").glob("*/cost_*.py")
    several = {".".join(path.relative_to(HOME).with_suffix("").parts) for path in files}
    assert len(several) >= 9
    assert held == several | {"model.features.*.rows", "model.features.*.cost"}


def imports_of_model() -> dict[str, set[str]]:
    """Modules of `model` that each module of it imports anywhere in its text: for types only and in functions too."""
    paths = {".".join(path.relative_to(HOME).with_suffix("").parts): path for path in (HOME / "model").rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    result: dict[str, set[str]] = {}
    for name, path in modules.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name}: imports are written in full"
                files = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= files if files <= modules.keys() else {str(node.module)} | files
            elif isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
        result[name] = (named & modules.keys()) - {name}
    return result


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that reach each other."""
    reached = {name: set(straight) for name, straight in arrows.items()}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        beyond = set().union(*(reached[other] for other in reached[name]))
        if not beyond <= reached[name]:
            reached[name] |= beyond
            waiting += [other for other in arrows if name in reached[other]]
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in reached}
    return [set(group) for group in groups if group]


def test_no_imports_go_in_circles() -> None:
    """Proves: no module of `model` imports, by whatever way round, one that imports it; neither for types only nor
    inside a function. If it were ignored: two files could only be understood, tested and moved together."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}}) in ([{"b", "c"}, {"d"}], [{"d"}, {"b", "c"}])
    arrows = imports_of_model()
    assert "model.case.schema.tables" in arrows["model.case.schema"]
    assert circles(arrows) == []


def test_files_functions_and_folders_stay_small() -> None:
    """Proves: no file of `model` has more than 350 lines, no folder more than 18 files, and no function there or in the
    tests more than 55 lines. If it were ignored: whoever looks for one thing would have to read a thousand lines."""
    files = {path: path.read_text(encoding="utf-8") for path in (HOME / "model").rglob("*.py")}
    assert [path.name for path, text in files.items() if text.count("\n") > 350] == []
    tests = {path: path.read_text(encoding="utf-8") for path in (HOME / "tests").rglob("*.py")}
    functions = [
        (path.name, node.name)
        for path, text in (files | tests).items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 55
    ]
    assert functions == []
    held = Counter(path.parent for path in files if path.name != "__init__.py")
    assert [(folder.name, number) for folder, number in held.items() if number > 18] == []
