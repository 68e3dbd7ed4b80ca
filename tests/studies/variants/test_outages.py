"""The study of losses: by hand, equal to whole plans with the asset gone, and never cheaper than no loss."""

from __future__ import annotations

from pathlib import Path

import pytest

import run
from model.solvers.core.outcome import Status
from model.studies.variants.answers import Answer
from model.studies.variants.assets import Asset, When, key_assets, named_assets, shut, when_of
from model.studies.variants.held import held, with_rows
from model.studies.variants.one_year import SERVING, held_year
from model.studies.variants.outages import COLUMNS, YEAR, _ranked, outages
from model.studies.variants.planning import Variant
from tests.minis import corridor_of_three
from tests.studies.stand_ins import write_plain_case
from tests.studies.variants.of_minis import plain, two_ways


def test_losses_by_hand() -> None:
    """Proves, by hand: the plan builds P, and 2027 costs 8 x 2 = 16. Without the port B (or A-B, or the corridor
    Middle) 6 go by A-C for 6 and 2 kTEU (20 kt) wait for 20: 76, a loss of 60, of it 40 for what waits. The loss of
    A-C costs nothing. Ranked, with the ways that carry more.
    If it were ignored: nobody would know which asset the corridor cannot do without."""
    case = two_ways()
    found = outages(case, plain, when_of(case, 2027, None), ["AC", "B", "Middle"])
    rows = found.rows.set_index("asset")
    assert rows.columns.tolist() == [name for name in COLUMNS if name != "asset"]
    assert rows["costs"].to_dict() == pytest.approx({"B": 60.0, "Middle": 60.0, "AC": 0.0}, abs=1e-6)
    assert rows["waits"].to_dict() == pytest.approx({"B": 20.0, "Middle": 20.0, "AC": 0.0}, abs=1e-6)
    assert rows.at["B", "of it for what waits"] == pytest.approx(40.0)
    assert rows.at["B", "what waits"] == "boxes 20"
    assert rows.at["B", "goes another way"] == "Northern (AC) +60 kt"
    assert rows["verdict"].to_dict() == {"B": "proven", "Middle": "proven", "AC": "nothing"}
    assert (found.rows["costs"] >= 0).all()
    assert found.ready.empty


def test_being_ready_by_hand() -> None:
    """Proves: foreseen, the loss of B in 2027 makes Q worth nothing: it saves 28 for 40. The plan stays, 35 + 60 = 95
    is the least that any plan pays, and preparation saves nothing; what waits shows that the loss is not survived.
    With Q for 10 the plan that foresees builds it, saves 18, costs 10 more without the loss, and nothing waits.
    If it were ignored: a plan would be called robust although it was never tried, or a wall be built for nothing.
    """
    case = two_ways()
    found = outages(case, plain, when_of(case, 2027, None), ["B"], harden=1)
    ready = found.ready.iloc[0]
    assert (ready["unforeseen"], ready["foreseen"]) == pytest.approx((60.0, 60.0))
    assert (ready["preparation saves"], ready["preparation saves at most"]) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert found.plans["survives"].tolist() == ["no", "no"]
    projects = case.table("Projects").assign(capex=[3.0, 10.0])
    cheap = case.with_tables(Projects=projects)
    found = outages(cheap, plain, when_of(case, 2027, None), ["B"], harden=1)
    assert found.ready["preparation saves"].tolist() == pytest.approx([18.0])
    assert found.ready["opens otherwise"].tolist() == ["also Q"]
    assert found.plans["survives"].tolist() == ["no", "yes"]
    assert found.plans["costs without a loss"].tolist() == pytest.approx([0.0, 10.0], abs=1e-6)
    assert found.plans["it costs"].tolist() == pytest.approx([60.0, 32.0])


def test_ties_and_losses_without_a_plan_leave_a_rank_open() -> None:
    """Proves: of two losses that cost 60 neither is proven to be the dearer; a rank before a loss without a plan is not
    proven; one that lies apart is, and so is the last one. If it were ignored: the first of two equal assets would be
    protected first, as if that had been proven."""
    assets = [Asset(name, "port", (("node", name),)) for name in ("A", "B", "C", "D")]
    more = {"waiting": {}, "penalty": 0.0}
    base, *answers = (Answer(Status.OPTIMAL, "", cost, cost, more=more) for cost in (10.0, 70.0, 70.0, 40.0))
    known = dict(zip("ABC", answers, strict=True)) | {"D": Answer(Status.NO_PLAN, "time was up")}
    rows = _ranked(two_ways(), base, assets, known, When(2027))
    assert dict(zip(rows["asset"], rows["rank proven"], strict=True)) == {"A": "no", "B": "yes", "C": "no", "D": ""}
    rows = _ranked(two_ways(), base, assets[:3], known, When(2027))
    assert rows["rank proven"].tolist() == ["no", "yes", "yes"]


def test_things_of_one_name_are_lost_one_by_one() -> None:
    """Proves: where a route group is called as a port is, each has figures of its own under a name of its own: the port
    costs 60, the links of the group nothing. Asked for by the name alone, both are offered.
    If it were ignored: one of them would get the other's figures, and a study of it would name the wrong asset."""
    links = two_ways().table("Links")
    case = two_ways().with_tables(Links=links.assign(route_group=["Middle", "Middle", "B"]))
    when = when_of(case, 2027, None)
    found = outages(case, plain, when, ["node B", "route group B"], harden=1)
    assert dict(zip(found.rows["asset"], found.rows["costs"], strict=True)) == pytest.approx(
        {"node B": 60.0, "route group B": 0.0}, abs=1e-6
    )
    assert found.ready["asset"].tolist() == ["node B"]
    with pytest.raises(ValueError, match="“B” is not one asset: ask for “node B” or “route group B”"):
        named_assets(case, ["B"])


@pytest.mark.parametrize(("asset", "year"), [("ship", 2027), ("rail", 2026), ("road", 2028), ("Sea", 2028)])
def test_a_year_by_itself_costs_what_it_costs_in_the_plan(asset: str, year: int) -> None:
    """Proves: in a case with ships' links, bulk, prices of time, CO2, discounting and committed works, a loss in the
    year by itself costs what the whole plan, held, costs more with the asset shut: to 1e-6.
    If it were ignored: the quick figures would not be differences of plans."""
    case = corridor_of_three()
    lost = named_assets(case, [asset])[0]
    free = plain([Variant("free", "free", case, SERVING)])["free"]
    whole, _ = held(case, free)
    one = held_year(case, free.more["serving"][str(year)], year)
    found = plain(
        [
            Variant("kept", "", whole),
            Variant("lost", "", shut(whole, lost, year)),
            Variant("year", "", one, YEAR),
            Variant("year lost", "", shut(one, lost, year), YEAR),
        ]
    )
    costs = {name: answer.cost for name, answer in found.items()}
    assert all(value is not None for value in costs.values())
    in_plan = (costs["lost"] or 0.0) - (costs["kept"] or 0.0)
    by_itself = (costs["year lost"] or 0.0) - (costs["year"] or 0.0)
    assert by_itself == pytest.approx(in_plan, abs=1e-6)
    assert in_plan >= -1e-9


def test_key_assets_and_wrong_names() -> None:
    """Proves: what carries most of each kind comes first, in turn; places that are neither ports nor borders, and links
    without a limit, are not offered, yet may be named; a slip is answered with the nearest name, a year or a season
    that is not there with those that are. If it were ignored: a study would be spent on what carries nothing."""
    case = two_ways()
    use = {"node:B": 80.0, "link:AB": 80.0, "link:BC": 80.0, "link:AC": 0.0}
    assert [one.name for one in key_assets(case, use)] == ["B", "AB", "Middle"]
    assert [one.name for one in key_assets(case, use, 2)] == ["B", "AB"]
    assert named_assets(case, ["C"])[0].kind == "place"
    with pytest.raises(ValueError, match="Midle"):
        named_assets(case, ["Midle"])
    with pytest.raises(ValueError, match="2040 is not within 2026–2027"):
        when_of(case, 2040, None)
    with pytest.raises(ValueError, match="no season “winter”"):
        when_of(case, 2026, "winter")
    assert len(with_rows(case, "Outages", []).table("Outages")) == 0


def test_a_wrong_name_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: an asset that is not there ends with 1 and words about it. If it were ignored: a traceback."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1"]
    assert run.main(["study", "outages", *where, "--asset", "Atlantis"]) == 1
    assert "Atlantis" in capsys.readouterr().err
    assert not list(outputs.glob("*outages*"))
