"""The decision brief: the blocks of the Cover and of the first section of the page, in order of reading."""

from __future__ import annotations

from model.reports.analysis.appraisal import appraisal
from model.reports.brief.answer import answer_block
from model.reports.brief.blocks import Block
from model.reports.brief.decisions import decisions_block
from model.reports.brief.doubts import doubts_block
from model.reports.brief.money import benefit_block, countries_block
from model.reports.brief.rests import rests_block
from model.reports.facts import Facts
from model.reports.features import feature_blocks


def brief(facts: Facts) -> list[Block]:
    """Answer, decisions, markets, what carries the benefit, who pays, what is not settled, what it rests on.

    Empty without a plan.
    """
    if not facts.plan.has_plan:
        return []
    blocks = [answer_block(facts), decisions_block(facts), *feature_blocks(facts)]
    found = facts.once(appraisal)
    if found is not None:
        blocks += [benefit_block(found), countries_block(facts)]
    return [*blocks, doubts_block(facts), rests_block(facts)]
