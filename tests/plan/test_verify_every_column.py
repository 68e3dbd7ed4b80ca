"""Every column of every plan table, altered, is caught, on a plan with every feature in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.plan.plan_table import PRICES
from model.plan.planner import make_plan
from model.plan.tables import TABLES
from model.plan.verify.verifier import verify
from model.solvers.core.options import SolveOptions
from tests.minis import demand, effect, link, make_case, node, project
from tests.plan.everything import planned, recounts

Tables = dict[str, pd.DataFrame]

EXEMPT: dict[tuple[str, str, str], str] = {
    ("capacities", "shadow_price", "number"): "its size takes another solve; only where it may stand is checked",
    ("capacities", "shadow_price", "blank"): "a price may be unknown, as after a rescue in the root LP",
} | {
    (
        table,
        column.name,
        alteration,
    ): "prices take another solve; tests/plan/test_prices and tests/features/policies hold them to differences"
    for table in ("capacities", "sailings", "policy_levels")
    for column in PRICES
    for alteration in ("number", "negative", "infinite", "blank", "text", "list", "swapped")
    if (table, column.name) != ("capacities", "shadow_price")
}
"""(table, column, alteration) that no recount from the tables alone can catch, each with the reason."""
ELSEWHERE = ("constraint_rows", "transfers")
"""Tables that this plan has no rows of: filled by files of a user only, and by projects that others pay for; they are
looked at in tests/features/test_own_constraints.py and tests/features/transfers."""
NUMBERS = ("number", "integer")
NOT_A_KEY = "nobody knows this"


def problems(tables: Tables) -> set[str]:
    """Checks that fail."""
    case, _, objective = planned()
    checks = verify(case, tables, objective, {}, recounts())
    return set(checks.loc[~checks["ok"].astype(bool), "check"])


def columns() -> list[tuple[str, str]]:
    """Every column of every table."""
    return [
        (table.name, field.name) for table in TABLES.values() for field in table.fields if table.name not in ELSEWHERE
    ]


def altered(table: pd.DataFrame, column: str, kind: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Copies of a table with one cell of a column altered: other figures, blanks, words, and what another row says; in
    a second row only what is nearest to right, another figure or another row's word."""
    for row in sorted({0, len(table) // 2}):
        value = table[column].iloc[row]
        others: dict[str, Any] = {}
        if kind in NUMBERS:
            figure = 0.0 if pd.isna(value) else float(value)
            others["number"] = 1.5 * figure + 1.0
            unlike = {"negative": -figure - 1.0, "infinite": np.inf}
        else:
            others["swapped"] = next((cell for cell in table[column][::-1] if cell != value), NOT_A_KEY)
            unlike = {"number": 7}
        if row == 0:
            others |= {**unlike, "blank": None, "text": NOT_A_KEY, "list": [1]}
            if kind in NUMBERS and pd.isna(value):
                others.pop("blank")
        for name, other in others.items():
            copy = table.astype({column: object})
            copy.iat[row, list(copy.columns).index(column)] = other
            yield name, copy


def test_the_plan_is_right_and_fills_every_table() -> None:
    """Proves: the plan that is altered below passes as it is, every table has rows, and every feature says something.

    If one table were empty: nothing of it would be looked at.
    """
    _, tables, _ = planned()
    assert problems(tables) == set()
    assert [name for name, table in tables.items() if table.empty] == [*ELSEWHERE]
    assert set(tables["sailings"].loc[tables["sailings"]["trips"] > 0, "service"]) == {"line"}
    assert float(tables["boxes"]["hired"].sum()) > 0 < float(tables["congestion"]["excess"].sum())
    assert tables["routes"]["projects_used"].str.contains("signals").any()
    assert tables["policy_levels"]["limit"].isna().any()


@pytest.mark.parametrize(("name", "column"), columns())
def test_every_column_is_compared(name: str, column: str) -> None:
    """Proves: a cell of any column of any table that holds another figure, nothing, words, or what another row says
    fails some check, and none raises.

    If a column were not compared: a figure that nobody recounts would stand in the workbook under 'checked'.
    """
    _, tables, _ = planned()
    kind = next(field.kind for field in TABLES[name].fields if field.name == column)
    missed = {how for how, copy in altered(tables[name], column, kind) if not problems({**tables, name: copy})}
    assert {how for how in missed if (name, column, how) not in EXEMPT} == set()


UNITS = {
    "USD/TEU", "cells", "days", "kTEU", "kTEU a year", "kTEU or kt", "kTEU or kt a year", "kTEU, kt or kt CO2", "km",
    "kt CO2 a year", "kt a year", "million USD", "million USD a unit", "million USD a year", "million USD/kTEU",
    "modules", "problems", "round trips", "routes", "rows", "rules", "services", "share", "ships", "t", "year", "years",
}  # fmt: skip


def test_what_is_wrong_is_told_in_words() -> None:
    """Proves: where all figures of all tables are wrong, each check that fails has a name, a unit and a place in words,
    and no recount raises.

    If it were ignored: 'None' would stand in the sheet Checks where the place of the fault belongs.
    """
    case, tables, objective = planned()
    for more in (1000.0, -1000.0):
        wrong = {}
        for name, table in tables.items():
            known = TABLES[name]
            figures = [field.name for field in known.fields if field.kind == "number" and field.name not in known.key]
            wrong[name] = table.assign(**{column: table[column] * 3 + more for column in figures})
        checks = verify(case, wrong, objective, {}, recounts())
        assert set(checks["unit"]) <= UNITS
        assert checks["check"].notna().all()
        said = checks.loc[~checks["ok"].astype(bool), ["check", "detail"]].astype(str)
        assert len(said) > 30
        assert not [row for row in said.itertuples() if "None" in f"{row.check}: {row.detail}"]
        assert not said["check"].str.startswith("recount of").any(), "a recount raised"


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ELSEWHERE])
def test_every_row_counts(name: str) -> None:
    """Proves: a row dropped, a row twice and a row added with noughts fail some check, in any table; also rows of
    noughts that a table must list, such as a service that makes no trip.

    If it were ignored: an idle ship, or a policy, could vanish from the plan unseen.
    """
    _, tables, _ = planned()
    table, declared = tables[name], TABLES[name]
    for row in range(0, len(table), 1 + len(table) // 6):
        assert problems({**tables, name: table.drop(index=table.index[row])}), f"row {row} dropped"
    assert problems({**tables, name: pd.concat([table, table.iloc[:1]], ignore_index=True)}), "a row twice"
    figures = [field.name for field in declared.fields if field.kind == "number" and field.name not in declared.key]
    for column in declared.key:
        extra = table.iloc[:1].assign(**dict.fromkeys(figures, 0.0))
        known = set(table[column])
        for other in known - set(extra[column]):
            added = pd.concat([table, extra.assign(**{column: other})], ignore_index=True)
            if not added.duplicated(list(declared.key)).any():
                assert problems({**tables, name: added}) or name == "costs", f"a row of noughts for {column} {other}"


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ELSEWHERE])
def test_a_table_that_is_malformed_fails(name: str) -> None:
    """Proves: a table without a column, without rows, with all cells blank or with columns of another type is a failed
    check. If it were ignored: the verifier would end the run with a traceback."""
    _, tables, _ = planned()
    table = tables[name]
    for column in table.columns:
        assert problems({**tables, name: table.drop(columns=column)})
        assert problems({**tables, name: table.assign(**{column: np.full(len(table), object(), dtype=object)})})
    assert problems({**tables, name: table.iloc[:0]})
    assert problems({key: frame for key, frame in tables.items() if key != name})


ROUTES = ["", ">", " > ", "West >  > East", "West > Port", "West > Port > East > West > East", "East", "West > East"]


@pytest.mark.parametrize("text", ROUTES)
@pytest.mark.parametrize("column", ["nodes", "links", "carriers"])
def test_malformed_routes_fail(text: str, column: str) -> None:
    """Proves: a route whose nodes, links or carriers are no chain is a failed check, with policies and ships about.

    If it were ignored: the verifier would raise on what it is there to refuse.
    """
    _, tables, _ = planned()
    routes = tables["routes"]
    assert problems({**tables, "routes": routes.assign(**{column: [text, *routes[column].iloc[1:]]})})


def test_figures_that_agree_with_each_other_but_not_with_a_segment_fail() -> None:
    """Proves: flow in a segment that there is not (0) is refused. If it were ignored: its time would cost nothing."""
    _, tables, _ = planned()
    flows = tables["route_flows"]
    assert problems({**tables, "route_flows": flows.assign(segment=[0, *flows["segment"].iloc[1:]])})


def test_a_check_that_breaks_is_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: whatever goes wrong while recounting is a failed check in words. If it were ignored: the run would be
    lost with its plan."""

    def fail(*_: object) -> None:
        raise KeyError("a key nobody thought of")

    monkeypatch.setattr("model.plan.verify.whole.read_sequences", fail)
    _, tables, _ = planned()
    assert problems(tables) == {"tables can be recounted"}


def closed_in_winter() -> Case:
    """A-B works in summer only, and is not full then; a free project, a node nobody uses, a one-way link."""
    return make_case(
        "winter",
        ["A", "B", node("alone", capacity_kteu=0.0), node("H", capacity_kteu=0.0, capacity_counts="handling")],
        [link("AB", "A-B", capacity_kteu=40.0, capacity_direction="each", both_ways=False),
         link("round", "A-B", carrier="road", container_cost=3.0), link("AH", "A-H"),
         link("HB", "H-B", container_cost=9.0)],
        [demand("D", "A-B", 10.0), demand("none", "A-B", 0.0)],
        years=(2026,),
        Projects=[project("gift", 0.0)],
        ProjectEffects=[effect("gift", "round", 1.0), effect("gift", "AB", 1.0)],
        Seasons=[{"season": "summer", "share_of_year": 0.5}, {"season": "winter", "share_of_year": 0.5}],
        Availability=[{"asset_kind": "link", "asset": "AB", "season": "winter", "availability": 0.0}],
        Congestion=[{"asset_kind": "link", "asset": "AB", "measure": "kTEU", "threshold": 0.9, "delay_days": 1.0}],
    )  # fmt: skip


def test_right_plans_of_odd_cases_pass() -> None:
    """Proves: no more rows and prices are asked for than there are: a link may be closed in one season, a project cost
    nothing, a limit be nobody's, a demand be nought, and a link have no way back.

    If it were ignored: the stricter verifier would refuse right plans.
    """
    plan = make_plan(closed_in_winter(), SolveOptions(gap=0.0))
    assert plan.verified, plan.outcome.message
