"""What the reports conclude from a plan, against figures worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from model.case.schema import SHEETS
from model.features.envelopes.room_left import envelopes_of, shortfall
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.use import state
from model.reports.analysis.bottlenecks import bottlenecks, spans
from model.reports.analysis.inputs import inputs_used
from model.reports.analysis.quality import data_quality
from model.reports.analysis.shares import ALL, corridor_flows
from model.reports.analysis.trials import Trial, built_words, forced_words
from model.reports.analysis.value import Values
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from tests.reports.fixture.case import mini_case
from tests.reports.fixture.plan import busy_plan, mini_plan


def without(plan: Plan, project: str) -> Plan:
    """The plan of the same case when a project may not be built."""
    projects = plan.case.table("Projects").copy()
    projects.loc[projects["project"] == project, "status"] = "excluded"
    return make_plan(plan.case.with_tables(Projects=projects))


def forced(plan: Plan, project: str, year: int) -> Plan:
    """The plan of the same case when a project has to open in a year."""
    projects = plan.case.table("Projects").copy()
    row = projects["project"] == project
    projects.loc[row, "status"] = "committed"
    projects.loc[row, "committed_opening"] = float(year)
    return make_plan(plan.case.with_tables(Projects=projects))


def test_present_cost_of_a_project() -> None:
    """Proves: P1 (120 million USD, two years, upkeep 0.8, life 30) opening 2028 at 5 % from 2026: capital 60 + 60/1.05
    = 117.142857; upkeep 0.8 × (1.05^-2 + 1.05^-3 + 1.05^-4) = 2.074857; salvage in 2031: 120 × 27/30 × 1.05^-5 =
    84.620826; in all 34.596889.
    If it were ignored: 'does not pay' would rest on a wrong price."""
    values = Values(Facts(mini_plan()))
    upkeep = 0.8 * sum(1.05**-n for n in (2, 3, 4))
    by_hand = 60 + 60 / 1.05 + upkeep - 120 * 27 / 30 * 1.05**-5
    assert by_hand == pytest.approx(34.596889, abs=1e-5)
    assert values.cost("P1", 2028) == pytest.approx(by_hand, rel=1e-9)
    assert values.payments("P1", 2028) == {2026: 60.0, 2027: 60.0}
    assert values.openings("P1") == [2028, 2029, 2030]


@pytest.mark.parametrize(("capex", "decision"), [(60.0, "Build"), (30_000.0, "Not built")])
def test_marginal_value_bounds_what_forcing_shows(capex: float, decision: str) -> None:
    """Proves: with ships (P2) dear enough to stay out, forcing them in saves at most their value at the margin, which
    is above zero; with cheap ships, leaving them out costs at least the value at the margin less their cost.
    Both against new optimal plans. If it were ignored: the sentence 'saves at most' would be a guess.
    """
    case = mini_case(growth=3.0)
    projects, links = case.table("Projects").copy(), case.table("Links").copy()
    projects.loc[projects["project"] == "P2", "capex"] = capex
    links.loc[links["link"] == "L5", "capacity_kteu"] = 400.0
    no_limit = case.table("Budgets").head(0)  # budgets would forbid some of the forcing
    plan = make_plan(case.with_tables(Projects=projects, Links=links, Budgets=no_limit))
    row = decisions(Facts(plan)).set_index("project").loc["P2"]
    assert row["decision"] == decision
    values = Values(Facts(plan))
    year, base = int(row["year"]), plan.outcome.objective
    changed = without(plan, "P2") if decision == "Build" else forced(plan, "P2", year)
    assert changed.has_plan
    other = changed.outcome.objective
    assert base is not None
    assert other is not None
    slack = 0.005 * base  # the gaps of both plans
    if decision == "Build":
        assert other - base + slack >= values.value("P2", year) - values.cost("P2", year)
    else:
        assert row["code"] == "not worth"
        assert values.value("P2", year) > 0
        assert base - (other - values.cost("P2", year)) <= values.value("P2", year) + slack
        assert row["entry"] == pytest.approx(_entry(values, year))


def _entry(values: Values, year: int) -> float:
    """Capital at which present cost and value are equal: cost is linear in capital, upkeep apart."""
    upkeep = 1.5 * sum(1.05 ** -(y - 2026) for y in range(year, 2031))
    return 30_000.0 * (values.value("P2", year) - upkeep) / (values.cost("P2", year) - upkeep)


def test_reasons_name_rule_budget_and_dates() -> None:
    """Proves: the blocking rule, the blocking envelope and impossible dates are named, each in a case made for it.
    If it were ignored: 'rejected' would have no reason that somebody could act on."""
    rows = decisions(Facts(mini_plan())).set_index("project")
    assert rows.at["P5", "code"] == ("rule" if rows.at["P3", "decision"] == "Not built" else rows.at["P5", "code"])
    case = mini_case(growth=3.0)
    projects = case.table("Projects").copy()
    projects.loc[projects["project"] == "P3", "latest_opening"] = 2027.0
    late = decisions(Facts(make_plan(case.with_tables(Projects=projects)))).set_index("project")
    assert late.at["P3", "code"] == "dates"
    budgets = case.table("Budgets").copy()
    budgets.loc[budgets["envelope"] == "Whole corridor", "amount"] = 85.0
    projects = case.table("Projects").copy()
    projects.loc[projects["project"] == "P2", ["capex", "construction_years"]] = [90.0, 1.0]
    poor = decisions(Facts(make_plan(case.with_tables(Budgets=budgets, Projects=projects)))).set_index("project")
    assert poor.at["P2", "code"] == "budget"
    assert "Whole corridor" in poor.at["P2", "why"]


def test_envelopes_count_what_they_should() -> None:
    """Proves: P1 (KZ, tag Caspian) is counted by the whole-corridor and the Kazakh envelope, P3 (AZ) by the first
    only; 80 of 100 million USD are spent in 2026, so a payment of 30 lacks 10.
    If it were ignored: the budget could be blamed for what it does not hold back."""
    facts = Facts(mini_plan())
    assert envelopes_of(facts, "P1") == {"Whole corridor": 1.0, "Kazakhstan": 1.0}
    assert envelopes_of(facts, "P3") == {"Whole corridor": 1.0}
    spent = facts.table("spending")
    left = 100.0 - float(spent.loc[spent["year"] == 2026, "amount"].sum())
    found = shortfall(facts, "P3", {2026: left + 10.0})
    assert found is not None
    assert found[:2] == ("Whole corridor", "2026")
    assert found[2] == pytest.approx(10.0)
    assert shortfall(facts, "P3", {2026: left - 1.0}) is None


def test_bottlenecks_are_full_and_ranked() -> None:
    """Proves: what has a price is full in some period, ranks fall, and relieving projects are named with their fate.
    If it were ignored: money would go where nothing binds."""
    table = bottlenecks(Facts(busy_plan()))
    assert len(table)
    assert table["worth"].is_monotonic_decreasing
    assert (table["peak"] >= 0.999).all()
    ferry = table[table["asset"] == "L3"]
    assert ferry["relief"].str.contains("P2 Feeder vessels").all()
    assert spans(["2026", "2028", "2029"], ["2026", "2027", "2028", "2029"]) == "2026, 2028–2029"


def test_corridor_shares_add_up() -> None:
    """Proves: for each group and period carried and unserved tonnes add up to the demand; groups add up to all.
    If it were ignored: shares would not be shares of anything."""
    facts = Facts(busy_plan())
    flows = corridor_flows(facts)
    whole = flows[flows["group"] == ALL].groupby("period")["mt"].sum()
    parts = flows[flows["group"] != ALL].groupby("period")["mt"].sum()
    demand = facts.table("demand_served").groupby("period")["amount_kt"].sum() / 1000
    for period in facts.periods:
        assert whole[period] == pytest.approx(parts[period])
        assert whole[period] == pytest.approx(float(demand[period]))


def test_changed_inputs_are_marked() -> None:
    """Proves: against the base case only the demand cells that the variant multiplied are marked.
    If it were ignored: a scenario could not be told from its reference by reading."""
    frame = inputs_used(busy_plan().case, mini_plan().case)
    changed = frame[frame["changed"] == "changed"]
    assert len(changed) == 6
    assert set(changed["sheet"]) == {"Demand"}
    assert not (inputs_used(mini_plan().case, mini_plan().case)["changed"] == "changed").any()
    links = mini_plan().case.table("Links").copy()
    links.loc[links["link"] == "L2", "capacity_kteu"] = float("nan")
    frame = inputs_used(mini_plan().case.with_tables(Links=links), mini_plan().case)
    emptied = frame[frame["changed"] == "changed"]
    assert emptied[["key", "column", "value"]].to_numpy().tolist() == [["L2", "Container capacity", "(blank)"]]


def test_rows_without_a_key_are_not_changes() -> None:
    """Proves: two alike rows of a sheet without keys (History) are no changes of a scenario that leaves them; when
    the second is altered, that one cell is.
    If it were ignored: of the shipped case's History 1,095 cells would be told as changed in the reference itself."""
    names = SHEETS["History"].names
    assert SHEETS["History"].key == ()
    row = {name: None for name in names} | {"sheet": "Links", "record": "L1", "column": "capacity_kteu", "value": 1.0}
    history = pd.DataFrame([row, row], columns=list(names), dtype=object)
    base = mini_plan().case.with_tables(History=history)
    assert not (inputs_used(base.with_tables(History=history.copy()), base)["changed"] == "changed").any()
    other = history.copy()
    other.loc[1, "value"] = 2.0
    changed = inputs_used(base.with_tables(History=other), base)
    assert int((changed["changed"] == "changed").sum()) == 1


def test_data_quality_counts_by_confidence() -> None:
    """Proves: with all rows left as assumption, every item rests on assumptions to 100 %; capital is that of the plan.
    If it were ignored: a plan made of guesses would look like one made of facts."""
    frame = data_quality(Facts(mini_plan())).set_index("item")
    assert (frame["seen"] == 0).all()
    capital = float(mini_plan().tables["investments"]["capex"].sum())
    assert frame.at["Result: capital", "assumption"] == pytest.approx(capital)
    assert frame.at["Inputs: Nodes", "assumption"] == 7


@pytest.mark.parametrize(
    ("use", "word"), [(0.5, "free"), (0.8, "busy"), (0.95, "full"), (1.0, "full"), (1.01, "OVER"), (None, "no limit")]
)
def test_words_for_use(use: float | None, word: str) -> None:
    """Proves: the bounds of free, busy, full and OVER. If it were ignored: words and colours could part."""
    assert state(use) == word


@pytest.mark.parametrize(
    ("change", "exact", "kind", "words"),
    [
        (-15740.0, False, "open", "not worked out"),
        (2.5, False, "at least", "at least 2.5 million USD more"),
        (-3.0, True, "exact", "save 7.0 million USD"),
    ],
)
def test_bounds_that_settle_nothing_are_no_figures(change: float, exact: bool, kind: str, words: str) -> None:
    """Proves: a bound below zero on a changed plan is called open, and no sentence makes a figure of it.

    If it were ignored: a subsidy of 2 million USD would be said to save 15 740.
    """
    trial = Trial(2027, 4.0, change, exact, "", "")
    assert trial.figure == kind
    assert words in forced_words(trial)
    if kind == "open":
        assert "15" not in forced_words(trial)
        assert built_words(trial) == ""
