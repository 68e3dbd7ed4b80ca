"""The second exercise of docs/add-a-constraint.md: a surcharge per port and commodity is one folder and four lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples" / "port_surcharge"
LINES = {
    "sheets.csv": 'PortSurcharges,costs.xlsx,node;commodity,,,yes,"What ports ask of a commodity, beside all else."',
    "costs.csv": """
PortSurcharges,node,Port,,,,identifier,yes,,,,,,,,,Nodes.node,,KZ_AKT,The port.
PortSurcharges,commodity,Commodity,,,,identifier,yes,,,,,,,,,Commodities.commodity,,grain,What it is asked of.
PortSurcharges,surcharge_per_t,Surcharge,USD/t,million USD/kt,0.001,number,yes,,,0,,1000,,20,,,,5,Per tonne that passes.
""".strip(),
}
"""Lines of the tables in model/case/schema: a sheet and its three columns."""

SCRIPT = """
import json, sys
from dataclasses import asdict
from pathlib import Path
import model.features.port_surcharge
from model.case.workbooks.dictionary import data_dictionary
from model.formulation.describe import describe
from model.plan.planner import make_plan
from model.reports import write_reports
from model.solvers.core.options import SolveOptions
from tests.minis import demand, link, make_case

links = [link("AP", "A-P"), link("PB", "P-B"), link("AB", "A-B", container_cost=2.5)]
demands = [demand("boxes", "A-B", 4.0), demand("corn", "A-B", 30.0, commodity="grain", unit="kt")]
rows = [{"node": "P", "commodity": "boxes", "surcharge_per_t": 0.1}]
case = make_case("ports", "ABP", links, demands, years=(2026, 2027), PortSurcharges=rows)
free = make_plan(case.with_tables(PortSurcharges=case.table("PortSurcharges").iloc[:0]), SolveOptions(gap=0.0))
dear = case.with_tables(PortSurcharges=case.table("PortSurcharges").assign(surcharge_per_t=0.01))
told = []
for plan in (free, make_plan(case, SolveOptions(gap=0.0)), make_plan(dear, SolveOptions(gap=0.0))):
    costs, flows = plan.tables["costs"], plan.tables["route_flows"].merge(plan.tables["routes"][["route", "nodes"]])
    mine = costs[costs["term"] == "port_surcharge"]
    by_port = flows[flows["nodes"].str.contains("P")].groupby("demand")["flow_kt"].sum()
    told.append({
        "verified": plan.verified, "cost": plan.outcome.objective, "term": mine["amount"].tolist(),
        "country": mine["country"].tolist(), "by port": by_port.to_dict(),
        "not checked": plan.checks.loc[plan.checks["detail"].str.startswith("not checked"), "check"].tolist(),
    })
write_reports(plan, Path(sys.argv[1]))
wrong = {**plan.tables, "costs": costs.assign(amount=costs["amount"].where(costs["term"] != "port_surcharge", 0.0))}
from model.plan.verify.verifier import verify
told.append(bool(verify(dear, wrong, plan.outcome.objective, {})["ok"].all()))
told.append("PortSurcharges" in data_dictionary() and "port_surcharge" in describe())
print(json.dumps(told))
"""


def extended(folder: Path) -> Path:
    """A copy of the model with the folder in it and the lines behind those of the schema; no other file is touched."""
    shutil.copytree(ROOT / "model", folder / "model", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(FOLDER, folder / "model" / "features" / FOLDER.name)
    for name, lines in LINES.items():
        path = folder / "model" / "case" / "schema" / name
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{lines}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the script says of the extended model, and the folder of its reports as the last item."""
    folder = extended(tmp_path_factory.mktemp("extended"))
    reports = folder / "reports"
    reports.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    run = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, str(reports)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return [*json.loads(run.stdout.splitlines()[-1]), reports]


def test_it_is_one_folder_and_four_lines() -> None:
    """Proves: three short files and four lines of the schema. If it were ignored: a new cost would again take eight
    files, and nobody would count."""
    assert sorted(path.name for path in FOLDER.glob("*.py")) == ["__init__.py", "cost.py", "recount.py"]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.py")) < 90
    assert sum(len(lines.splitlines()) for lines in LINES.values()) == 4


def test_it_costs_what_passes_and_steers_it(told: list[Any]) -> None:
    """
    Proves: 4 kTEU of 10 t go by the port for 2 each while it asks nothing; at 0.1 a kt they go round it for 2.5; at
    0.01 a kt they stay, 40 kt for 0.4 a year, in the port's country. Grain pays nothing. If it were ignored: the term
    would be charged, but routes would not know of it.
    """
    free, steep, mild = told[:3]
    assert free["by port"] == pytest.approx({"boxes": 80.0, "corn": 60.0})
    assert steep["by port"] == pytest.approx({"corn": 60.0})
    assert mild["by port"] == free["by port"]
    assert mild["term"] == pytest.approx([0.4, 0.4])
    assert set(mild["country"]) == {"KZ"}
    assert steep["cost"] - free["cost"] == pytest.approx(2 * 4 * 0.5)
    assert mild["cost"] - free["cost"] == pytest.approx(2 * 0.4)


def test_it_is_recounted_and_documented(told: list[Any]) -> None:
    """Proves: the plans are verified with nothing of it left unchecked, a plan that hides the term is refused, the
    generated pages name sheet and term, and the workbook is written. If it were ignored: each new cost would be a hole
    in the verifier."""
    assert all(plan["verified"] for plan in told[:3])
    assert not [name for plan in told[:3] for name in plan["not checked"] if "surcharge" in name]
    assert told[3:5] == [False, True]
    assert (told[-1] / "plan.xlsx").is_file()
