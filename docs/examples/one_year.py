"""What the corridor carries in one year under some scenarios, all that can be open by then a free choice.

    python docs/examples/one_year.py inputs/middle_corridor 2030 reference high_demand north_closed

For each scenario: all costs of the year [million USD], proven gap, boxes over the Caspian with empty ones and lorries
[kTEU], without them [kTEU, full boxes by ship or rail ferry], all cargo over it and the part in boxes [Mt], and what
opens beside what is committed. Quicker than the whole horizon by far, and without its history: what takes years to
build or to pay is there at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

from model.case.reader import read_case
from model.formulation.investment import choosable_projects
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.caspian import caspian_kteu, caspian_links, lorry_kteu, lorry_links
from model.studies.switches import year_case


def over_the_caspian(plan: Plan) -> dict[str, float]:
    """KTEU of full boxes by ship and rail ferry, Mt of all cargo and Mt of it in boxes on links over the Caspian."""
    case = plan.case
    form = case.table("Commodities").set_index("commodity")["form"].to_dict()
    lorries = lorry_links(case)
    flows = plan.tables["link_flows"]
    flows = flows[flows["link"].isin(caspian_links(case))]
    boxes = flows[flows["commodity"].map(form) == "container"]
    return {
        "full": float(boxes.loc[~boxes["link"].isin(lorries), "boxes_kteu"].sum()),
        "mt": float(flows["flow_kt"].sum()) / 1000,
        "mt_boxes": float(boxes["flow_kt"].sum()) / 1000,
    }


def chosen(plan: Plan) -> str:
    """Keys of what opens beside what is committed, with the number of modules where there are several."""
    status = choosable_projects(plan.case)["status"]
    opened = plan.tables["investments"].groupby("project")["modules"].sum()
    keys = [(str(key), int(modules)) for key, modules in opened.items() if status[key] == "candidate"]
    return ", ".join(key if modules == 1 else f"{key} × {modules}" for key, modules in keys) or "nothing"


def main(folder: str, year: str, *scenarios: str) -> None:
    """Plan each scenario and print a line."""
    for scenario in scenarios or ("reference",):
        case = year_case(read_case(Path(folder), scenario), int(year))
        plan = make_plan(case, SolveOptions(gap=0.005, threads=1, seed=1, time_limit=3600))
        if not plan.has_plan:
            print(f"{scenario} {year}: {plan.outcome.message}", flush=True)
            continue
        objective, gap = plan.outcome.objective or 0.0, plan.outcome.gap or 0.0
        cargo = over_the_caspian(plan)
        kteu = sum(caspian_kteu(plan).values()) + sum(lorry_kteu(plan).values())
        print(f"{scenario} {year}: {objective:,.1f} million USD (gap {gap:.2%}); {kteu:.0f} kTEU over the Caspian,")
        print(f"    {cargo['full']:.0f} of them full and by ship or rail ferry; {cargo['mt']:.1f} Mt,")
        print(f"    {cargo['mt_boxes']:.1f} in boxes; opens {chosen(plan)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
