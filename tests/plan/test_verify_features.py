"""Features that the verifier does not know: their own recount is run, else it says what it has not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.case.canonical import records
from model.case.case import Case
from model.formulation.plugins import constraint_families, cost_terms
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.checks import Check, Costs, counted, not_made, result_of
from model.plan.verify.features import FAMILIES, recounts_of, run_recounts
from model.plan.verify.tables.costs import NOWHERE
from model.plan.verify.verifier import verify
from model.plan.verify.whole import Whole
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.runs.record import check_record
from tests.minis import demand, link, make_case
from tests.plan.hand_plan import hand_plan

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "sea_toll.py"


def sea_case() -> Case:
    """A-B by sea at 1 million USD a kTEU, 10 kTEU of 10 t a year in 2026 and 2027, discounted at nothing."""
    links = [link("AB", "A-B", carrier="container ship")]
    return make_case("toll", "AB", links, [demand("D", "A-B", 10.0)], years=(2026, 2027))


def planned(case: Case, path: Path) -> Plan:
    """The plan with one constraint file."""
    return make_plan(case, SolveOptions(gap=0.0, constraint_files=(path,)))


def written(folder: Path, recount: str) -> Path:
    """The documented example with another recount; '' = none."""
    text = EXAMPLE.read_text(encoding="utf-8").split("def recount")[0]
    path = folder / "sea_toll.py"
    path.write_text(text + recount, encoding="utf-8")
    return path


def test_a_cost_term_of_a_users_file_is_recounted() -> None:
    """Proves: docs/examples/sea_toll.py, a cost term with a recount, gives a verified plan with nothing left unchecked.

    10 kTEU × 10 t = 100 kt at 2 USD a tonne = 0.2 million USD in each of two years. If the verifier kept to its own
    list of terms: it refused every cost term of a user, and the run with it.
    """
    plan = planned(sea_case(), EXAMPLE)
    assert plan.verified, plan.outcome.message
    costs = plan.tables["costs"]
    assert costs.loc[costs["term"] == "sea_toll", "amount"].tolist() == pytest.approx([0.2, 0.2])
    assert not any(map(not_made, plan.checks["detail"]))
    assert "recount of 'sea_toll'" in set(plan.checks["check"])


def test_a_cost_term_without_recount_is_told_as_not_checked(tmp_path: Path) -> None:
    """Proves: the same file without its recount is planned, and the checks say by name what nobody has recounted.

    If it were ignored: either no user could add a cost, or a figure that nobody checked would count as checked.
    """
    plan = planned(sea_case(), written(tmp_path, ""))
    assert plan.verified, plan.outcome.message
    told = set(plan.checks.loc[plan.checks["detail"].map(not_made), "check"])
    assert told == {"recount of 'sea_toll'", "costs of the term 'sea_toll'", "route_flows table: unit_cost"}


WRONG = {
    "too little": ('def recount(tables, case):\n    yield Costs(NAME, {(2026, "-"): 0.2})\n', "costs table"),
    "another country": (
        'def recount(tables, case):\n    yield Costs(NAME, {(y, "KZ"): 0.2 for y in (2026, 2027)})\n',
        "costs table: amount by country",
    ),
    "it fails": ("def recount(tables, case):\n    return tables['nonsense']\n", "recount of 'sea_toll': KeyError"),
    "it ends the program": ("def recount(tables, case):\n    raise SystemExit(0)\n", "recount of 'sea_toll'"),
    "something else": ("def recount(tables, case):\n    return [42]\n", "recount of 'sea_toll': "),
    "words for money": (
        'def recount(tables, case):\n    return [Costs(NAME, {(2026, "-"): "much"})]\n',
        "recount of 'sea_toll': ",
    ),
    "a term of the package": (
        'def recount(tables, case):\n    return [Costs("transport", {(2026, "-"): 0.2})]\n',
        "recount of 'sea_toll': ",
    ),
    "a failed check": (
        "def recount(tables, case):\n"
        "    from model.plan.verify.checks import none_found\n"
        '    yield none_found("tolls are paid", "tolls", ["none is"], 1)\n',
        "tolls are paid",
    ),
}


@pytest.mark.parametrize(("recount", "check"), WRONG.values(), ids=WRONG)
def test_a_recount_that_disagrees_or_fails_refuses_the_plan(recount: str, check: str, tmp_path: Path) -> None:
    """Proves: what a recount finds counts as the verifier's own, and one that breaks is a failed check in words.

    If it were ignored: a recount could disagree without effect, or its mistake would end the run with a traceback.
    """
    plan = planned(sea_case(), written(tmp_path, recount))
    assert plan.outcome.status is Status.FAILED
    name, _, words = check.partition(": ")
    found = plan.checks[~plan.checks["ok"].astype(bool)]
    assert any(row.startswith(name) for row in found["check"]), found.to_string()
    assert words.strip() in " ".join([*found["check"], *found["detail"]])


def test_the_package_needs_no_recount() -> None:
    """Proves: the verifier knows every family and cost term of the package that has no recount of its own.

    If one were missing: every plan of the package would say that something was not checked.
    """
    modules = [*constraint_families().values(), *cost_terms()]
    assert [name for name, recounter in recounts_of(modules).items() if recounter is None] == []
    case, tables, _ = hand_plan()
    labels = {str(module.NAME): str(module.LABEL) for module in cost_terms()}
    told = run_recounts(Whole(case, tables), {}).labels
    assert told == {term: labels[term] for term in told}
    assert set(told) >= {module.NAME for module in cost_terms() if module.applies(case)}
    assert {module.NAME for module in constraint_families().values()} | {"demand"} >= set(FAMILIES)


def test_an_unknown_term_is_a_mistake_where_every_feature_is_known() -> None:
    """Proves: 'not checked' is no back door: without a feature of a user, a term that nobody registered fails.

    If it were ignored: any amount could be hidden in a term of a made-up name.
    """
    case, tables, objective = hand_plan()
    costs = tables["costs"]
    tables["costs"] = costs.assign(term=costs["term"].replace("time", "tip"))
    assert not verify(case, tables, objective, {})["ok"].all()


def test_a_recount_may_stand_in_a_file_of_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Proves: a feature that is a folder is recounted by the function in its recount.py, found by its place.

    If it were ignored: features in folders would be told as not checked.
    """
    folder = tmp_path / "folder_feature"
    folder.mkdir()
    (folder / "__init__.py").write_text('NAME = "folder"\n', encoding="utf-8")
    (folder / "recount.py").write_text("def recount(tables, case):\n    return []\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import folder_feature  # type: ignore[import-not-found]

    assert list(recounts_of([folder_feature])) == ["folder"]
    assert recounts_of([folder_feature])["folder"] is not None


def recounted(findings: Iterable[Check | Costs]) -> dict[str, Callable[..., Any]]:
    """A feature whose recount finds this."""
    return {"feature": lambda tables, case: list(findings)}


def test_the_cost_of_a_unit_counts_what_a_feature_adds() -> None:
    """Proves: `per_unit` of a recount joins the unit cost of a route, and only of the flows that it names.

    One unit on route R1 costs 5 more in 2026 by a term that comes to 5 × its flow. If it were ignored: a cost that is
    proportional to flow would be refused at unit_cost however right its recount.
    """
    case, tables, objective = hand_plan()
    flows = tables["route_flows"]
    mine = (flows["route"] == "R1") & (flows["period"] == "2026")
    amount = 5.0 * float(flows.loc[mine, "flow"].sum())
    tables["route_flows"] = flows.assign(unit_cost=flows["unit_cost"] + 5.0 * mine)
    row = {"term": "tip", "label": "Tip", "year": 2026, "country": NOWHERE, "amount": amount}
    row["discounted"] = amount * case.discount(2026)
    tables["costs"] = pd.concat([tables["costs"], pd.DataFrame([row])], ignore_index=True)
    right = Costs("tip", {(2026, "-"): amount}, 5.0 * mine.to_numpy())
    assert verify(case, tables, objective + row["discounted"], {}, recounted([right]))["ok"].all()
    short = Costs("tip", {(2026, "-"): amount}, np.array([5.0]))
    refused = verify(case, tables, objective + row["discounted"], {}, recounted([short])).set_index("check")
    assert f"route_flows has {len(flows)} rows" in refused.loc["recount of 'feature'", "detail"]
    left_out = verify(case, tables, objective + row["discounted"], {}, recounted([Costs("tip", {(2026, "-"): amount})]))
    assert set(left_out.loc[~left_out["ok"], "check"]) == {"route_flows table: unit_cost"}


def test_modules_are_those_imposed() -> None:
    """Proves: a module without a name known to the verifier is asked for its recount only when it is in the model.

    If it were ignored: a family that is off would be told as not checked.
    """
    module = ModuleType("strange")
    module.NAME = "strange"  # type: ignore[attr-defined]
    assert recounts_of([module]) == {"strange": None}
    assert recounts_of([]) == {}


def test_reports_say_what_was_not_checked(tmp_path: Path) -> None:
    """Proves: in the sheet Checks such a row reads 'not checked' with no figures, and the record of the run names it.

    If it were ignored: 'OK' would stand beside a figure that nobody has recounted.
    """
    plan = planned(sea_case(), written(tmp_path, ""))
    made, _, left_out = counted(plan.checks)
    assert left_out == 3
    assert check_record(plan)["not_checked"] == plan.checks.loc[plan.checks["detail"].map(not_made), "check"].tolist()
    results = [result_of(row) for row in records(plan.checks)]
    assert (results.count("OK"), results.count("not checked")) == (made, 3)
