"""What differs between runs, as frames: figures, inputs, investments, flows, costs, and what is proven."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from model.formulation.plugins import outlay_terms
from model.plan.tables import MINIMUM
from model.reports.comparison.decisions import openings, pair_words, project_differences
from model.reports.comparison.run_files import RunFiles
from model.reports.comparison.worlds import difference, in_words, same_measure
from model.reports.frames import rows, sums_by

NOT_PROVEN = "ranking not proven"
NOT_COMPARABLE = "not comparable"
OTHER_WORLD = "not ranked: the inputs differ"
MONEY = ", present value"
MOST_FLOWS = 1500
RATIO = "USD for each USD"
LEAST = 1e-6  # million USD; less is nothing


def ranking(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Every pair of runs: what differs in the inputs and in the projects, difference of cost, verdict in words.

    Costs are ranked between runs of the same world only, and where the gaps do not leave the ranking open. Money of
    another measure (horizon, price year, discounting) has no difference at all.
    """
    records = []
    differing = project_differences(runs)
    for one, two in combinations(runs, 2):
        found = difference(one, two)
        record: dict[str, Any] = {"first": one.label, "second": two.label, "inputs": in_words(found)}
        if one.objective is None or two.objective is None or one.bound is None or two.bound is None:
            record["verdict"] = "one of them has no plan"
        else:
            record["projects"] = pair_words(differing, one, two)
            if found.measure:
                record["verdict"] = f"{NOT_COMPARABLE}: {', '.join(found.measure)}"
            else:
                record |= _costs_compared(one, two, ranked=found.ranked)
        records.append(record)
    return pd.DataFrame(records, columns=["first", "second", "inputs", "difference", "open", "verdict", "projects"])


def _costs_compared(one: RunFiles, two: RunFiles, *, ranked: bool) -> dict[str, Any]:
    """Difference of cost, what the gap of the dearer leaves open, and the verdict, of two runs with plans."""
    dearer, cheaper = (two, one) if two.cost > one.cost else (one, two)
    assert dearer.bound is not None
    verdict = OTHER_WORLD
    if ranked:
        verdict = f"{cheaper.label} is cheaper, proven" if dearer.bound > cheaper.cost else NOT_PROVEN
    return {"difference": two.cost - one.cost, "open": dearer.cost - dearer.bound, "verdict": verdict}


def key_figures(run: RunFiles) -> dict[tuple[str, str], float]:
    """(measure, unit) → value. Figures of a period name its calendar years."""
    if not run.has_plan:
        return {}
    tables = run.tables
    costs = tables["costs"]
    figures = {(f"All costs{MONEY}", "million USD"): float(costs["discounted"].sum())}
    figures |= _worth(run)
    for (_, label), value in sums_by(costs, ["term", "label"], "discounted").items():
        figures[f"of which {label}{MONEY}", "million USD"] = float(value)
    figures["Capital of what opens, undiscounted", "million USD"] = float(tables["investments"]["capex"].sum())
    figures["Projects that open", "projects"] = float(tables["investments"]["project"].nunique())
    figures["Unserved over all periods", "Mt"] = float(tables["demand_served"]["unserved_kt"].sum()) / 1000
    for period in {run.periods[0]: 0, run.periods[-1]: 0} if run.periods else {}:
        for group, value in corridor_tonnes(run, period).items():
            figures[f"Route group {group} in {run.spans[period]}", "Mt/year"] = value
    if run.periods:
        co2 = tables["emissions"]
        last = run.periods[-1]
        figures[f"CO2 in {run.spans[last]}", "kt/year"] = float(co2.loc[co2["period"] == last, "co2_kt"].sum())
    return figures


def _worth(run: RunFiles) -> dict[tuple[str, str], float]:
    """What the plan saves against building only what is committed, for what outlays; without what is not known."""
    sums = [sums_by(run.tables[name], ["term"], "discounted") for name in (MINIMUM["costs"], "costs")]
    if not len(sums[0]):
        return {}
    saved = {term: float(sums[0].get(term, 0.0)) - float(sums[1].get(term, 0.0)) for term in {*sums[0], *sums[1]}}
    outlays = -sum(saved[term] for term in outlay_terms() & set(saved))
    worth = sum(saved.values())
    found = {(f"Worth against what is committed{MONEY}", "million USD"): worth}
    if outlays > LEAST:
        found["Benefits for each dollar of outlays", RATIO] = (worth + outlays) / outlays
    if run.bound is not None and worth > LEAST:
        found["Gap, as a share of the worth", "%"] = 100 * max(0.0, run.cost - run.bound) / worth
    return found


def figures_of(runs: Sequence[RunFiles]) -> list[tuple[tuple[str, str], list[float | None]]]:
    """Key figures of all runs: (measure, unit) and a value for each run, None where the run can have none.

    Present values of another measure than the first run's, and periods of other years, stand in rows of their own.
    """
    found = [key_figures(run) for run in runs]
    for number, run in enumerate(runs):
        if not same_measure(runs[0], run):
            found[number] = {(_of(run, *key), key[1]): value for key, value in found[number].items()}
    names = list(dict.fromkeys(name for one in found for name in one))
    return [(name, [_value(name, run, one) for run, one in zip(runs, found, strict=True)]) for name in names]


def _of(run: RunFiles, name: str, unit: str) -> str:
    """A figure of money under another measure says whose it is."""
    return f"{name} ({run.label})" if unit in ("million USD", RATIO) else name


def _value(name: tuple[str, str], run: RunFiles, figures: dict[tuple[str, str], float]) -> float | None:
    """What a run lacks is nothing where it could have had it: a corridor of its own periods, a term of its costs."""
    if name in figures or not figures:
        return figures.get(name)
    words, unit = name
    span = words.rpartition(" in ")[2]
    if " in " in words and unit != "million USD":
        return 0.0 if span in run.spans.values() else None
    term = words.startswith("of which ") and not words.endswith(")")
    return 0.0 if term and (f"All costs{MONEY}", unit) in figures else None


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


def which_did_it(cells: int) -> str:
    """How to find out which of several cells made the difference; nothing where there is but one."""
    if cells < 2:
        return ""
    return (
        "A comparison does not say which of several cells made the difference: plan a copy with one of them changed, "
        "and compare."
    )


def investments(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Projects that open in some run: opening years and capital in each, and whether they differ."""
    opens = [openings(run) for run in runs]
    capital = [sums_by(run.tables["investments"], ["project"], "capex") for run in runs]
    count = range(len(runs))
    records = []
    for key in dict.fromkeys(key for one in opens for key in one):
        years = [one.get(key, "") for one in opens]
        name = next(run.names.get(("project", key), key) for run, year in zip(runs, years, strict=True) if year)
        record: dict[str, Any] = {"project": key, "name": name, **{f"s{n}": years[n] for n in count}}
        record |= {f"c{number}": float(capital[number].get(key, 0.0)) for number in count}
        built = f"{sum(1 for year in years if year)} of {len(runs)}"
        records.append({**record, "built": built, "differs": "differs" if len(set(years)) > 1 else "same"})
    columns = ["project", "name", "built", *(f"s{n}" for n in count), *(f"c{n}" for n in count), "differs"]
    frame = pd.DataFrame(records, columns=columns)
    return frame.sort_values(["differs", "project"], kind="stable").reset_index(drop=True)


def flows(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """Links and periods whose tonnes differ between runs, largest difference first (at most MOST_FLOWS rows).

    A period is its calendar years; a run without such a period has no figure.
    """
    found: dict[tuple[str, str], list[float]] = {}
    for number, run in enumerate(runs):
        for (link, period), value in sums_by(run.tables["link_flows"], ["link", "period"], "flow_kt").items():
            span = run.spans.get(str(period), str(period))
            none = [0.0 if span in one.spans.values() else math.nan for one in runs]
            found.setdefault((link, span), none)[number] = float(value) / 1000
    records = []
    for (link, span), amounts in found.items():
        told = [amount for amount in amounts if not math.isnan(amount)]
        spread = max(told) - min(told)
        if spread > 1e-6:
            name = next(run.names[("link", link)] for run in runs if ("link", link) in run.names)
            amounts_by = {f"s{number}": amount for number, amount in enumerate(amounts)}
            records.append({"link": link, "name": name, "period": span, **amounts_by, "spread": spread})
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
