"""Which figures of a run stand in several places, and where: the register that the tests hold the files to.

A new column of numbers belongs here, beside the places that say the same, or into ONCE.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.reports.run_reading import Figures, Place, Run, number, page, record, sheet, tidy, words

MONEY = "[million USD]"
PRESENT = "[million USD present value]"


def _summary(measure: str, **more: Any) -> Place:
    return sheet("Summary", "Value", Measure=measure, **more)


def _capital(total: str) -> Place:
    return sheet("Capital", "Amount", Total=total)


def _indicator(name: str) -> Place:
    return sheet("Appraisal", "Figure", Indicator=name)


def _gained(name: str) -> Place:
    return _summary(f"The plan on top of that: {name[:1].lower()}{name[1:]}")


def _best(row: dict[str, Any]) -> bool:
    return str(row["best"]) == "true"


def _full_in_first(run: Run) -> Figures:
    """How many names the sentence on what is full in the first period lists, those that it only counts included."""
    line = next(line for line in run.words["cover"].splitlines() if line.startswith("Full in "))
    names = line.split(": ", 1)[1].rstrip(".").replace(" and ", ", ").split(", ")
    return {("2026",): float(sum(int(name.split()[0]) if name.endswith(" more") else 1 for name in names))}


def _forget_full(run: Run) -> None:
    run.words["cover"] = run.words["cover"].replace("Full in 2026: ", "Full in 2026: Nowhere, ")


def _counted_full(run: Run) -> Figures:
    rows = [row for row in run.sheets["Utilisation"] if (number(row["2026 [%]"]) or 0.0) >= 0.9495]
    return {("2026",): float(len(rows))}


def _one_more_full(run: Run) -> None:
    next(row for row in run.sheets["Utilisation"] if (number(row["2026 [%]"]) or 0.0) < 0.9495)["2026 [%]"] = 1.0


OVER = sheet("Links", ("Containers forward [kTEU/year]", "Containers backward [kTEU/year]"), ("Period",), Link="BC")

FIGURES: Mapping[str, tuple[Place, ...]] = {
    "all costs, present value": (
        sheet("Costs_detail", f"Present value {MONEY}"),
        _summary("All costs, present value"),
        sheet("Costs", f"Present value {MONEY}"),
        sheet("Costs_country", f"All terms {PRESENT}"),
        tidy("costs", "discounted"),
        record("objective_million_usd"),
        record("measures", "npv_cost_million_usd"),
        words("cover", r"Present value of all costs [\d–]+: ([\d,.]+) million"),
        words("record", r"Present value of all costs [\d–]+: ([\d,.]+) million"),
        words("page", r"([\d,]+)\s+million USD\s+all costs, present value", digits=0),
        page("Present value by cost term", "Amount", Term="All costs"),
        page("What the plan buys against building only what is committed", "With the plan", Term="All costs"),
    ),
    "cost terms, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", ("Label",)),
        tidy("costs", "discounted", ("label",)),
        page("Present value by cost term", "Amount", ("Term",), keep=lambda row: row["Term"] != "All costs"),
        page(
            "What the plan buys against building only what is committed", "With the plan", ("Term",),
            keep=lambda row: row["Term"] != "All costs",
        ),
    ),
    "costs by kind, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", ("Kind",)),
        page("Present value by kind of cost", "Amount", ("Kind",)),
    ),
    "costs paid, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", Kind="Costs paid"),
        _summary("Costs paid, present value"),
        sheet("Costs_country", f"Costs paid {PRESENT}"),
        record("measures", "money_million_usd"),
        words("cover", r"Costs paid [\d–]+: ([\d,.]+) million"),
        words("record", r"Costs paid [\d–]+: ([\d,.]+) million"),
        words("page", r"([\d,]+)\s+million USD\s+costs paid, present value", digits=0),
    ),
    "cost of time, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", Kind="Cost of time"),
        _summary("Cost of time, present value"),
        sheet("Costs_country", f"Cost of time {PRESENT}"),
        record("measures", "time_million_usd"),
        words("cover", r"cost of time: ([\d,.]+) million"),
        words("record", r"cost of time: ([\d,.]+) million"),
        words("page", r"([\d,]+)\s+million USD\s+cost of time, present value", digits=0),
    ),
    "penalties, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", Kind="Penalties, not paid"),
        _summary("Penalties, not paid, present value"),
        sheet("Costs_country", f"Penalties, not paid {PRESENT}"),
        record("measures", "penalty_million_usd"),
        words("cover", r"penalties ([\d,.]+) million USD, which nobody pays"),
    ),
    "capital, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", Term="capital"),
        _summary("of which Capital, present value"),
        sheet("Costs_country", f"Capital {PRESENT}"),
        _capital("Capital, present value"),
    ),
    "salvage, present value": (
        sheet("Costs_detail", f"Present value {MONEY}", Term="salvage"),
        _summary("of which Salvage, present value"),
        sheet("Costs_country", f"Salvage {PRESENT}"),
        _capital("Salvage, present value"),
    ),
    "costs by year": (
        sheet("Costs_detail", f"Amount {MONEY}", ("Year",)),
        sheet("Costs", f"All terms {MONEY}", ("Year",)),
        tidy("costs", "amount", ("year",)),
    ),
    "costs of all years": (
        sheet("Costs_detail", f"Amount {MONEY}"),
        sheet("Years", f"All costs {MONEY}"),
        sheet("Costs", f"All terms {MONEY}"),
    ),
    "costs by country": (
        sheet("Costs_detail", f"Present value {MONEY}", ("Country",)),
        sheet("Costs_country", f"All terms {PRESENT}", ("Country",)),
        tidy("costs", "discounted", ("country",)),
    ),
    "costs by country, by name": (
        sheet("Costs_country", f"All terms {PRESENT}", ("Name",)),
        page("By country", "Amount", ("Country",)),
    ),
    "capital by project": (
        sheet("Investments", f"Capital {MONEY}", ("Project",)),
        sheet("Projects", f"Capital of what opens {MONEY}", ("Project",)),
        sheet("Funding", f"Capital of what opens {MONEY}", ("Project",), part=True, most=True),
        tidy("investments", "capex", ("project",)),
    ),
    "capital within the horizon by project": (
        sheet("Spending", f"All years {MONEY}", ("Project",)),
        sheet("Investments", f"Paid within the horizon {MONEY}", ("Project",)),
        sheet("Funding", f"Paid within the horizon {MONEY}", ("Project",), part=True, most=True),
        tidy("spending", "amount", ("project",)),
    ),
    "capital of what opens": (
        sheet("Investments", f"Capital {MONEY}"),
        _summary("Capital of what opens, undiscounted"),
        _capital("Capital of what opens"),
        words("page", r"([\d,]+)\s+million USD\s+capital of \d+ projects that open", digits=0),
    ),
    "capital chosen by the plan": (
        sheet("Investments", f"Capital {MONEY}", Status="candidate"),
        _summary("of which chosen by the plan, undiscounted"),
        _capital("of which chosen by the plan"),
        record("measures", "capex_million_usd"),
        words("cover", r"Builds \d+ projects for ([\d,.]+) million"),
    ),
    "capital committed": (
        sheet("Investments", f"Capital {MONEY}", Status="committed"), _capital("of which committed"),
    ),
    "capital sunk": (
        sheet("Investments", f"Paid before the horizon {MONEY}"),
        _capital("of that, paid before the horizon (sunk)"),
    ),
    "capital and renewals within the horizon": (
        sheet("Spending", f"All years {MONEY}"),
        _capital("Capital and renewals within the horizon"),
        sheet("Costs_detail", f"Amount {MONEY}", keep=lambda row: row["Term"] in ("capital", "renewal")),
        sheet("Budget", f"Spent {MONEY}", Envelope="Corridor"),
    ),
    "capital within the horizon": (
        sheet("Investments", f"Paid within the horizon {MONEY}"),
        _summary("Capital within the horizon, undiscounted"),
        _capital("Capital within the horizon"),
        sheet("Years", f"Capital paid {MONEY}"),
        sheet("Costs", f"Capital {MONEY}"),
        sheet("Costs_detail", f"Amount {MONEY}", Term="capital"),
    ),
    "capital by year": (
        tidy("spending", "amount", ("year",)),
        sheet("Costs", f"Capital {MONEY}", ("Year",)),
        sheet("Years", f"Capital paid {MONEY}", ("Period",)),
    ),
    "what named funders pay": (
        sheet("Funding", f"Pays in all {MONEY}"), _capital("Of what opens, with a named funder"),
    ),
    "what named funders pay within the horizon": (
        sheet("Funding", f"Pays within the horizon {MONEY}"), _capital("Of that, paid within the horizon"),
    ),
    "what the World Bank pays within the horizon": (
        sheet("Funding", f"Pays within the horizon {MONEY}", Funder="World Bank"),
        sheet("Budget", f"Spent {MONEY}", Counts="funder World Bank"),
    ),
    "outlays": (
        _indicator("Outlays, present value"),
        _gained("Outlays, present value"),
        _capital("Outlays, present value"),
        words("cover", r"for ([\d,.]+) million USD of capital and upkeep"),
        sheet("Countries", f"Pays more for works {PRESENT}"),
    ),
    "benefits": (
        _indicator("Benefits, present value"),
        _gained("Benefits, present value"),
        sheet("Appraisal", "Figure", keep=lambda row: row["Indicator"].startswith("Benefits: ")),
        words("cover", r"net \(present value\): ([\d,.]+) million USD of other costs"),
    ),
    "net present value": (
        _indicator("Net present value"),
        _gained("Net present value"),
        sheet("Appraisal_years", f"Net, present value {MONEY}"),
        words("cover", r"committed it saves ([\d,.]+) million"),
        words("page", r"committed it saves ([\d,.]+) million"),
        page("What the plan buys against building only what is committed", "Saved", Term="All costs"),
    ),
    "benefit per outlay": (
        _indicator("Benefit per outlay (BCR)"),
        _gained("Benefit per outlay (BCR)"),
        words("cover", r"of capital and upkeep, or ([\d,.]+) for each dollar spent"),
    ),
    "costs with only what is committed": (
        tidy("minimum_costs", "discounted"),
        sheet("Do_minimum", f"Present value {MONEY}"),
        _summary("All costs with only what is committed, present value"),
        page(
            "What the plan buys against building only what is committed", "With only what is committed",
            Term="All costs",
        ),
    ),
    "gap": (
        record("gap"),
        _summary("Proven gap: a better plan saves at most"),
        # in money and against what the plan saves first, where that is known
        words("cover", r"no plan costs less by more than (?:[^;.]*\.\d[^;]*; )?([\d.]+ %)", digits=4),
        words("page", r"([\d.]+ %)\s+(?:proven gap|of all costs)", digits=4),
    ),
    "lower bound": (
        record("bound_million_usd"),
        _summary("Lower bound on the cost of any plan"),
        words("page", r"Lower bound ([\d,.]+), cost of the plan"),
        words("cover", r"Lower bound\n([\d,.]+) million USD", digits=6),
    ),
    "demand by period": (
        sheet("Demand", "Demand [Mt/year]", ("Period",)),
        sheet("Years", "Demand [Mt/year]", ("Period",)),
        sheet("Corridor_shares", "All [Mt/year]", ("Period",), Group_of_demand="All demand"),
        tidy("demand_served", "amount_kt", ("period",), scale=1e-3),
    ),
    "demand of all periods": (
        sheet("Demand", "Demand [Mt/year]"), sheet("Years", "Demand [Mt/year]"), _summary("Demand over all periods"),
    ),
    "demand of the last period": (
        sheet("Demand", "Demand [Mt/year]", Period=2029),
        words("page", r"([\d,.]+)\s+Mt a year\s+demand in 2029"),
    ),
    "unserved by period": (
        sheet("Demand", "Unserved [Mt/year]", ("Period",)),
        sheet("Years", "Unserved [Mt/year]", ("Period",)),
        sheet("Unserved", "Unserved [Mt/year]", ("Period",)),
        sheet("Corridor_shares", "Unserved [Mt/year]", ("Period",), Group_of_demand="All demand"),
        tidy("demand_served", "unserved_kt", ("period",), scale=1e-3),
        page("Unserved demand", "Unserved", ("Period",), digits=3),
    ),
    "unserved of all periods": (
        sheet("Unserved", "Unserved [Mt/year]"), _summary("Unserved over all periods"),
        sheet("Years", "Unserved [Mt/year]"),
    ),
    "carried by period": (
        sheet("Demand", "Carried [Mt/year]", ("Period",)), sheet("Years", "Carried [Mt/year]", ("Period",)),
    ),
    "carried in TEU by period": (
        sheet("Routes", "Flow in TEU [kTEU/year]", ("Period",), Load="cargo"),
        sheet("Years", "Carried in TEU [kTEU/year]", ("Period",)),
    ),
    "containers across the Caspian": (
        sheet("Years", "Containers across the Caspian [kTEU/year]", ("Period",)),
        sheet("Routes", "Containers across the Caspian [kTEU/year]", ("Period",)),
        OVER,
        tidy("link_flows", "boxes_kteu", ("period",), link="BC"),
        record("measures", "caspian_kteu_2026", key=("2026",), part=True),
        record("measures", "caspian_kteu_2029", key=("2029",), part=True),
        words("cover", r"kTEU a year: ([\d,]+) in 2026", digits=0, key=("2026",), part=True),
        words("cover", r"and ([\d,]+) in 2029\.", digits=0, key=("2029",), part=True),
    ),
    **{
        f"tonnes across the Caspian at ports of {name}": tuple(
            sheet(book, f"Tonnes across the Caspian at ports of {name} [Mt/year]", ("Period",))
            for book in ("Years", "Routes")
        )
        for name in ("Azerbaijan", "Kazakhstan")
    },
    "assets that are full in the first period": (
        sheet("Years", "Assets that are full [assets]", ("Period",), Period=2026),
        Place("plan.xlsx › Utilisation › 2026, counted", _counted_full, _one_more_full),
        Place("cover › Full in 2026, counted", _full_in_first, _forget_full),
    ),
    "flow by link and period": (
        sheet("Links", ("Tonnes forward [Mt/year]", "Tonnes backward [Mt/year]"), ("Link", "Period")),
        tidy("link_flows", "flow_kt", ("link", "period"), scale=1e-3),
    ),
    "flow of the last period": (
        sheet("Links", ("Tonnes forward [Mt/year]", "Tonnes backward [Mt/year]"), ("Name",), Period=2029),
        sheet("Map", "Tonnes, both directions [Mt/year]", ("Link",)),
        page("The 15 largest flows in 2029, both directions", "Tonnes", ("Link",), digits=2),
    ),
    "containers of the last period": (
        sheet(
            "Links", ("Containers forward [kTEU/year]", "Containers backward [kTEU/year]"), ("Name",), Period=2029
        ),
        sheet("Map", "Containers, both directions [kTEU/year]", ("Link",)),
        page("The 15 largest flows in 2029, both directions", "Containers", ("Link",)),
    ),
    "containers handled at nodes": (
        sheet(
            "Nodes", tuple(f"{what} [kTEU/year]" for what in ("Loading", "Unloading", "Transfer", "Passing")),
            ("Node", "Period"),
        ),
        tidy("node_flows", "boxes_kteu", ("node", "period")),
    ),
    "use of capacity": (
        sheet("Capacity", "Utilisation [%]", ("Asset", "Period"), most=True),
        sheet("Links", "Utilisation [%]", ("Link", "Period"), part=True),
        sheet("Nodes", "Utilisation [%]", ("Node", "Period"), part=True),
        tidy("capacities", "utilisation", ("asset", "period"), part=True, most=True),
    ),
    "highest use of capacity": (
        sheet("Utilisation", "Highest [%]", ("Asset",)),
        sheet("Capacity", "Utilisation [%]", ("Asset",), most=True, keep=lambda row: row["Utilisation [%]"] != 0),
        sheet("Bottlenecks", "Highest use [%]", ("Asset",), part=True, most=True),
    ),
    "capacity with projects": (
        sheet("Capacity", "Installed [measure/year]", ("Asset", "Period"), Measure="kTEU"),
        tidy("capacities", "installed", ("asset", "period"), measure="kTEU", part=True),
    ),
    "what one more unit saves": (
        sheet("Bottlenecks", "One more unit saves [in the unit of the price]", ("Asset",)),
        sheet(
            "Capacity", "One more unit saves [in the unit of the price]", ("Asset",), most=True,
            keep=lambda row: (row["One more unit saves [in the unit of the price]"] or 0) > 1e-6,
        ),
        tidy(
            "capacities", "shadow_price", ("asset",), scale=1000.0, most=True,
            keep=lambda row: float(row["shadow_price"] or 0) > 1e-9,
        ),
    ),
    "worth of bottlenecks": (
        sheet("Bottlenecks", f"10 % more would save at most {PRESENT}", ("Bottleneck",), Whose="corridor"),
        page("Limits ranked by what 10 % more of them would save", "10 % more saves at most", ("Bottleneck",)),
    ),
    "worth of bottlenecks of competitors": (
        sheet("Bottlenecks", f"10 % more would save at most {PRESENT}", ("Bottleneck",), Whose="competitor"),
        page("Limits of competitors", "10 % more saves at most", ("Bottleneck",)),
    ),
    "spent of envelopes": (
        sheet("Budget", f"Spent {MONEY}", ("Envelope", "From", "To")),
        tidy("envelopes", "spent", ("envelope", "first_year", "last_year")),
    ),
    "spent of one envelope": (
        sheet("Budget", f"Spent {MONEY}", ("Years",), Envelope="Kazakhstan"),
        page("Envelope Kazakhstan", "Spent", ("Years",)),
    ),
    "cost of the opposite decision": (
        sheet("Project_figures", f"Cost of the opposite decision {PRESENT}", ("Project",)),
        sheet("Projects", f"Cost of the opposite decision {PRESENT}", ("Project",)),
        sheet("Other_decisions", f"Change {MONEY}", ("Project",), Best="yes"),
        tidy("candidates", "change", ("project",), keep=_best),
        sheet("Why_not", f"Best: all costs rise by {PRESENT}", ("Project",), part=True),
    ),
    "cost of the opposite decision, by name": (
        sheet("Project_figures", f"Cost of the opposite decision {PRESENT}", ("Name",)),
        page("Decision and reason for every project", "Opposite decision costs", ("Project",)),
    ),
    "costs of projects": (
        sheet("Project_figures", f"Costs {PRESENT}", ("Name",)),
        page("Decision and reason for every project", "Costs", ("Project",)),
        sheet("Why_not", f"Best: costs with the package {PRESENT}", ("Name",), part=True),
    ),
    "savings of projects": (
        sheet("Project_figures", f"Saves elsewhere {PRESENT}", ("Name",)),
        page("Decision and reason for every project", "Saves elsewhere", ("Project",)),
        sheet("Why_not", f"Best: saves elsewhere {PRESENT}", ("Name",), part=True),
    ),
    "savings of projects of the plan, by kind of cost": (
        sheet("Project_figures", f"Saves elsewhere {PRESENT}", ("Project",), Decision="Build"),
        sheet(
            "Project_figures",
            tuple(
                f"Of it {kind} {PRESENT}"
                for kind in ("costs paid", "cost of time", "taste, not paid", "penalties, not paid")
            ),
            ("Project",), Decision="Build",
        ),
    ),
    "cost of opening later": (
        sheet("Other_decisions", f"Change {MONEY}", ("Project",), Question="opened later"),
        tidy("candidates", "change", ("project",), question="opened later"),
        sheet("Project_figures", f"Cost of opening later {PRESENT}", ("Project",), part=True),
        sheet("Projects", f"Cost of opening later {PRESENT}", ("Project",), part=True),
    ),
    "cost and saving of a project in words": (
        sheet("Project_figures", f"Costs {PRESENT}", Project="NEVER"),
        words("page", r"it would cost ([\d,.]+) million USD and save"),
    ),
    "modules decided": (
        sheet("Project_figures", "Modules decided", ("Project",)),
        sheet("Other_decisions", "Modules [modules]", ("Project",), Best="yes"),
    ),
    "opening years": (
        sheet("Investments", "Opens in", ("Project",)),
        sheet("Projects", "Opens in", ("Project",)),
        tidy("investments", "opening_year", ("project",)),
        page(
            "Schedule of the projects that open", "Opens", ("Project",), digits=9, part=True,
            keep=lambda row: row["Project"] in ("PORTAL", "DREDGE"),
        ),
    ),
    "modules that open": (
        sheet("Investments", "Modules that open", ("Project", "Opens in")),
        tidy("investments", "modules", ("project", "opening_year")),
    ),
    "modules in service": (
        sheet("Investments", "Modules in service then", ("Project", "Opens in")),
        tidy("investments", "modules_in_service", ("project", "opening_year")),
    ),
    "capital of the first module": (
        sheet("Project_figures", f"Capital of the first module {MONEY}", ("Project",)),
        sheet("Projects", f"Capital of the first module {MONEY}", ("Project",), part=True,
              keep=lambda row: row["Decision"] != "Already built"),
        sheet("Why_not", f"Capital of the first module {MONEY}", ("Project",), part=True),
    ),
    "capital at which a project would enter": (
        sheet("Project_figures", f"Would enter at a capital of {MONEY}", ("Name",)),
        sheet("Projects", f"Would enter at a capital of {MONEY}", ("Name",)),
    ),
    "limits of envelopes": (
        sheet("Budget", f"Limit {MONEY}", ("Envelope", "From", "To")),
        tidy("envelopes", "amount", ("envelope", "first_year", "last_year")),
    ),
    "use of the largest flows": (
        sheet("Links", "Utilisation [%]", ("Name",), Period=2029),
        sheet("Map", "Utilisation [%]", ("Link",)),
    ),
    "tonnes on routes": (
        sheet("Routes", "Tonnes [Mt/year]", ("Demand", "Period", "Route")),
        tidy("route_flows", "flow_kt", ("demand", "period", "route"), scale=1e-3),
    ),
    "length of routes": (
        sheet("Routes", "Length [km]", ("Route",), most=True), tidy("routes", "length_km", ("route",)),
    ),
    "days of routes": (sheet("Routes", "Transit [days]", ("Route",), most=True), tidy("routes", "days", ("route",))),
    "margin of routes": (
        sheet("Routes", "Margin [days]", ("Route",), most=True), tidy("routes", "buffer_days", ("route",)),
    ),
    "freight cost of routes": (
        sheet("Routes", "Freight cost [USD/TEU]", ("Route",), most=True), tidy("routes", "cost_per_teu", ("route",)),
    ),
    "demand in TEU": (
        sheet("Demand", "Demand in TEU [kTEU/year]", ("Demand", "Period")),
        tidy("demand_served", "amount_kteu", ("demand", "period")),
    ),
    "demand of what is not all carried": (
        sheet("Demand", "Demand [Mt/year]", ("Demand", "Period")),
        sheet("Unserved", "Demand [Mt/year]", ("Demand", "Period"), part=True),
    ),
    "CO2": (
        sheet("Emissions", "All carriers [kt CO2/year]", ("Period",)),
        sheet("Years", "CO2 [kt CO2/year]", ("Period",)),
        tidy("emissions", "co2_kt", ("period",)),
    ),
    "ships added": (sheet("Fleets", "Added [ships]", ("Period",)), tidy("fleets", "added", ("period",))),
    "round trips": (
        sheet("Sailings", "Round trips made", ("Service", "Period", "Season")),
        tidy("sailings", "trips", ("service", "period", "season")),
    ),
    "what policies count": (
        sheet("Policies", "Counted [in the unit]", ("Policy", "Period")),
        tidy("policy_levels", "counted", ("policy", "period")),
    ),
    "shares of routes": (
        sheet("Routes", "Share of demand [%]", ("Demand", "Period", "Route")),
        tidy("route_flows", "share", ("demand", "period", "route")),
    ),
    "empty boxes": (
        sheet("Empties", "Empty out [kTEU/year]", ("Market", "Period")),
        tidy("boxes", "empty_out", ("node", "period")),
    ),
    "checks": (
        record("checks", "count"),
        words("page", r"(\d+) checks\s+of the plan", digits=0),
        words("page", r"(\d+) checks by a verifier", digits=0),
    ),
}  # fmt: skip

ONCE: Mapping[str, tuple[str, ...]] = {
    "Years": ("From", "To", "Carried share [%]"),
    "Investments": ("Modules possible", "First year of spending", "Serves until"),
    "Project_figures": (
        "Figures for opening in",
        "Saves per cost",
        f"Of it transfers {PRESENT}",
        f"Net without transfers {PRESENT}",
        "Highest use of it [%]",
        f"Net present value {PRESENT}",
        "Rate of return [a year]",  # added up again from Project_years: test_appraisal
    ),
    "Why_not": (
        "Its dates allow",
        "Earliest year",
        "Best year, or year in the plan",
        "Earliest: costs alone [million USD present value]",
        "Earliest: costs with the package [million USD present value]",
        "Best: costs alone [million USD present value]",
        "Earliest: saves elsewhere [million USD present value]",
        "Earliest: all costs rise by [million USD present value]",
    ),
    "Countries": (
        "Works, with the plan [million USD present value]",
        "Works, only what is committed [million USD present value]",
        "From cargo, with the plan [million USD present value]",
        "From cargo, only what is committed [million USD present value]",
        "Receives more from cargo [million USD present value]",
        "Received less paid [million USD present value]",
    ),
    "Do_minimum": ("Year", "Amount [million USD]"),
    "Appraisal": ("Rate [a year]",),
    "Other_decisions": (
        "Opening year [year]",
        "Cost [million USD]",
        "Own cost [million USD]",
        "At least [million USD]",
    ),
    "Settled": ("Saving [million USD]", "Year saving [million USD]", "Not before [year]", "Not after [year]"),
    "Budget": ("Left [million USD]", "Used [%]"),
    "Funding": ("Share [%]",),
    "Bottlenecks_years": ("*",),
    "Bottlenecks": ("Rank", "In period", "Full in", "Closed in", "One unit less costs [in the unit of the price]"),
    "Alerts": ("*",),
    "Transfers": ("*",),
    "Links": ("Used of it [measure/year]", "Installed [measure/year]", "Usable [measure/year]"),
    "Policies": (
        "Limit [in the unit]",
        "Room left [in the unit]",
        "One unit looser saves [in the unit of the price]",
        "One unit tighter costs [in the unit of the price]",
    ),
    "Project_years": ("*",),
    "Routes": ("Changes of carrier", "Value-of-time segment", "Value of time [USD/TEU a day]"),
    "Unserved": ("Unserved share [%]",),
    "Appraisal_years": ("*",),
    "Notes": ("Column",),
    "Checks": ("*",),
    "Data_quality": ("*",),
    "Run_log": ("*",),
    "Inputs_used": ("*",),
    "Costs": ("*",),
    "Costs_country": ("*",),
    "Corridor_shares": ("*",),
    "Emissions": ("*",),
    "Congestion": ("*",),
    "Spending": ("*",),
    "Utilisation": ("*",),
    "Nodes": ("*",),
    "Capacity": ("*",),
    "Empties": ("*",),
    "Sailings": ("*",),
    "Fleets": ("*",),
}
"""Columns that restate nothing, or only sum and divide what stands beside them in the same sheet ('*': all others)."""
