"""What a plan says in a few figures and sentences."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from model.case.case import Case
from model.features import feature_parts
from model.formulation.investment import choosable_projects
from model.plan.kinds import present_values
from model.plan.plan import Plan
from model.plan.use import assets_full
from model.solvers.core.outcome import Outcome, Status
from model.studies.console.caspian import caspian_kteu, lorry_kteu
from model.studies.console.words import count, listing, money, share

EXACT = 1e-8  # gap that is rounding
UNSEEN = 0.05  # million USD that round to 0.0
NAMED = 6  # how many names a sentence lists


def praise(outcome: Outcome) -> str:
    """How good the plan is, in a few words."""
    if outcome.is_proven_best:
        return "Best plan, proven"
    asked = outcome.status is Status.OPTIMAL
    return "Good plan, with the gap that was asked for" if asked else "Good plan, not proven best"


def status_word(outcome: Outcome) -> str:
    """How `status_words` begins: the same few words wherever there is no room for more."""
    return first_words(status_words(outcome))


def first_words(words: str) -> str:
    """What stands before the colon or the full stop of `status_words`."""
    return re.split(r"[:.](?=\s|$)", words, maxsplit=1)[0]


def status_words(outcome: Outcome) -> str:
    """How good the plan is, or why there is none, in one or two sentences."""
    gap = gap_words(outcome)
    proven = "" if outcome.gap is not None and outcome.gap < EXACT else f" by more than {gap}"
    said = {
        Status.OPTIMAL: f"{praise(outcome)}: no plan costs less{proven}.",
        Status.FEASIBLE: f"{praise(outcome)}: a plan up to {gap} cheaper may exist.",
        Status.INFEASIBLE: "No plan: the limits contradict each other.",
        Status.UNBOUNDED: "No plan: the cost can fall without end, so some input is wrong.",
        Status.NO_PLAN: "No plan was found in the time given.",
        Status.FAILED: "The plan did not pass the independent verifier and must not be used.",
    }[outcome.status]
    more = "" if outcome.has_plan or outcome.message in said else outcome.message
    return " ".join(part for part in (said, more, outcome.ended) if part)


def gap_words(outcome: Outcome) -> str:
    """What a better plan could save at most: money, share of what the plan saves, share of all costs."""
    if outcome.gap is None:
        return "an unknown share"
    if outcome.gap_in_money is None or outcome.worth is None:
        return share(outcome.gap)
    of_worth = outcome.gap_of_worth
    of_cost = f"{share(outcome.gap)} of all costs"
    if of_worth is None:
        return f"{money(outcome.gap_in_money)} ({of_cost})"
    saved = f"the {money(outcome.worth)} that it saves against building only what is committed"
    return f"{money(outcome.gap_in_money)} ({share(of_worth)} of {saved}; {of_cost})"


def project_table(plan: Plan) -> pd.DataFrame:
    """Modules and ships that open, in order: project, name, opening year, modules, capital [million USD], status.

    Without rows when there is no plan, or none that the verifier accepts.
    """
    projects = choosable_projects(plan.case)
    opened = plan.tables["investments"]
    if opened.empty or not plan.has_plan:
        return pd.DataFrame(columns=["project", "name", "opening_year", "modules", "capex_million_usd", "status"])
    opened = opened.loc[opened["modules"] > 0].sort_values(["opening_year", "project"])
    return pd.DataFrame(
        {
            "project": opened["project"].astype(str).to_list(),
            "name": projects.loc[opened["project"], "name"].astype(str).to_list(),
            "opening_year": opened["opening_year"].astype(int).to_list(),
            "modules": opened["modules"].round().astype(int).to_list(),
            "capex_million_usd": opened["capex"].astype(float).to_list(),
            "status": projects.loc[opened["project"], "status"].astype(str).to_list(),
        }
    )


def project_records(plan: Plan) -> list[dict[str, Any]]:
    """The project table as records, for run.json."""
    return [{str(key): value for key, value in record.items()} for record in project_table(plan).to_dict("records")]


def measures(plan: Plan) -> dict[str, Any]:
    """Key figures by name (units in the names); empty when there is no plan.

    Money, time, taste and penalty are present values and add up to npv_cost, which the plan minimises. Capital is that
    of what the plan chooses, without what is committed. Unserved is the part of the tonnes of all
    periods, weighted by their years. Caspian kTEU is the yearly flow of containers, empty ones and bulk in boxes
    included, on ships and rail ferries between two nodes of the area 'Caspian', Caspian lorries kTEU that of loads of
    lorries on ferries without track; each left out when the case has no such link.
    """
    if not plan.has_plan:
        return {}
    projects = project_table(plan)
    chosen = projects.loc[projects["status"] != "committed"]
    result: dict[str, Any] = {
        **{f"{kind}_million_usd": value for kind, value in present_values(plan.tables["costs"]).items()},
        "npv_cost_million_usd": plan.outcome.objective,
        "capex_million_usd": float(chosen["capex_million_usd"].sum()),
        "projects": int(chosen["project"].nunique()),
        "unserved_share_of_tonnes": unserved_share(plan),
    }
    for name, crossing in (("caspian_kteu", caspian_kteu(plan)), ("caspian_lorries_kteu", lorry_kteu(plan))):
        result |= {f"{name}_{period}": crossing[period] for period in marked_periods(plan.case) if crossing}
    return result


def marked_periods(case: Case) -> list[str]:
    """First, middle and last period: enough to see a trend in one line."""
    names = [period.name for period in case.periods]
    return list(dict.fromkeys((names[0], names[len(names) // 2], names[-1])))


def unserved_share(plan: Plan) -> float:
    """Unserved part of the tonnes of the whole horizon."""
    served = plan.tables["demand_served"]
    years = served["period"].map({period.name: period.years for period in plan.case.periods}).astype(float)
    tonnes = float((served["amount_kt"] * years).sum())
    return float((served["unserved_kt"] * years).sum()) / tonnes if tonnes > 0 else 0.0


def plan_sentences(plan: Plan) -> list[str]:
    """The plan in some sentences: status, cost, what is built, what is served, what is full."""
    said = [status_words(plan.outcome)]
    if not plan.has_plan:
        return said
    case, figures = plan.case, measures(plan)
    said.append(_cost_sentences(case, figures))
    said += [*_building_sentences(plan), *_lives_sentences(plan)]
    said.append(_served_sentence(plan))
    full = full_assets(plan, case.periods[0].name)
    if full:
        said.append(f"Full in {case.periods[0].name}: {listing(full)}.")
    for what, crossing in (
        ("Containers across the Caspian on ships and rail ferries", caspian_kteu(plan)),
        ("Loads of lorries across the Caspian on ferries, not counted there", lorry_kteu(plan)),
    ):
        marks = [f"{crossing[period]:,.0f} in {period}" for period in marked_periods(case) if crossing]
        said += [f"{what}, kTEU a year: {listing(marks)}."] if marks else []
    for part in feature_parts("summary").values():
        said += part.sentences(plan)
    return said


def _cost_sentences(case: Case, figures: Mapping[str, Any]) -> str:
    """Money and time first, then all costs, and what of these nobody pays."""
    years = f"{case.first_year}–{case.last_year}"
    paid, time = (money(figures[f"{kind}_million_usd"]) for kind in ("money", "time"))
    unpaid = {"taste of shippers": figures["taste_million_usd"], "penalties": figures["penalty_million_usd"]}
    parts = [f"{name} {money(value)}" for name, value in unpaid.items() if abs(value) >= UNSEEN]
    with_unpaid = f", with {listing(parts)}, which nobody pays" if parts else ""
    return (
        f"Costs paid {years}: {paid}; cost of time: {time} (present values). "
        f"Present value of all costs {years}: {money(figures['npv_cost_million_usd'])} "
        f"in prices of {int(case.settings['price_year'])}{with_unpaid}."
    )


def _building_sentences(plan: Plan) -> list[str]:
    """What the plan chose to build, and what was committed anyway."""
    table = project_table(plan)
    chosen, fixed = (table.loc[(table["status"] == "committed") == committed] for committed in (False, True))
    if chosen.empty:
        said = ["Builds no project of its own choice."]
    else:
        most = choosable_projects(plan.case)["maximum_modules"].astype(float)
        names = [
            f"{key} {rows['name'].iloc[0]} "
            f"({'; '.join(_opening_words(row, most[key]) for row in rows.to_dict('records'))})"
            for key, rows in chosen.groupby("project", sort=False)
        ]
        total = float(chosen["capex_million_usd"].sum())
        said = [f"Builds {count(chosen['project'].nunique(), 'project')} for {money(total)}: {listing(names)}."]
    if not fixed.empty:
        names = [f"{row['project']} ({row['opening_year']})" for row in fixed.to_dict("records")]
        said.append(f"Already committed: {listing(names)}.")
    return said


def _lives_sentences(plan: Plan) -> list[str]:
    """What is renewed when its life ends, and what is not."""
    table = plan.tables.get("lives")
    if table is None or table.empty:
        return []
    renewed = table.loc[table["renewed"] > 0]
    lapsed = table.assign(gone=table["ending"] - table["renewed"]).loc[lambda rows: rows["gone"] > 0]
    said = []
    for words, found in (("Renews when their life ends", renewed), ("Lets end with their life", lapsed)):
        names = [f"{project} ({'; '.join(map(str, years))})" for project, years in found.groupby("project")["year"]]
        cost = f", for {money(float(found['cost'].sum()))}" if found is renewed else ""
        said += [f"{words}: {listing(names)}{cost}."] if names else []
    return said


def _opening_words(row: Mapping[Hashable, Any], most: float) -> str:
    """'2031'; where a project can have several modules, how many open: '1 of 2 modules 2031'."""
    year, opened = str(row["opening_year"]), row["modules"]
    if opened == 1 and most <= 1:
        return year
    return f"{opened} of {most:.0f} modules {year}" if opened < most else f"{opened} modules {year}"


def _served_sentence(plan: Plan) -> str:
    served = plan.tables["demand_served"].groupby("period")[["amount_kt", "unserved_kt"]].sum()
    sums = zip(
        served.index.astype(str), served["amount_kt"].astype(float), served["unserved_kt"].astype(float), strict=True
    )
    lost = {period: unserved / amount for period, amount, unserved in sums if unserved > 1e-6 * max(1.0, amount)}
    if not lost:
        return "Every tonne is served in every period."
    worst = max(lost, key=lambda period: lost[period])
    return f"Unserved in {count(len(lost), 'period')}, at most {share(lost[worst])} of the tonnes (in {worst})."


def full_assets(plan: Plan, period: str) -> list[str]:
    """Names of the assets that are full in a period (95 % and more), the dearest shortage first."""
    return some([asset_name(plan.case, kind, asset) for kind, asset in assets_full(plan.tables, period)])


def some(words: list[str]) -> list[str]:
    """The first words, and how many more there are."""
    return words if len(words) <= NAMED else [*words[:NAMED], f"{len(words) - NAMED} more"]


def asset_name(case: Case, kind: str, asset: str) -> str:
    """'Aktau sea port', or 'Aktau sea port – Alat port (container ship)' for a link without a name of its own."""
    nodes = case.lookup("Nodes", "name")
    if kind == "node":
        return str(nodes.get(asset, asset))
    links = case.table("Links")
    for row in links.loc[links["link"] == asset].to_dict("records"):
        ends = [nodes.get(row[end], row[end]) for end in ("from_node", "to_node")]
        return str(row["name"] or f"{ends[0]} – {ends[1]} ({row['carrier']})")
    return asset
