"""What the reports say of choice: shares and why, money apart from taste, users' benefit and its check."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.features.choice.benefit import perceived
from model.features.choice.half import benefit_and_half
from model.features.choice.pull import corridor_choice
from model.features.choice.report import sections, sheets
from model.features.choice.summary import sentences
from model.plan.kinds import present_values
from model.plan.plan import Plan
from model.reports import write_reports
from model.reports.analysis.appraisal import Appraisal
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from model.studies.runs.record import make_record, write_record
from tests.features.choice.cases import option, parallel, solved
from tests.features.choice.reported import A_DAY, reported_case, reported_plan
from tests.reports.run_reading import Place, Run, contradictions, page, read_run, record, sheet, tidy, words

SHARES = [f"{name} [USD/TEU]" for name in ("Constant", "Cost with time", "Freight price")]
YEARLY = "million USD/year"
FIGURES: Mapping[str, tuple[Place, ...]] = {
    "boxes by corridor": (
        sheet("Corridor_choice", "Goes by this corridor [kTEU/year]", ("Corridor", "Period")),
        tidy("choice", "served", ("family", "period")),
        tidy("choice_entries", "served", ("family", "period")),
    ),
    "boxes by corridor in the last period": (
        sheet("Corridor_choice", "Goes by this corridor [kTEU/year]", ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "Containers", ("Corridor",), digits=2),
    ),
    "containers of the market": (
        sheet("Corridor_choice", "Containers of the market [kTEU/year]", ("Period",), most=True),
        sheet("Corridor_choice", "Goes by this corridor [kTEU/year]", ("Period",)),
        tidy("choice", "amount", ("period",), most=True),
    ),
    "shares": (
        sheet("Corridor_choice", "Share chosen [%]", ("Corridor", "Period")),
        tidy("choice", "share", ("family", "period")),
    ),
    "share in words": (
        sheet("Corridor_choice", "Share chosen [%]", Corridor="Middle", Period=2027),
        words("cover", r"Middle [\d.]+ % and ([\d.]+ %)", digits=2),
        words("record", r"Middle [\d.]+ % and ([\d.]+ %)", digits=2),
        words("page", r"Middle [\d.]+ % and ([\d.]+ %)", digits=2),
    ),
    "constants": (
        sheet("Corridor_choice", SHARES[0], ("Corridor", "Period")),
        tidy("choice", "constant", ("family", "period"), scale=1000.0),
    ),
    "costs of corridors": (
        sheet("Corridor_choice", SHARES[1], ("Corridor", "Period")),
        tidy("choice", "cost", ("family", "period"), scale=1000.0),
    ),
    "costs of corridors in the last period": (
        sheet("Corridor_choice", SHARES[1], ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "Cost with time", ("Corridor",), digits=0),
    ),
    "prices of corridors in the last period": (
        sheet("Corridor_choice", SHARES[2], ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "Price", ("Corridor",), digits=0),
    ),
    "days of corridors in the last period": (
        sheet("Corridor_choice", "Transit [days]", ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "Transit", ("Corridor",)),
    ),
    "what 100 USD less would bring in the last period": (
        sheet("Corridor_choice", "100 USD/TEU less would bring [kTEU/year]", ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "100 USD/TEU less would bring", ("Corridor",), digits=2),
    ),
    "what a day less would bring in the last period": (
        sheet("Corridor_choice", "One day less would bring [kTEU/year]", ("Corridor",), Period=2027),
        page("M: corridors in 2027, and why", "One day less would bring", ("Corridor",), digits=2),
    ),
    "taste, present value": (
        sheet("Costs_detail", "Present value [million USD]", Kind="Taste, not paid"),
        sheet("Summary", "Value", Measure="Taste, not paid, present value"),
        record("measures", "taste_million_usd"),
        words("cover", r"taste of shippers (-?[\d,.]+) million USD"),
        page("Present value by kind of cost", "Amount", Kind="Taste, not paid"),
    ),
    "users' benefit": (
        sheet("Users_benefit", "Users' benefit, present value [million USD]"),
        sheet("Appraisal", "Figure", Indicator="Users' benefit of shippers who choose"),
        sheet("Appraisal", "Figure", Indicator="Benefits, present value"),
    ),
    "rule of half": (
        sheet("Users_benefit", "Rule of half, present value [million USD]"),
        sheet("Appraisal", "Figure", Indicator="The same by the rule of half"),
    ),
    "users' benefit by part": (
        sheet("Users_benefit", f"Users' benefit [{YEARLY}]", ("Period",)),
        sheet(
            "Users_benefit",
            tuple(f"{name} [{YEARLY}]" for name in ("Money and time saved", "Taste met better", "Penalty saved")),
            ("Period",),
        ),
    ),
    "rule of half by part": (
        sheet("Users_benefit", f"Rule of half [{YEARLY}]", ("Period",)),
        sheet("Users_benefit", tuple(f"Rule of half: {name} [{YEARLY}]" for name in ("cost and days", "room")),
              ("Period",)),
    ),
}  # fmt: skip
ONCE = {("Corridor_choice", "Margin [days]"), ("Corridor_choice", "Elasticity to the price"),
        ("Corridor_choice", "Elasticity to the days"),
        ("Users_benefit", "Years, discounted")}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The files of the run."""
    folder = tmp_path_factory.mktemp("run")
    write_reports(reported_plan(), folder)
    write_record(make_record("reported", reported_plan(), SolveOptions(), {}, datetime.now(UTC)), folder)
    return read_run(folder)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Facts of the plan."""
    return Facts(reported_plan())


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_of_choice_is_the_same_wherever_it_stands(figure: str, run: Run) -> None:
    """Proves: workbook, tidy files, run.json, sentences and page say the same of shares, costs, pull and benefit; and
    another value planted in any of these places is found. If it were ignored: an analyst would find two shares of one
    corridor."""
    assert contradictions(FIGURES[figure], run) == []
    for place in FIGURES[figure]:
        other = copy.deepcopy(run)
        place.spoil(other)
        assert contradictions(FIGURES[figure], other), place.name


def test_every_column_of_choice_is_in_the_register(run: Run) -> None:
    """Proves: each column of numbers of the two sheets is a place of a figure or named as standing once. If it were
    ignored: a new column could contradict an old one unseen."""
    known = {column for places in FIGURES.values() for place in places for column in place.columns} | ONCE
    for name in ("Corridor_choice", "Users_benefit"):
        numbers = {key for row in run.sheets[name] for key, cell in row.items() if isinstance(cell, (int, float))}
        assert {(name, key) for key in numbers} <= known


def test_pull_by_hand(facts: Facts) -> None:
    """Proves: with costs of 2.55, 2.7, 3.1 (days at 0.01) and constants 0.3, 0, -0.2 at a spread of 0.5, the North in
    2026 has exp(-2.7/0.5) / Σ of the logit; 100 USD/TEU less is 2.6 in its place, a day less 2.69; times 10 kTEU. Its
    elasticity to the price is ln(share after / before) / ln(2,400/2,500). If constants were left out: another split."""
    row = corridor_choice(facts).set_index(["family", "period"]).loc[("North", "2026")]

    def share(north: float) -> float:
        weights = np.exp(-np.array([2.55 + 0.3, north, 3.1 - 0.2]) / 0.5)
        return float(weights[1] / weights.sum())

    assert row["by_price"] == pytest.approx(10 * (share(2.6) - share(2.7)))
    assert row["by_day"] == pytest.approx(10 * (share(2.7 - A_DAY) - share(2.7)))
    assert row["price_elasticity"] == pytest.approx(np.log(share(2.6) / share(2.7)) / np.log(2400 / 2500))
    assert row["day_elasticity"] == pytest.approx(np.log(share(2.7 - A_DAY) / share(2.7)) / np.log(19 / 20))
    assert row["margin"] == 0.0
    assert (row["price"], row["days"], row["cost"]) == (
        pytest.approx(2500.0), pytest.approx(20.0), pytest.approx(2700.0)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "a_day", "less"),
    [("by_price", A_DAY, {"container_cost": 0.1}), ("by_day", 10 * A_DAY, {"days_regular": 1.0})],
)
def test_pull_is_what_a_second_plan_finds(what: str, a_day: float, less: dict[str, float]) -> None:
    """Proves: where nothing is full, what 100 USD or a day less is said to bring is the difference of two solved plans,
    within 3 % at steps of 0.01, narrow against what 100 USD move (a day worth 100 USD).
    If pull were told of the wrong corridor, unit or value of time: it would be off by a multiple."""
    settings = {"discount_rate": 0.05, "discount_base_year": 2026, "choice_step": 0.01}
    case = reported_case(a_day, settings=settings, Projects=[], ProjectEffects=[])
    links = case.table("Links").assign(capacity_kteu=np.nan)
    case = case.with_tables(Links=links)
    changed = links.copy()
    for column, value in less.items():
        changed.loc[changed["link"] == "North", column] -= value
    plans = [solved(one) for one in (case, case.with_tables(Links=changed))]
    before, after = (plan.tables["choice"].set_index(["family", "period"]).loc[("North", "2026")] for plan in plans)
    told = corridor_choice(Facts(plans[0])).set_index(["family", "period"]).loc[("North", "2026"), what]
    assert float(after["served"] - before["served"]) == pytest.approx(float(told), rel=0.03)


def test_what_is_full_on_the_way_is_named(facts: Facts) -> None:
    """Proves: the crossing is full in both years and stands beside the Middle corridor only. If it were named beside
    all: a planner would widen it for boxes that go elsewhere."""
    frame = corridor_choice(facts)
    assert frame.groupby("family")["held_back"].agg(set).to_dict() == {
        "Middle": {"Crossing"}, "North": {""}, "Ocean": {""},
    }  # fmt: skip


@pytest.mark.parametrize(("direction", "held"), [("forward", "Crossing"), ("both", "Crossing"), ("backward", "")])
def test_what_is_full_the_other_way_holds_nothing_back(direction: str, held: str) -> None:
    """Proves: a line counts as full on the routes of those who take it in the direction in which it is full. If it were
    ignored: boxes to the west would seem to wait for room that only boxes to the east lack."""
    plan = reported_plan()
    limits = plan.tables["capacities"].assign(direction=direction)
    frame = corridor_choice(Facts(dataclasses.replace(plan, tables={**plan.tables, "capacities": limits})))
    assert set(frame.loc[frame["family"] == "Middle", "held_back"]) == {held}


def test_kinds_add_up_to_the_objective(facts: Facts) -> None:
    """Proves: money, time and taste are apart and their sum is the objective: time is 15 × 2 + 20 × 4.779 + 40 × 3.221
    days at 0.01 in 2026 and so on, capital and tariffs are money, taste is what the plan's own table says. If taste
    were left in the costs: they would seem 9.7 million USD lower than what anybody pays."""
    plan = facts.plan
    sums = present_values(plan.tables["costs"])
    days = {"Middle": 15.0, "North": 20.0, "Ocean": 40.0}
    split = plan.tables["choice"].assign(weight=lambda table: table["period"].map({"2026": 1.0, "2027": 1 / 1.05}))
    time = float((split["served"] * split["family"].map(days) * A_DAY * split["weight"]).sum())
    assert sums["time"] == pytest.approx(time)
    assert sums["taste"] == pytest.approx(float((split["taste"] * split["weight"]).sum()))
    assert sums["penalty"] == 0.0
    assert sum(sums.values()) == pytest.approx(plan.outcome.objective, rel=1e-9)


def test_users_benefit_is_the_change_of_the_objective(facts: Facts) -> None:
    """Proves: all cargo chooses, so the users' benefit is the fall of the objective with the outlays left out, to
    1e-6, and equals the benefits of the appraisal; by kinds these are money, time and taste. A crossing a fifth
    cheaper (0.48 a kTEU) on 2 kTEU before and 4 after is 1.44 by the rule of half; room adds the rest, and the sum is
    within 2 % of the logsum. If taste were left out of the benefits: 2.54 would be claimed, nearly a third too much."""
    assert facts.minimum is not None
    appraisal = Appraisal(facts, facts.minimum)
    found = benefit_and_half(facts.minimum.plan.tables, facts.plan.tables, facts.case)
    fall = facts.minimum.objective - facts.objective + appraisal.outlays
    assert found["discounted"].sum() == pytest.approx(fall, rel=1e-6)
    assert appraisal.benefits == pytest.approx(fall, rel=1e-6)
    assert set(appraisal.benefits_by_kind) == {"money", "time", "taste"}
    assert sum(appraisal.benefits_by_kind.values()) == pytest.approx(fall, rel=1e-9)
    second = found.set_index("period").loc["2027"]
    assert second["half"] == pytest.approx(1.44, rel=1e-6)
    assert second["check"] == pytest.approx(second["benefit"], rel=0.02)


NESTED = (
    option("Middle", 0.3, spread=0.5, nest="land", nest_spread=0.3), option("North", nest="land"), option("Ocean"),
)  # fmt: skip
OUTSIDE = (option("Middle", 0.3, spread=0.5), option("North"), option("Ocean"), option("outside", 3.2))


@pytest.mark.parametrize("options", [NESTED, OUTSIDE], ids=["nested", "outside"])
def test_rule_of_half_with_nests_and_with_an_outside_option(options: tuple[dict[str | int, Any], ...]) -> None:
    """Proves: a corridor 0.2 cheaper is worth the same by logsum and by the rule of half, within 2 %, with a nest and
    with shippers that may stay away. If the spread of the nest, or the penalty of staying away, were counted
    otherwise: the two would part."""
    costs = {"Middle": 2.4, "North": 2.5, "Ocean": 2.7}
    case = parallel({"A-B": costs}, options, step=0.05)
    links = case.table("Links")
    later = case.with_tables(
        Links=links.assign(container_cost=links["container_cost"] - 0.2 * (links["link"] == "Middle A-B"))
    )
    plans = [solved(one) for one in (case, later)]
    found = benefit_and_half(plans[0].tables, plans[1].tables, case).iloc[0]
    assert found["benefit"] > 0.2
    assert found["check"] == pytest.approx(found["benefit"], rel=0.02)


def off() -> Plan:
    """The plan with choice off in the Constraints sheet."""
    return reported_plan(off=True)


def test_nothing_is_said_of_choice_when_it_is_off() -> None:
    """Proves: off, there is no sheet, section or sentence, and no row in the table of the minimum; the
    shares in the plan with choice stand in a sentence, the markets that are not named counted. If it were ignored:
    every case without markets would have empty sheets."""
    facts = Facts(off())
    assert (sheets(facts), sections(facts), sentences(off())) == ([], [], [])
    assert off().tables["minimum_choice_entries"].empty
    said = sentences(reported_plan())
    assert said == [
        "Corridors chosen, share of containers in 2026 and 2027: M: North 48 % and 36 %, Ocean 32 % and 24 %, "
        "Middle 20 % and 40 %."
    ]
    table = reported_plan().tables["choice"]
    many = [table.assign(market=f"M{number}", amount=table["amount"] + number) for number in range(6)]
    tables = {**reported_plan().tables, "choice": pd.concat(many)}
    (told,) = sentences(dataclasses.replace(reported_plan(), tables=tables))
    assert "M5: North" in told
    assert "M1: North" not in told
    assert told.endswith("; 2 smaller markets on sheet Corridor_choice.")


def test_perceived_cost_before_and_after_is_that_of_the_tables(facts: Facts) -> None:
    """Proves: the tables of the minimum are whole enough for the users' benefit: its perceived cost is its objective.
    If a table were missing: the appraisal would compare with nothing."""
    assert facts.minimum is not None
    whole = perceived(facts.minimum.plan.tables, facts.case)
    assert (whole["perceived"] * whole["years"]).sum() == pytest.approx(facts.minimum.objective, rel=1e-6)
