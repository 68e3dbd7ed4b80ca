"""Each format becomes the case that its own definition asks for; a damaged file is explained, not guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import sndlib
from benchmarks.instances import FIRST_YEAR, InstanceError
from benchmarks.loading import find_file, load_instance
from tests.benchmarks import samples


def test_canad_links_are_directed_and_closed_until_built(tmp_path: Path) -> None:
    """Proves: a .dow arc is a one-way link of zero capacity that its own project opens with the arc's capacity.

    If it were ignored: existing capacity or traffic against the arrow would make routes that the instance lacks.
    """
    instance = load_instance(samples.write(tmp_path, "three.dow", samples.CANAD))
    links, effects = instance.case.tables["Links"], instance.case.tables["ProjectEffects"]
    assert not links["both_ways"].any()
    assert (links["capacity_kteu"] == 0.0).all()
    assert effects["added_kteu"].tolist() == [10.0, 10.0, 10.0]
    assert instance.case.tables["Projects"]["capex"].tolist() == [5.0, 5.0, 2.0]
    assert instance.must_serve
    assert instance.name == "three"


@pytest.mark.parametrize(
    ("model", "direction", "capacity", "added"),
    [
        ("U-U-M", "both", 1.0, 4.0),
        ("D-B-M", "each", 1.0, 4.0),
        ("U-B-M", "both", 2.0, 8.0),
        ("D-U-M", "both", 1.0, 4.0),
    ],
)
def test_sndlib_link_models(tmp_path: Path, model: str, direction: str, capacity: float, added: float) -> None:
    """Proves: U shares the capacity, B gives it to each direction; undirected demands on B links see it twice.

    If it were ignored: abilene D-B-M (114 606) and U-U-M (194 020) would get the same value.
    """
    path = samples.write(tmp_path, "two.txt", samples.SNDLIB)
    case = load_instance(path, model).case
    assert case.tables["Links"]["capacity_direction"].tolist() == [direction]
    assert case.tables["Links"]["capacity_kteu"].tolist() == [capacity]
    assert case.tables["ProjectEffects"]["added_kteu"].tolist() == [added]


def test_sndlib_modules_setup_and_constant(tmp_path: Path) -> None:
    """Proves: modules may be repeated (6 units, 1 in place, modules of 4: at most 2) or not (E), and set-up is a
    project that they require; what is installed already is a constant.

    If it were ignored: M and E would be the same problem, and polska with set-up cost (27 691) that without (23 619).
    """
    path = samples.write(tmp_path, "two.txt", samples.SNDLIB)
    many, one = (load_instance(path, model) for model in ("U-U-M-N", "U-U-E-Y"))
    assert many.case.tables["Projects"]["maximum_modules"].tolist() == [2.0]
    assert one.case.tables["Projects"]["maximum_modules"].tolist() == [1.0, 1.0]
    assert one.case.tables["ProjectRules"]["kind"].tolist() == ["requires"]
    assert many.constant == 7.0
    assert many.name == "two--U-U-M-N-C-A-N-N"


def test_orlib_serving_cost_is_for_all_of_the_demand(tmp_path: Path) -> None:
    """Proves: 12 for serving 6 units is 2 a unit, and the warehouse is a facility of zero capacity until built.

    If it were ignored: costs would be six times too high here.
    """
    case = load_instance(samples.write(tmp_path, "cap.txt", samples.ORLIB)).case
    links = case.tables["Links"].set_index("link")["container_cost"]
    assert links["W001 to C0001"] == 2.0
    assert links["W002 to C0002"] == 4.0
    nodes = case.tables["Nodes"].set_index("node")["capacity_kteu"]
    assert nodes["W001"] == 0.0
    assert np.isnan(nodes["C0001"])


def test_orlib_open_capacity(tmp_path: Path) -> None:
    """Proves: files that say 'capacity' instead of a figure ask for --capacity and then use it.

    If it were ignored: capa, capb and capc could not be read, or would be read with a guessed capacity.
    """
    path = samples.write(tmp_path, "capa.txt", samples.ORLIB.replace(" 10 ", " capacity "))
    with pytest.raises(InstanceError, match="--capacity"):
        load_instance(path)
    case = load_instance(path, capacity=8.0).case
    assert case.tables["ProjectEffects"]["added_kteu"].tolist() == [8.0, 8.0]


def test_ladder_years_budgets_and_commodities(tmp_path: Path) -> None:
    """Proves: growth, discount, one construction year, budget windows by year, and a commodity per unserved cost.

    If it were ignored: spending would fall in the wrong period, or demands would share a penalty that is not theirs.
    """
    demand = samples.LADDER["demands"][0]
    dear = {**demand, "unserved_cost_per_unit": 60.0}
    case = load_instance(samples.write_ladder(tmp_path, demands=[demand, dear, demand])).case
    assert [period.first_year for period in case.periods] == [FIRST_YEAR, FIRST_YEAR + 1]
    assert case.discount(FIRST_YEAR + 1) == pytest.approx(1 / 1.1)
    assert case.tables["Demand"][FIRST_YEAR + 1].tolist() == [15.0, 15.0, 15.0]
    assert case.tables["Projects"]["construction_years"].tolist() == [1.0]
    assert case.tables["Budgets"]["amount"].tolist() == [100.0, 0.0]
    assert not case.tables["Budgets"]["carry_over"].any()
    assert case.tables["Commodities"]["unserved_penalty"].tolist() == [50.0, 60.0]
    assert case.tables["Links"]["capacity_direction"].tolist() == ["both"]


@pytest.mark.parametrize(
    "name", ["abilene.txt", "abilene", "abilene--D-B-M-N-C-A-N-N", "abilene--D-B-M-N-C-A-N-N.txt", "abilene--D-B-M"]
)
def test_sndlib_names_stand_for_the_network_file(tmp_path: Path, name: str) -> None:
    """Proves: a known value's name finds the network file and carries the model.

    If it were ignored: the command line could not reach both problems of one file.
    """
    samples.write(tmp_path, "abilene.txt", samples.SNDLIB)
    assert find_file(tmp_path / name).path.name == "abilene.txt"
    expected = "U-U-M-N-C-A-N-N" if "--" not in name else "D-B-M-N-C-A-N-N"
    assert load_instance(tmp_path / name).name == f"abilene--{expected}"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.dow", "MULTIGEN.DAT:\n 3 3 1\n 1 2 1 10 5 1 1\n", "only 1 lines follow"),
        ("a.dow", samples.CANAD.replace("1 2 1 10", "1 9 1 10"), "line 3: expected an arc"),
        ("a.dow", samples.CANAD.replace("1 2 1 10", "1 2 x 10"), "line 3: expected an arc"),
        ("a.dow", samples.CANAD.replace("1 3 10\n", "1 3 nan\n"), "line 6: expected a commodity"),
        ("a.dow", "", "found nothing"),
        ("a.txt", samples.SNDLIB.replace("( 4.00 10.00 )", "( 4.00 )"), "line 12: expected a link"),
        ("a.txt", samples.SNDLIB.replace("back ( B A )", "back ( B C )"), "line 16: expected a demand"),
        ("a.txt", samples.SNDLIB.replace("DEMANDS (", "DEMAND ("), "section DEMANDS is missing"),
        ("a.txt", " 2 2\n 10 5.\n 10 1.\n 6\n 12.0", "the file ends where"),
        ("a.txt", samples.ORLIB.replace("12.0", "-12.0"), "not negative"),
        ("a.txt", "once upon a time", "not recognised"),
        ("a.json", "{", "line 1: not valid JSON"),
        ("a.json", "{}", "the keys name, nodes"),
    ],
)
def test_damaged_files_are_explained(tmp_path: Path, name: str, text: str, words: str) -> None:
    """Proves: a damaged file gives one sentence with file, line and what was expected.

    If it were ignored: the user would meet a traceback, or an instance that is silently another one.
    """
    with pytest.raises(InstanceError) as caught:
        load_instance(samples.write(tmp_path, name, text))
    assert words in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"links": [{"a": 0, "b": 7, "cost_per_unit": 1.0, "days": 1.0, "capacity_both_directions": 1.0}]},
        {"projects": [{"link": -1, "capacity_added": 5.0, "capex": 100.0}]},
        {"demand_growth": [1.0]},
        {"classes": []},
        {"projects": [{"link": 0, "capex": 1.0}]},
    ],
)
def test_damaged_ladder_records_are_explained(tmp_path: Path, changes: dict[str, object]) -> None:
    """Proves: records that name what is not there are refused (a link -1 would mean the last one in Python).

    If it were ignored: a slip in a generated file would give figures of another instance.
    """
    with pytest.raises(InstanceError, match="two.json"):
        load_instance(samples.write_ladder(tmp_path, **changes))


@pytest.mark.parametrize("name", ["U-X-M", "U-D-M", "D-B-L", "U-U-M-N-I-A-N-N", "U-U-M-N-C-A-N-N-N", ""])
def test_unknown_sndlib_models_are_refused(name: str) -> None:
    """Proves: problems that a case does not hold (integer routing, hop limits, …) are refused.

    If it were ignored: a value of another problem would be reported under the name asked for.
    """
    with pytest.raises(InstanceError, match="read here"):
        sndlib.parse_model(name)


def test_shared_instances_have_the_sizes_of_the_readme() -> None:
    """Proves: the real files are read whole: nodes, links, demands as the known values list them.

    If it were ignored: a reader that loses the last line would go unnoticed on hand-made files.
    """
    sizes = {
        "canad/r02.7.dow": (10, 25, 25),
        "canad/c33.dow": (20, 228, 39),
        "sndlib/abilene.txt": (12, 15, 132),
        "sndlib/polska.txt": (12, 18, 66),
        "ladder/XL.json": (300, 466, 1000),
    }
    for name, expected in sizes.items():
        tables = load_instance(samples.shared(name)).case.tables
        assert tuple(len(tables[sheet]) for sheet in ("Nodes", "Links", "Demand")) == expected, name
    cap = load_instance(samples.shared("orlib_cap/cap41.txt")).case.tables
    assert (len(cap["Projects"]), len(cap["Demand"]), len(cap["Links"])) == (16, 50, 16 + 800)
