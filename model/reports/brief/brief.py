"""The decision brief: the blocks of the Cover and of the first section of the page, in order of reading."""

from __future__ import annotations

from model.reports.brief.blocks import Block
from model.reports.brief.decisions import decisions_block
from model.reports.brief.doubts import doubts_block
from model.reports.brief.money import benefit_block, countries_block
from model.reports.facts import Facts
from model.reports.features import feature_blocks


def brief(facts: Facts) -> list[Block]:
    """What to decide; the markets; what carries the benefit; who pays; what is not settled. Empty without a plan."""
    if not facts.plan.has_plan:
        return []
    blocks = [decisions_block(facts), *feature_blocks(facts)]
    if facts.minimum is not None:
        blocks += [benefit_block(facts, facts.minimum), countries_block(facts, facts.minimum)]
    return [*blocks, doubts_block(facts)]
