"""Checks of operations.xlsx and of what projects change: seasons, ships, services, effects, policies, observations."""

from __future__ import annotations

from model.case.checks.declared import resolve_words
from model.case.checks.tables import Tables, horizon
from model.case.messages import shown
from model.case.sheets.profiles import profile_problem

CHANGES = ("time_change", "cost_change", "co2_change", "buffer_change")
EFFECT_COLUMNS = {
    "link": ("added_kteu", "added_kt", "added_availability", *CHANGES),
    "node": ("added_kteu", "added_kt", "added_depth", "added_availability", *CHANGES),
    "fleet": ("added_vessels",),
}
SHARE_KINDS = ("area share", "served share")


def check_seasons(tables: Tables) -> None:
    """Shares of the year, and of the demand, add up to 1."""
    rows = list(tables.rows("Seasons", "share_of_year", "demand_share"))
    if not rows or not tables.sound("Seasons", "share_of_year", "demand_share"):
        return
    for place, column in enumerate(("share_of_year", "demand_share"), start=1):
        total = sum(record[1] if place == 2 and record[2] != record[2] else record[place] for record in rows)
        if abs(total - 1) > 1e-6:
            text = f"The shares of all seasons add up to {shown(round(100 * total, 6))} %; they should be 100 %."
            tables.remark("seasons-sum", "Seasons", rows[-1][0], column, text, round(total, 9))


def check_vessels(tables: Tables) -> None:
    """Ships that may be bought have a price; services sail on water."""
    for row, vessel, cost, most in tables.rows("Vessels", "vessel", "purchase_cost", "maximum_purchases"):
        if most > 0 and cost != cost and ("Vessels", row) not in tables.unsound_rows:
            text = f"{most:.0f} ships of {vessel} may be bought, but a blank purchase cost means that none can."
            tables.remark("vessel-unpriced", "Vessels", row, "purchase_cost", text)
    modes = {carrier: mode for _, carrier, mode in tables.rows("Carriers", "carrier", "mode")}
    links = {link: modes.get(carrier) for _, link, carrier in tables.rows("Links", "link", "carrier")}
    for row, link in tables.rows("Services", "link"):
        if links.get(link) in ("rail", "road", "pipeline"):
            text = f"Ships cannot sail on {link}: it is a {links[link]} link."
            tables.remark("service-on-land", "Services", row, "link", text, link)


def check_effect_kinds(tables: Tables) -> None:
    """Effects fit their kind of asset, and each row changes something."""
    amounts = tuple(dict.fromkeys(column for columns in EFFECT_COLUMNS.values() for column in columns))
    for row, kind, project, partial, *values in tables.rows(
        "ProjectEffects", "asset_kind", "project", "partial_without", *amounts
    ):
        if kind is None or ("ProjectEffects", row) in tables.unsound_rows:
            continue
        given = [
            name for name, value in zip(amounts, values, strict=True) if value not in (0.0, None) and value == value
        ]
        for name in given:
            if name not in EFFECT_COLUMNS[kind]:
                text = f"A {kind} has nothing for this column to change; leave it empty."
                tables.remark("effect-unfit", "ProjectEffects", row, name, text, values[amounts.index(name)])
        if not given:
            text = f"The row changes nothing for {project}. Type what one module adds or changes."
            tables.remark("effect-nothing", "ProjectEffects", row, "project", text)
        if partial is not None and partial == project:
            text = f"{project} cannot be partial without itself."
            tables.remark("rule-self", "ProjectEffects", row, "partial_without", text, partial)


def check_profiles(tables: Tables) -> None:
    """Spending profiles: one percentage for each construction year, together 100."""
    for row, profile, years in tables.rows("Projects", "spending_profile", "construction_years"):
        if profile is None or years != years:
            continue
        text = profile_problem(profile, years)
        if text is not None:
            tables.remark("profile-broken", "Projects", row, "spending_profile", text, profile)


def check_policies(tables: Tables) -> None:
    """Policies say whom they count, of words that exist, in years in order, of which some are of the plan."""
    begin, end = horizon(tables)
    for row, kind, areas, links, value, first, last, per in tables.rows(
        "Policies", "kind", "areas", "links", "value", "first_year", "last_year", "value_per"
    ):
        needed = {"area share": ("areas", areas), "link flow": ("links", links)}.get(kind)
        if needed is not None and not needed[1] and tables.sound("Policies", needed[0]):
            text = f"A policy of the kind '{kind}' needs at least one word here."
            tables.remark("policy-incomplete", "Policies", row, needed[0], text)
        if kind in SHARE_KINDS and value > 1:
            text = (
                f"{shown(value)} is above 1, but '{kind}' is a share: write {shown(value / 100)} or {shown(value)} %."
            )
            tables.remark("share-percent", "Policies", row, "value", text, value)
        if kind in SHARE_KINDS and per == "window":
            text = f"A policy of the kind '{kind}' holds every year; a value for the whole window is for CO2 and flows."
            tables.remark("policy-per-window", "Policies", row, "value_per", text, per)
        if last < first:
            text = f"The policy ends in {last:.0f}, before it begins ({first:.0f})."
            tables.remark("policy-window", "Policies", row, "last_year", text, int(last))
        elif first > end or last < begin:
            column, year = ("first_year", first) if first > end else ("last_year", last)
            text = f"No year of the policy is a year of the plan ({begin:.0f}–{end:.0f}), so it limits nothing."
            tables.remark("policy-years", "Policies", row, column, text, int(year))
    words: dict[str, tuple[str, str, set[str]]] = {
        "demands": (
            "Demand",
            "among the keys and groups of Demand or the Commodities",
            tables.keys("Demand", "demand") | tables.keys("Demand", "group") | tables.keys("Commodities", "commodity"),
        ),
        "country": ("Nodes", "a country of Nodes", tables.keys("Nodes", "country")),
        "areas": ("Nodes", "an area of Nodes", {area for _, areas in tables.rows("Nodes", "area") for area in areas}),
        "links": (
            "Links",
            "a link or route group of Links",
            tables.keys("Links", "link") | tables.keys("Links", "route_group"),
        ),
    }
    for column, (sheet, place, known) in words.items():
        if all(tables.sound(sheet, name) for name in ("demand", "group", "country", "area", "link", "route_group")):
            resolve_words(tables, "Policies", column, known, place)


def check_outages(tables: Tables) -> None:
    """Outages end after they begin, and lie at least partly within the plan."""
    if tables["Outages"].empty:
        return
    begin, end = horizon(tables)
    for row, first, last in tables.rows("Outages", "first_year", "last_year"):
        first, last = (begin if first != first else first), (end if last != last else last)
        if last < first or last < begin or first > end:
            text = f"No year of the plan ({begin:.0f}–{end:.0f}) lies between {first:.0f} and {last:.0f}."
            tables.remark("outage-years", "Outages", row, "last_year", text, int(last))


def check_observed(tables: Tables) -> None:
    """Observations speak of links or nodes and commodities that exist."""
    frame = tables["Observed"]
    for kind, sheet, key in (("link", "Links", "link"), ("node", "Nodes", "node")):
        rows = set(frame.index[frame["asset_kind"] == kind])
        if tables.sound(sheet, key):
            resolve_words(tables, "Observed", "assets", tables.keys(sheet, key), f"a {kind} of {sheet}", rows)
    if tables.sound("Commodities", "commodity"):
        known = tables.keys("Commodities", "commodity")
        resolve_words(tables, "Observed", "commodities", known, "a commodity of Commodities")
    if tables.sound("Choice", "market"):
        resolve_words(tables, "Observed", "market", tables.keys("Choice", "market"), "a market of Choice")


def check_optimism(tables: Tables) -> None:
    """Uplifts are for classes that projects have."""
    known = tables.keys("Projects", "project_class") | {"vessels"}
    for row, project_class in tables.rows("Optimism", "project_class"):
        if project_class is not None and project_class not in known:
            text = f"No project is of the class “{project_class}”, so the uplift applies to nothing."
            tables.remark("optimism-unused", "Optimism", row, "project_class", text, project_class)
