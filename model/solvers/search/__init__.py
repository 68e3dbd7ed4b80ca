"""The last two of the four steps of the engine: tighten the lower bound by one small tree a period, and prove.

`subproblem` is what is left of the model for one period and `period_tree` its tree, `hull` joins the periods, `proof`
is the sequence; docs/engine.md tells how it works and why its bounds are true.
"""
