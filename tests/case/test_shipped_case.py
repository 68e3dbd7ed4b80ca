"""The shipped case inputs/middle_corridor: whole, consistent, and true to the known chains of the corridor."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.case.scenarios.apply import apply_scenario, scenario_names
from model.case.schema import SHEETS
from model.case.workbooks.writer import write_workbook
from tests.case.chains import CHAINS
from tests.case.sheet_units import to_sheet_units

FOLDER = Path(__file__).parents[2] / "inputs" / "middle_corridor"

LINERS = {("GE_POT", "RO_CON"): "L140", ("GE_POT", "TR_IST"): "L148", ("TM_TUR", "AZ_ALA"): "L096"}
FEEDER = {**LINERS, ("KZ_AKTP", "AZ_ALA"): "L090", ("TR_KOS", "TR_HAL"): "L125"}
AS_PUBLISHED = {**LINERS, ("KZ_AKTP", "AZ_ALA"): "L092", ("TR_KOS", "TR_HAL"): "L127"}
"""Where parallel links join two places: those that boxes take, and those that the published sums took."""


@pytest.fixture(scope="module")
def case() -> Case:
    """The shipped case, read once."""
    return read_case(FOLDER)


def _leg(links: pd.DataFrame, one: str, other: str, choice: dict[tuple[str, str], str]) -> Any:
    pair = links[
        ((links.from_node == one) & (links.to_node == other))
        | ((links.from_node == other) & (links.to_node == one) & links.both_ways)
    ]
    if len(pair) > 1:
        pair = pair[pair.link == choice[one, other]]
    assert len(pair) == 1, f"{one} - {other}: {list(pair.link)}"
    return next(pair.itertuples())


def chain_sum(case: Case, places: str, choice: dict[tuple[str, str], str]) -> tuple[float, ...]:
    """(km, days regular, days block, USD/TEU) added by hand from Links and Nodes: every leg, and passing or transfer at
    every place between the two ends. A price per tonne stands in for a missing price per TEU.
    """
    links, nodes = case.tables["Links"], case.tables["Nodes"].set_index("node")
    stops = places.split()
    legs = [_leg(links, one, other, choice) for one, other in zip(stops, stops[1:], strict=False)]
    kilometres = sum(leg.length_km for leg in legs)
    regular, block = (sum(getattr(leg, f"days_{word}") for leg in legs) for word in ("regular", "block"))
    money = sum(leg.container_cost if leg.container_cost == leg.container_cost else leg.tonne_cost for leg in legs)
    for stop, before, after in zip(stops[1:-1], legs, legs[1:], strict=False):
        node = nodes.loc[stop]
        use = "passing" if before.carrier == after.carrier else "transfer"
        assert use == "passing" or node["transfer_allowed"], stop
        regular += node[f"{use}_days_regular"]
        block += node[f"{use}_days_block"]
        money += node[f"{use}_cost"]
    return kilometres, regular, block, money * 1000


def with_aktau(places: str, sums: tuple[float, ...]) -> tuple[float, ...]:
    """The sums with block trains a day longer at Aktau: Xi'an - Baku took 14.4 days in 2025, not the chain's 13.4."""
    kilometres, regular, block, money = sums
    return kilometres, regular, block + ("KZ_AKTP" in places), money


@pytest.mark.parametrize("name", CHAINS)
def test_chain_by_the_legs_that_boxes_take(case: Case, name: str) -> None:
    """Proves: the sum over links and places between the ends gives the written km, days and USD/TEU, boxes crossing
    from Aktau by the feeder (280 USD/TEU, 1.3 days) and the Bosporus by Marmaray.
    If it were ignored: a slip in one of two hundred links would bend every route through it.
    """
    places, _, expected = CHAINS[name]
    assert chain_sum(case, places, FEEDER) == pytest.approx(with_aktau(places, expected), rel=0.001, abs=0.011)


@pytest.mark.parametrize("name", CHAINS)
def test_chain_as_published(case: Case, name: str) -> None:
    """Proves: with the legs that the published sums took, all thirteen come out within 1 %. Those sums read the tanker
    leg Aktau - Alat (14 USD per tonne, 1.4 days) as a box leg: by the feeder a chain is 280 - 14 = 266 USD/TEU dearer
    and 0.1 day shorter; and Xi'an - Istanbul took the unbuilt Northern crossing (125 km, 40 USD, 0.3 days) for Marmaray
    (76 km, 60 USD, 0.6 days). If it were ignored: nobody could tell whether the network or the published sum is off.
    """
    places, published, by_feeder = CHAINS[name]
    assert chain_sum(case, places, AS_PUBLISHED) == pytest.approx(with_aktau(places, published), rel=0.01)
    if "KZ_AKTP" in places:
        marmaray = 20 if "TR_HAL" in places else 0
        assert by_feeder[3] - published[3] == pytest.approx(266 + marmaray, abs=1)


def test_case_is_whole(case: Case) -> None:
    """Proves: every place, flow and project of the fact base is there, and every sheet of operations. Links: 202 of the
    fact base less L228 and L230 (other direction of L001 and L076) less L057 and L192 (double L041 + L044 and L059 +
    L061) plus ten added = 208; one flow more (the way back of D23) and one project more (the second size of P13). The
    additions of November 2026 are three places, 16 links, two flows (D68; D69 is the Fergana valley's part of
    D14) and seven projects at the least.
    If it were ignored: a lost row would quietly make the corridor smaller.
    """
    tables = case.tables
    assert len(tables["Nodes"]) >= 124 + 3
    assert len(tables["Links"]) >= 202 - 4 + 10 + 16
    assert len(tables["Demand"]) == 66 + 1 + 2
    assert len(tables["Projects"]) == 72 + 1 + 7
    assert len(tables["Seasons"]) >= 2
    operations = {name for name, sheet in SHEETS.items() if sheet.workbook == "operations.xlsx"}
    assert {name for name in operations if tables[name].empty} == {"Outages"}  # losses are what studies ask about
    assert [period.name for period in case.periods] == [str(year) for year in range(2026, 2041)]
    assert {2025, 2030, 2035, 2040} <= {column for column in tables["Demand"].columns if isinstance(column, int)}


def test_every_row_names_its_source(case: Case) -> None:
    """Proves: each data row has at least one source key that the Sources sheet explains, and a confidence.
    If it were ignored: nobody could tell a published figure from a guess.
    """
    known = set(case.tables["Sources"]["source"])
    for name, sheet in SHEETS.items():
        table = case.tables[name]
        if not sheet.data or table.empty:
            continue
        assert all(table["source"]), name
        assert {key for keys in table["source"] for key in keys} <= known, name
        assert set(table["confidence"]) <= {"seen", "computed", "assumption"}, name


def test_effects_act_on_limits_that_exist(case: Case) -> None:
    """Proves: an effect adds only where a limit stands; links of unbuilt projects start at 0 in both measures.
    If it were ignored: a project would be paid for and change nothing.
    """
    limits = {
        key: record
        for sheet, column in (("Links", "link"), ("Nodes", "node"))
        for key, record in case.tables[sheet].set_index(column)[["capacity_kteu", "capacity_kt"]].iterrows()
    }
    for effect in case.tables["ProjectEffects"].itertuples():
        for added, column in ((effect.added_kteu, "capacity_kteu"), (effect.added_kt, "capacity_kt")):
            assert not added or limits[effect.asset][column] >= 0, f"{effect.project} {effect.asset} {column}"
    for link in (
        "L029",
        "L032",
        "L036",
        "L048",
        "L060",
        "L107",
        "L111",
        "L112",
        "L113",
        "L114",
        "L127",
        "L187",
        "L188",
    ):
        assert limits[link].tolist() == [0, 0]
        assert case.tables["ProjectEffects"].query("asset == @link").added_kt.gt(0).any()


def test_carriers_meet_only_where_cargo_may_change(case: Case) -> None:
    """Proves: wherever two carriers or gauges touch a place, but for lorries, transfer takes the time of passing; at
    Shanghai it takes 4 days, as at Lianyungang, where the quay alone takes 1.5.
    If it were ignored: a gauge change would be forbidden or free of time, and routes would break at the border.
    """
    links = case.tables["Links"]
    nodes = case.tables["Nodes"].set_index("node")
    touching = Counter({(node, link.carrier) for link in links.itertuples() for node in (link.from_node, link.to_node)})
    carriers = Counter(node for node, _ in touching)
    lorries = ("truck", "box lorry")  # those that begin there change to no train
    roads = {node for node, carrier in touching if carrier in lorries}
    others = Counter(node for node, carrier in touching if carrier not in lorries)
    for node, count in carriers.items():
        assert bool(nodes.transfer_allowed[node]) == (count > 1) or (node in roads and others[node] < 2), node
        if count > 1 and nodes.transfer_allowed[node]:
            days = 4.0 if node == "CN_SHA" else nodes.passing_days_regular[node]
            assert nodes.transfer_days_regular[node] == days
            # what Makhachkala hands over to the pipeline is in the price of that
            assert nodes.transfer_cost[node] == nodes.passing_cost[node] or node == "RU_AST"


def test_every_flow_has_a_route(case: Case) -> None:
    """Proves: with the links open today and their carriers, each flow can reach its destination.
    If it were ignored: a gap in the network would show as unserved demand that no project can cure.
    """
    nodes = case.tables["Nodes"].set_index("node")
    carriers = case.tables["Carriers"].set_index("carrier")
    forms = case.tables["Commodities"].set_index("commodity").form
    open_links = [link for link in case.tables["Links"].itertuples() if link.capacity_kteu != 0]
    closed_places = set(nodes.index[nodes.capacity_kt == 0])
    for flow in case.tables["Demand"].itertuples():
        accepts = carriers[f"accepts_{forms[flow.commodity].replace(' ', '_')}"]
        reached, fresh = {flow.origin}, {flow.origin}
        while fresh:
            ends = ((link.from_node, link.to_node) for link in open_links if accepts[link.carrier])
            fresh = {b for pair in ends for a, b in (pair, pair[::-1]) if a in fresh} - reached - closed_places
            reached |= fresh
        assert flow.destination in reached, flow.demand


def test_every_scenario_applies_and_changes_something(case: Case) -> None:
    """Proves: all scenarios overlay the case without error, and each but the first changes it.
    If it were ignored: a scenario whose match went stale would repeat the reference under another name.
    """
    names = scenario_names(case)
    assert names[0] == "reference"
    wanted = {"low_demand", "high_demand", "north_closed", "suez_closed", "budget_minus_30"}
    assert set(names) >= wanted | {"low_water", "sanctions_tightened", "no_new_ships", "co2_price", "as_in_2025"}
    for name in names[1:]:
        changed = apply_scenario(case, name)
        other_table = any(not changed.tables[key].equals(table) for key, table in case.tables.items())
        assert changed.changes or other_table or dict(changed.settings) != dict(case.settings), name


def test_the_sea_falls_as_the_scenarios_say(case: Case) -> None:
    """Proves: where no depth is to spare the sea falls by 12 to 18 cm a year in the reference, as forecasts say, and by
    30 cm in each year of low_water, and the scenario says so.
    If only the last year were changed: the sea would fall as in the reference until 2037, and by a metre a year then.
    """
    falls = {}
    for name in ("reference", "low_water"):
        levels = apply_scenario(case, name).tables["WaterLevels"].set_index("node")
        years = [column for column in levels.columns if isinstance(column, int)]
        steps = levels.loc[["KZ_AKTP", "TM_TUR"], years].diff(axis=1).iloc[:, 1:]
        falls[name] = steps.to_numpy(float) / [after - before for before, after in pairwise(years)]
    assert ((falls["reference"] > 0.12) & (falls["reference"] < 0.18)).all()
    assert falls["low_water"] == pytest.approx(0.3)
    told = case.tables["Scenarios"].set_index("scenario")
    assert "30 cm a year instead of 15" in told.at["low_water", "description"]


def test_works_that_others_pay_count_in_no_envelope(case: Case) -> None:
    """Proves: works paid by others count in no envelope of the corridor. (That committed spending stays within every
    envelope, in all scenarios, is an error of the check otherwise: tests/case/test_scale.py has the case checked.)
    If it were ignored: the budget scenario would have no plan at all.
    """
    tags = case.tables["Projects"].set_index("project").tags
    assert all("corridor budget" not in tags[project] for project in ("P37", "P44", "P51", "P58", "P60"))
    assert "corridor budget" in tags["P04"]


def test_reading_and_writing_again_changes_nothing(case: Case, tmp_path: Path) -> None:
    """Proves: case → sheets → case gives the same tables and settings, figure for figure.
    If it were ignored: a template or a repaired case could differ from its original in the last digits or in a blank.
    """
    for book in {sheet.workbook for sheet in SHEETS.values()}:
        names = [name for name, sheet in SHEETS.items() if sheet.workbook == book]
        write_workbook(
            tmp_path / book, {name: to_sheet_units(SHEETS[name], case.tables[name]) for name in names}, names
        )
    again = read_case(tmp_path)
    assert dict(again.settings) == dict(case.settings)
    for name, table in case.tables.items():
        pd.testing.assert_frame_equal(again.tables[name].reset_index(drop=True), table.reset_index(drop=True))


def _texts(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    cells = (value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    return [value for value in cells if isinstance(value, str)]


def test_workbooks_hold_no_machine_paths_and_no_formulas() -> None:
    """Proves: no path of the machine that made them and no live formula is in the workbooks.
    If it were ignored: the planner would meet links that lead nowhere.
    """
    texts = [text for path in sorted(FOLDER.glob("*.xlsx")) for text in _texts(path)]
    assert len(texts) > 5000
    assert [text for text in texts if "/work/" in text or "/home/" in text or text.startswith("=")] == []
