"""Cases whose sheets do not fit together, and figures that are possible but hardly meant."""

from __future__ import annotations

from tests.case.corpus import Broken, add_row, address, put, together, wrong
from tests.case.small import Row

COMMITTED = together(
    put("Projects", 0, "status", "committed"),
    put("Projects", 0, "committed_opening", 2029),
    *(put("Decisions", 0, column, None) for column in ("project", "decision", "last_year", "note")),
)
_RULE: Row = {"rule": "R2", "kind": "excludes", "project": "P1", "other_project": "P2"}

RULES: list[Broken] = [
    # periods, places, demand, costs
    wrong("periods-broken", "Periods", 1, "first_year", 2028),
    wrong("periods-broken", "Periods", 2, "first_year", 2028),
    wrong("same-ends", "Links", 1, "to_node", "B"),
    wrong("same-ends", "Demand", 0, "destination", "A"),
    wrong("unit-mismatch", "Demand", 0, "unit", "kt"),
    wrong("demand-without-years", "Demand", 1, 2026, None),
    wrong("cost-missing", "Costs", 0, "tonne_cost", None),
    wrong("item-unfit", "Costs", 0, "item", "passing"),
    wrong("effect-unlimited", "ProjectEffects", 1, "added_kt", 1, put("ProjectEffects", 1, "asset", "L2")),
    wrong("background-over-capacity", "Links", 1, "background_kteu", 90),
    wrong("background-over-capacity", "Nodes", 1, "background_kt", 6),
    # projects
    wrong(
        "opening-window",
        "Projects",
        0,
        "latest_opening",
        2027,
        put("Projects", 0, "earliest_opening", 2029),
        also={"window-too-short"},
    ),
    wrong("committed-year", "Projects", 1, "committed_opening", None),
    wrong("committed-year", "Projects", 1, "committed_opening", 2024),
    wrong("capital-sunk", "Projects", 1, "committed_opening", 2027, put("Projects", 1, "construction_years", 2)),
    wrong("opening-inside-period", "Projects", 0, "earliest_opening", 2028),
    wrong("opening-inside-period", "Vessels", 0, "earliest_delivery", 2030),
    wrong("committed-late", "Projects", 1, "committed_opening", 2033, also={"project-impossible"}),
    wrong("profile-broken", "Projects", 1, "spending_profile", "50; 30; 20"),
    wrong("profile-broken", "Projects", 1, "spending_profile", "50; 40"),
    wrong("profile-broken", "Projects", 1, "spending_profile", "half"),
    wrong("window-too-short", "Projects", 0, "latest_opening", 2026),
    wrong("window-too-short", "Projects", 0, "construction_years", 9),
    Broken("no-effect", "project-without-effect", "Projects", "A4", put("ProjectEffects", 0, "project", "P2")),
    Broken("no-amount", "effect-nothing", "ProjectEffects", "A4", put("ProjectEffects", 0, "added_kteu", None)),
    wrong("effect-unfit", "ProjectEffects", 1, "added_depth", 1),
    wrong("effect-unfit", "ProjectEffects", 0, "added_vessels", 2),
    # rules
    wrong("rule-self", "ProjectRules", 0, "other_project", "P1", also={"project-without-effect"}),
    wrong("rule-self", "ProjectEffects", 0, "partial_without", "P1"),
    wrong(
        "rule-redundant", "ProjectRules", 1, "project", "P1", add_row("ProjectRules", {**_RULE, "kind": "requires"}, 1)
    ),
    wrong("project-impossible", "Projects", 0, "project", "P1", add_row("ProjectRules", _RULE, 1)),
    wrong(
        "project-impossible", "Projects", 0, "project", "P1", put("Projects", 1, "status", "excluded"), why="excluded"
    ),
    wrong("project-impossible", "Projects", 0, "project", "P1", put("ProjectRules", 0, "lag_years", 5), why="lag"),
    wrong("rules-contradict", "ProjectRules", 0, "kind", "excludes", COMMITTED),
    wrong("rules-contradict", "ProjectRules", 0, "kind", "together", COMMITTED),
    wrong("rules-contradict", "ProjectRules", 0, "kind", "requires", COMMITTED, put("ProjectRules", 0, "lag_years", 3)),
    wrong(
        "rules-contradict",
        "ProjectRules",
        0,
        "kind",
        "requires",
        COMMITTED,
        put("Projects", 1, "status", "excluded"),
        why="excluded",
    ),
    # decisions
    wrong("decision-settled", "Decisions", 0, "project", "P2"),
    wrong("decision-years", "Decisions", 0, "last_year", 2025),
    wrong("decision-modules", "Decisions", 0, "modules", 1),
    wrong("outage-years", "Outages", 0, "last_year", 2026),
    # futures
    wrong("future-incomplete", "Futures", 0, "high", None),
    wrong("future-incomplete", "Futures", 1, "probability", None),
    wrong("future-range", "Futures", 0, "high", 0.8),
    wrong("future-range", "Futures", 0, "likely", 1.3),
    wrong("future-range", "Futures", 0, "low", -1, put("Futures", 0, "distribution", "lognormal")),
    wrong("future-correlation", "Futures", 0, "correlation", None),
    wrong("future-correlation", "Futures", 0, "correlates_with", "as planned"),
    wrong("future-twice", "Futures", 3, "scenario", "reference"),
    # money
    wrong("funding-sum", "Funding", 1, "share", 0.3, add_row("Funding", {"project": "P1", "funder": "Fund"}, 1)),
    wrong("payers-sum", "ProjectEffects", 0, "paid_by", "KZ 53 %; ship lines 46 %", also={"value-unused"}),
    wrong("payers-sum", "ProjectEffects", 0, "paid_by", "KZ 53 %; ship lines", also={"value-unused"}),
    wrong("payers-sum", "ProjectEffects", 0, "paid_by", "KZ 53 %", also={"value-unused"}),
    wrong("budget-window", "Budgets", 0, "last_year", 2025),
    wrong(
        "budget-window",
        "Budgets",
        1,
        "first_year",
        2027,
        put("Budgets", 1, "envelope", "all"),
        put("Budgets", 1, "scope_kind", "all"),
        put("Budgets", 1, "scope", None),
        put("Budgets", 1, "carry_over", "yes"),
    ),
    wrong("budget-scope", "Budgets", 1, "scope", None),
    wrong("budget-scope", "Budgets", 1, "scope", "Bnak"),
    wrong("budget-scope", "Budgets", 0, "scope", "DE", put("Budgets", 0, "scope_kind", "country")),
    wrong(
        "envelope-mixed",
        "Budgets",
        2,
        "carry_over",
        "no",
        add_row(
            "Budgets", {"envelope": "all", "scope_kind": "all", "first_year": 2031, "last_year": 2032, "amount": 5}, 2
        ),
    ),
    wrong("commitment-over-envelope", "Budgets", 0, "amount", 5, also={"project-impossible"}),
    wrong(
        "commitment-over-envelope",
        "Budgets",
        2,
        "amount",
        10,
        add_row(
            "Budgets",
            {
                "envelope": "ships",
                "scope_kind": "class",
                "scope": "vessels",
                "first_year": 2026,
                "last_year": 2027,
                "amount_per": "window",
            },
            2,
        ),
    ),
    # scenarios
    wrong("scenario-cycle", "Scenarios", 1, "based_on", "shut and dear"),
    # operations
    wrong("seasons-sum", "Seasons", 1, "share_of_year", 0.2),
    wrong("seasons-sum", "Seasons", 1, "demand_share", 0.3),
    wrong("vessel-unpriced", "Vessels", 0, "purchase_cost", None),
    wrong("service-on-land", "Services", 0, "link", "L2"),
    wrong("optimism-unused", "Optimism", 0, "project_class", "soft"),
    wrong("policy-incomplete", "Policies", 1, "links", None),
    wrong("policy-window", "Policies", 0, "last_year", 2027, put("Policies", 0, "first_year", 2029)),
    wrong("policy-years", "Policies", 0, "first_year", 2050),
    wrong("share-percent", "Policies", 0, "value", 90),
    wrong("policy-unreachable", "Policies", 1, "value", 500),
    wrong(
        "policies-contradict",
        "Policies",
        2,
        "value",
        5,
        add_row("Policies", {"policy": "cap", "kind": "link flow", "links": "L1", "measure": "kTEU", "sense": "<="}, 2),
    ),
    # choice
    wrong("marker-twice", "Families", 1, "markers", "L1; L3"),
    wrong("market-unknown", "Choice", 2, "market", "A-D", also={"choice-spread", "choice-corridors"}),
    wrong("choice-spread", "Choice", 0, "spread", None),
    wrong("choice-spread", "Choice", 2, "spread", 800),
    wrong("choice-spread", "Choice", 0, "nest_spread", 1200),
    wrong("choice-spread", "Choice", 2, "nest_spread", 600, why="no nest"),
    wrong(
        "choice-corridors",
        "Choice",
        0,
        "family",
        "outside",
        put("Choice", 1, "market", "B"),
        put("Choice", 2, "market", "B"),
        also={"market-unknown", "choice-spread"},
    ),
    Broken(
        "two-corridors",
        "choice-captive",
        "Choice",
        address("Choice", 0, "family"),
        together(*(put("Choice", 2, column, None) for column in ("market", "family", "constant"))),
    ),
    Broken(
        "way-past-the-markers",
        "corridor-escaped",
        "Demand",
        address("Demand", 0, "demand"),
        put("Families", 1, "markers", "L2"),
        frozenset({"corridor-blocked"}),
    ),
    Broken(
        "markers-in-a-row",
        "corridor-blocked",
        "Demand",
        address("Demand", 0, "demand"),
        put("Families", 0, "markers", "L1; L2"),
    ),
    # plausibility of the network
    wrong("unusual-value", "Links", 0, "capacity_kt", 2_500, also={"policy-unreachable"}),
    wrong("unusual-value", "Nodes", 1, "transfer_cost", 70_000),
    wrong("unusual-value", "Commodities", 0, "tonnes_per_teu", 90),
    wrong("unusual-jump", "Demand", 0, 2030, 140_000),
    wrong("link-speed", "Links", 0, "days_regular", 0),
    wrong("link-speed", "Links", 1, "days_regular", 0.2),
    wrong("link-speed", "Links", 0, "days_regular", 36),
    wrong("link-length", "Links", 0, "length_km", 47),
    wrong("link-length", "Links", 0, "length_km", 4_700, put("Links", 0, "days_regular", 9)),
    wrong(
        "node-isolated", "Nodes", 3, "node", "D", add_row("Nodes", {"name": "Delta", "country": "KZ", "kind": "hub"}, 3)
    ),
    wrong(
        "carrier-empty",
        "Carriers",
        2,
        "accepts_container",
        "no",
        add_row(
            "Carriers", {"carrier": "air", "mode": "road", "accepts_dry_bulk": "no", "accepts_liquid_bulk": "no"}, 2
        ),
    ),
    wrong("commodity-uncarried", "Commodities", 1, "form", "liquid bulk"),
]
