"""Ships, seasons, low water, policies, projects and counts of the shipped case: figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.case.scenarios.apply import apply_scenario

FOLDER = Path(__file__).parents[2] / "inputs" / "middle_corridor"


@pytest.fixture(scope="module")
def case() -> Case:
    """The case, read once."""
    return read_case(FOLDER)


def _round_trips(case: Case, service: str) -> float:
    """Round trips of one ship a year by hand: operating days / round trip × mean availability of the link."""
    seasons = case.tables["Seasons"].set_index("season").share_of_year
    row = case.tables["Services"].set_index("service").loc[service]
    table = case.tables["Availability"]
    storms = table[table.asset == row.link]
    share = sum(
        works * (seasons[season] if season else 1.0)
        for works, season in zip(storms.availability, storms.season, strict=True)
    )
    return float(row.operating_days / row.round_trip_days * share)


def test_ships_carry_what_was_seen(case: Case) -> None:
    """Proves: the fleets of 2025 reproduce the capacities of the fact base. Feeders: 89 kTEU both ways, 68 % west =
    6 ships × 66 trips × 180 TEU × 0.848 (0.95 m missing at 8 % a half metre). Dry cargo: 5.5 of 6.5 kt, 3.0 Mt a year.
    Kuryk: nine of the fourteen ferries, 3.0 Mt both ways. Turkmenbashi: one feeder, 12 kTEU both ways, 68 % one way
    = 78 trips × 124 TEU × 0.848. Poti and Batumi: one 210 TEU ship each, three trips a month.
    If it were ignored: ships would silently limit the Caspian to another figure than the published one.
    """
    vessels = case.tables["Vessels"].set_index("vessel")
    levels = case.tables["WaterLevels"].set_index("node")[2025]
    loaded = 1 - vessels.payload_loss * levels["KZ_AKTP"] / 0.5
    shallow = 1 - vessels.payload_loss["Turkmen feeder"] * levels["TM_TUR"] / 0.5
    trips = _round_trips(case, "Aktau-Alat feeder")
    assert trips == pytest.approx(66, rel=0.01)
    feeder = vessels.loc["feeder"]
    assert feeder.existing * trips * feeder.payload_kteu * loaded["feeder"] / 0.68 == pytest.approx(89, rel=0.01)
    turkmen, sailed = vessels.loc["Turkmen feeder"], _round_trips(case, "Turkmenbashi-Alat feeder")
    assert turkmen.existing * sailed * turkmen.payload_kteu * shallow / 0.68 == pytest.approx(12, rel=0.01)
    dry = vessels.loc["dry cargo ship"]
    assert dry.payload_kt * loaded["dry cargo ship"] == pytest.approx(5.5, rel=0.01)
    carried = dry.existing * _round_trips(case, "Aktau-Alat dry cargo") * dry.payload_kt * loaded["dry cargo ship"]
    assert carried == pytest.approx(3000, rel=0.02)
    assert 9 <= vessels.payload_kt["tanker"] * loaded["tanker"] <= 10
    assert 9 * _round_trips(case, "Kuryk-Alat rail ferry") * vessels.payload_kt["rail ferry"] * 2 == pytest.approx(
        3000, rel=0.02
    )
    assert _round_trips(case, "Poti-Constanta feeder 210") == pytest.approx(36, rel=0.05)
    assert _round_trips(case, "Hakata-Lianyungang feeder") == pytest.approx(52, rel=0.01)


def test_ships_alone_limit_their_links(case: Case) -> None:
    """Proves: a link that ships sail has no figure of its own, no trip cost and no fuel beside its price and emission
    factor. If it were ignored: capacity, fuel or CO2 of the Caspian would be counted twice.
    """
    services, links = case.tables["Services"], case.tables["Links"].set_index("link")
    sailed = links.loc[list(services.link)]
    assert sailed[["capacity_kteu", "capacity_kt"]].isna().all(axis=None)
    assert (sailed.co2_g_per_tkm > 0).all()
    assert (services[["trip_cost", "fuel_t"]] == 0).all(axis=None)
    assert set(services.vessel) == set(case.tables["Vessels"].vessel)


def test_winter_shuts_kuryk_for_nearly_half_of_the_time(case: Case) -> None:
    """Proves: Kuryk works 0.5 of November and December and 0.6 of January and February, 0.55 together.
    If it were ignored: the yearly mean would hide the months in which the ferries queue.
    """
    shares = case.tables["Seasons"].set_index("season").share_of_year
    assert shares["winter"] == pytest.approx(120 / 365, abs=0.005)
    kuryk = case.tables["Availability"].query("asset in ['L093', 'L094', 'KZ_KURP'] and season == 'winter'")
    assert kuryk.availability.tolist() == [(0.5 + 0.5 + 0.6 + 0.6) / 4] * 3


def test_gated_pairs_stay_few(case: Case) -> None:
    """Proves: fewer than 60 pairs of project and asset change time, price or CO2, at most three on one asset.
    If it were ignored: every pair adds parallel arcs, and the graph would grow past what routes can be found in.
    """
    effects = case.tables["ProjectEffects"]
    gated = effects[(effects[["time_change", "cost_change", "co2_change"]] != 0).any(axis=1)]
    assert 20 < len(gated) < 60
    assert gated.groupby("asset").project.nunique().max() <= 3


def test_dredging_can_keep_pace_with_the_sea(case: Case) -> None:
    """Proves: all stages together give back the 3.15 m that are missing at Aktau in 2040; the fall is 14.7 cm a year,
    and the first stage, 1.5 m, undoes ten years of it. Before: 3.95 m, 20 cm, 0.7 m (LEV25, LEV24, TIT25Q).
    If it were ignored: oil and metal would strand at any price.
    """
    effects = case.tables["ProjectEffects"].query("added_depth > 0").set_index("project")
    modules = case.tables["Projects"].set_index("project").maximum_modules
    level = case.tables["WaterLevels"].set_index("node").loc["KZ_AKTP"]
    assert (effects.added_depth * modules[effects.index]).sum() >= level[2040]
    fall = (level[2040] - level[2025]) / 15
    assert fall == pytest.approx(2.2 / 15)
    assert 9 <= effects.added_depth["P18"] / fall <= 11


def test_base_year_is_about_one_year(case: Case) -> None:
    """Proves: the counts that calibration compares are of one year, with a source each, and cover sea, rail and border.
    If it were ignored: calibration would mix years of very different traffic.
    """
    observed = case.tables["Observed"]
    base = observed[observed.year == observed.year.mode().iloc[0]]
    assert observed.year.mode().iloc[0] == 2025
    assert len(base) >= 8
    links = {link for assets in base.assets for link in assets}
    assert {"L090", "L092", "L093", "L073", "L030", "L103"} <= links


def test_every_project_that_can_be_chosen_takes_part(case: Case) -> None:
    """Proves: only P10 is left out, the substitute of a line being built; projects that act on time, price or fleets
    are candidates; one work comes in two sizes, the larger cheaper a TEU, and the two exclude each other.
    If it were ignored: soft measures would look worthless because they are not there.
    """
    projects = case.tables["Projects"].set_index("project")
    assert projects.index[projects.status == "excluded"].tolist() == ["P10", "P69"]
    assert set(projects.status[["P02", "P19", "P53", "P55", "S01", "S02", "S03", "S04", "S05", "S06", "S08"]]) == {
        "candidate"
    }
    added = case.tables["ProjectEffects"].query("asset == 'KZ_ALT'").set_index("project").added_kteu
    per_kteu = projects.capex[["P13", "P65"]] / added[["P13", "P65"]]
    assert per_kteu["P65"] < 0.9 * per_kteu["P13"]
    rules = case.tables["ProjectRules"]
    assert ((rules.kind == "excludes") & (rules.project == "P65") & (rules.other_project == "P13")).any()


def test_the_young_service_grows_by_choice_and_not_by_the_market(case: Case) -> None:
    """Proves: markets grow as in the fact base (Xi'an - Baku 80.294, 97.689, 113.249 kTEU); the Caspian's constants
    fall by 1,250 USD/TEU times the logarithm of its ramp-up, in three markets, and present_growth takes that out again.
    If it were ignored: a ramp-up of the Caspian would fill the ships of its rivals, as it did; and nobody could see how
    much of the plan rests on it.
    """
    flow = case.tables["Demand"].set_index("demand").loc["D11"]
    assert [flow[year] for year in (2025, 2030, 2035, 2040)] == pytest.approx([60, 80.294, 97.689, 113.249], rel=1e-4)

    def caspian(one: Case) -> pd.DataFrame:
        rows = one.tables["Choice"].query("family == 'Middle'").fillna({"from_year": 2025})
        constants = 1000.0 * rows.pivot(index="from_year", columns="market", values="constant")
        return constants[["China-Caucasus", "China-Türkiye", "EU-Central Asia"]]

    factors = {2025: 1.0, 2027: 1.16, 2029: 1.32, 2031: 1.48, 2033: 1.64, 2035: 1.8, 2038: 1.92}
    fall = (caspian(case).iloc[0] - caspian(case)).T
    assert list(fall) == list(factors)
    for year, factor in factors.items():
        assert fall[year].tolist() == pytest.approx([1250 * np.log(factor)] * 3, abs=1.0)
    still = caspian(apply_scenario(case, "present_growth"))
    assert (still - caspian(case).iloc[0]).abs().max().max() <= 1.0
