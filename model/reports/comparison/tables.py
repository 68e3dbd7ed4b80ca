"""What differs between runs, as frames: figures, inputs, investments, flows, costs, and what is proven."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from model.reports.comparison.run_files import RunFiles
from model.reports.frames import rows, sums_by

NOT_PROVEN = "ranking not proven"
MOST_FLOWS = 1500


def ranking(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Every pair of runs: difference of cost, largest difference that the gaps leave open, verdict in words."""
    records = []
    for one, two in combinations(runs, 2):
        record: dict[str, Any] = {"first": one.label, "second": two.label}
        if one.objective is None or two.objective is None or one.bound is None or two.bound is None:
            record["verdict"] = "one of them has no plan"
        else:
            record["difference"] = two.objective - one.objective
            dearer, cheaper = (two, one) if record["difference"] > 0 else (one, two)
            assert dearer.objective is not None
            assert dearer.bound is not None
            assert cheaper.objective is not None
            record["open"] = dearer.objective - dearer.bound
            proven = dearer.bound > cheaper.objective
            record["verdict"] = f"{cheaper.label} is cheaper, proven" if proven else NOT_PROVEN
        records.append(record)
    return pd.DataFrame(records, columns=["first", "second", "difference", "open", "verdict"])


def key_figures(run: RunFiles) -> dict[tuple[str, str], float]:
    """(measure, unit) → value."""
    if not run.has_plan:
        return {}
    tables = run.tables
    costs = tables["costs"]
    figures = {("All costs, present value", "million USD"): float(costs["discounted"].sum())}
    for (_, label), value in sums_by(costs, ["term", "label"], "discounted").items():
        figures[f"of which {label}, present value", "million USD"] = float(value)
    figures["Capital of what opens, undiscounted", "million USD"] = float(tables["investments"]["capex"].sum())
    figures["Projects that open", "projects"] = float(tables["investments"]["project"].nunique())
    figures["Unserved over all periods", "Mt"] = float(tables["demand_served"]["unserved_kt"].sum()) / 1000
    for period in {run.periods[0]: 0, run.periods[-1]: 0} if run.periods else {}:
        for group, value in corridor_tonnes(run, period).items():
            figures[f"Corridor {group} in {period}", "Mt/year"] = value
    if run.periods:
        co2 = tables["emissions"]
        last = run.periods[-1]
        figures[f"CO2 in {last}", "kt/year"] = float(co2.loc[co2["period"] == last, "co2_kt"].sum())
    return figures


def corridor_tonnes(run: RunFiles, period: str) -> dict[str, float]:
    """Route group → Mt a year of cargo in a period."""
    groups = run.tables["routes"].set_index("route")["route_group"].to_dict()
    cargo = set(run.tables["demand_served"]["demand"])
    flows = run.tables["route_flows"]
    flows = flows[(flows["period"] == period) & flows["demand"].isin(cargo)]
    found: dict[str, float] = {}
    for row in rows(flows):
        group = str(groups.get(row.route, "other"))
        found[group] = found.get(group, 0.0) + float(row.flow_kt) / 1000
    return dict(sorted(found.items()))


def changed_inputs(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Input cells that are not the same in all runs; columns sheet, key, column, unit, one per run (s0, s1 …), cell."""
    values: dict[tuple[str, str, str], dict[str, Any]] = {}
    for number, run in enumerate(runs):
        for row in rows(run.tables["inputs"]):
            cell = values.setdefault((row.sheet, row.key, row.column), {"unit": row.unit, "cell": row.cell})
            earlier = cell.get(f"s{number}")  # a cell and the changes that set in later are rows of their own
            cell[f"s{number}"] = row.value if earlier is None else f"{earlier}; {row.value}"
    columns = [f"s{number}" for number in range(len(runs))]
    records = [
        {"sheet": key[0], "key": key[1], "column": key[2], **{name: cell.get(name, "") for name in columns},
         "unit": cell["unit"], "cell": cell["cell"]}
        for key, cell in values.items()
        if len({cell.get(name) for name in columns}) > 1
    ]  # fmt: skip
    return pd.DataFrame(records, columns=["sheet", "key", "column", "unit", *columns, "cell"])


def investments(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Projects that open in some run: opening years and capital in each, and whether they differ."""
    found: dict[str, dict[str, Any]] = {}
    for number, run in enumerate(runs):
        for row in rows(run.tables["investments"]):
            project = found.setdefault(str(row.project), {"name": run.names.get(("project", row.project), row.project)})
            words = f"{row.opening_year:.0f}" + (f" × {row.modules:.0f}" if row.modules > 1 else "")
            before = project.get(f"s{number}")
            project[f"s{number}"] = f"{before}, {words}" if before else words
            project[f"c{number}"] = project.get(f"c{number}", 0.0) + float(row.capex)
    count = range(len(runs))
    records = []
    for key, project in found.items():
        years = [project.get(f"s{number}", "") for number in count]
        record = {"project": key, "name": project["name"], **{f"s{n}": years[n] for n in count}}
        record |= {f"c{number}": project.get(f"c{number}", 0.0) for number in count}
        built = f"{sum(1 for year in years if year)} of {len(runs)}"
        records.append({**record, "built": built, "differs": "differs" if len(set(years)) > 1 else "same"})
    columns = ["project", "name", "built", *(f"s{n}" for n in count), *(f"c{n}" for n in count), "differs"]
    frame = pd.DataFrame(records, columns=columns)
    return frame.sort_values(["differs", "project"], kind="stable").reset_index(drop=True)


def flows(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Links and periods whose tonnes differ between runs, largest difference first (at most MOST_FLOWS rows)."""
    found: dict[tuple[str, str], list[float]] = {}
    for number, run in enumerate(runs):
        for key, value in sums_by(run.tables["link_flows"], ["link", "period"], "flow_kt").items():
            found.setdefault(key, [0.0] * len(runs))[number] = float(value) / 1000
    records = []
    for (link, period), amounts in found.items():
        spread = max(amounts) - min(amounts)
        if spread > 1e-6:
            name = next(run.names[("link", link)] for run in runs if ("link", link) in run.names)
            amounts_by = {f"s{number}": amount for number, amount in enumerate(amounts)}
            records.append({"link": link, "name": name, "period": period, **amounts_by, "spread": spread})
    columns = ["link", "name", "period", *(f"s{number}" for number in range(len(runs))), "spread"]
    frame = pd.DataFrame(records, columns=columns).sort_values("spread", ascending=False, kind="stable")
    return frame.head(MOST_FLOWS).reset_index(drop=True)


def costs(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Present value by cost term and country in each run."""
    found: dict[tuple[str, str], list[float]] = {}
    for number, run in enumerate(runs):
        for key, value in sums_by(run.tables["costs"], ["label", "country"], "discounted").items():
            found.setdefault(key, [0.0] * len(runs))[number] = float(value)
    records = [
        {"label": label, "country": country, **{f"s{number}": amount for number, amount in enumerate(amounts)}}
        for (label, country), amounts in sorted(found.items())
    ]
    return pd.DataFrame(records, columns=["label", "country", *(f"s{number}" for number in range(len(runs)))])
