"""port_share — no Caspian port carries more than 60 % of the kTEU between China and Europe of a period.

Why: a storm, a strike or low water at one port must not stop the trade.
Maths: Σ over demands d and seasons s of boxes[p, d, t, s] <= MOST × Σ over d of amount[d, t]
Indices: Caspian ports p, demands d of GROUPS, periods t, seasons s.
Data: Nodes.kind, .area; Demand.group, amounts [kTEU/year]; the share and the groups stand below.
Switch name: port_share
"""

from model.formulation.counts import declare_count, limit_by_period

NAME, MOST, GROUPS = "port_share", 0.6, ("China-Europe west", "Europe-China east")


def _ports(case):
    return [row.node for row in case.table("Nodes").itertuples() if row.kind == "port" and "Caspian" in row.area]


def _demands(case):
    return set(case.table("Demand").query("group in @GROUPS")["demand"])


def applies(case):
    """Whether there is any such port."""
    return bool(_ports(case))


def declare_loads(formulation):
    """KTEU of each demand at each port."""
    for port in _ports(formulation.case):
        declare_count(formulation, (NAME, port), port, _demands(formulation.case))


def add(formulation):
    """One row a port and period."""
    cargo, demands = formulation.cargo, _demands(formulation.case)
    total = cargo.amounts[[row in demands for row in cargo.rows]].sum(axis=0).tolist()
    limits = {period.name: MOST * amount for period, amount in zip(formulation.periods, total, strict=True)}
    for port in _ports(formulation.case):
        limit_by_period(formulation, (NAME, port), limits, f"China-Europe boxes through {port}")
