"""The last two of the four steps of the engine: tighten the lower bound by one small MIP a period, and prove.

`subproblem` and `subproblem_tree` hold what is left of the model for one period, `hull` joins the periods, `proof` is
the sequence; docs/engine.md tells how it works and why its bounds are true.
"""
