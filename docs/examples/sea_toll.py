"""sea_toll — a toll per tonne on every link that is sailed.

Why: what would a fee for the fairway change?
Maths: toll[t] = TOLL × Σ over seasons of sea_tonnes[t, s], in each calendar year of period t
       sea_tonnes = Σ over sea links of the tonnes on them, both directions
Indices: periods t, seasons s.
Data: Links.carrier, Carriers.mode; the toll stands below.
Switch name: sea_toll
"""

import numpy as np

from model.formulation.loads import Load
from model.plan.verify.checks import Costs

NAME = "sea_toll"
TOLL = 0.002  # million USD per kt = 2 USD per tonne


def sea_links(case):
    """Keys of the links that are sailed."""
    carriers = case.table("Carriers")
    at_sea = set(carriers.loc[carriers["mode"] == "sea", "carrier"])
    return set(case.table("Links").loc[case.table("Links")["carrier"].isin(at_sea), "link"])


def applies(case):
    """Whether there is any such link."""
    return bool(sea_links(case))


def declare_loads(formulation):
    """Tonnes on all of them together."""
    links = sea_links(formulation.case)
    arcs = np.array([arc for arc, link in enumerate(formulation.graph.column("link")) if link in links])
    tonnes = np.array([kind.tonnes for kind in formulation.cargo.classes])  # kt per unit of each cargo class
    formulation.declare_load(Load((NAME,), arcs, np.repeat(tonnes[:, None], len(arcs), axis=1)))


def add(formulation):
    """Register the cost term; one entry for each period and season."""
    formulation.register_cost(NAME, "Toll at sea")
    for period, season in formulation.block_keys:
        years = tuple(formulation.period(period).calendar_years)
        formulation.add_cost(NAME, TOLL * formulation.load((period, season), (NAME,)), years)


def recount(tables, case):
    """The same from the plan's tables alone, for the verifier."""
    flows = tables["link_flows"]
    flows = flows[flows["link"].isin(sea_links(case))]
    yearly = {p.name: TOLL * float(flows.loc[flows["period"] == p.name, "flow_kt"].sum()) for p in case.periods}
    yield Costs(NAME, {(year, ""): yearly[p.name] for p in case.periods for year in p.calendar_years})
