"""docs/model.md, made from docstrings of formulation and features: the maths stands beside the code, nowhere else."""

from __future__ import annotations

import inspect
from types import ModuleType

from model.formulation import investment_block, operations
from model.formulation.plugins import constraint_families, cost_terms

HEAD = """# The model

Made from the docstrings of `model/formulation` and `model/features` by
`python -m model.formulation.describe > docs/model.md`; a test keeps it current. Change the docstring, not this page.

Words: a *load* is a named linear measure of the flow, `Σ coefficient(arc, class) × flow`, one variable and one
definition row in
each operations block; constraints and costs are written on loads, on investment variables and on what a family adds.
Routes
are columns: whatever a row on loads costs in the optimum, its dual prices the arcs, and pricing finds the next best
routes
under it without further code. Objective: the sum of all registered cost terms, each entry times the discount factors of
its calendar years.

How to add, change or switch off a constraint: docs/add-a-constraint.md. How it is solved: docs/engine.md.
"""


def describe() -> str:
    """The page, as Markdown."""
    parts = [HEAD, "## Investment block\n", _body(investment_block), "## Operations blocks\n", _body(operations)]
    parts.append("## Constraint families\n")
    parts += [_section(module) for module in constraint_families().values()]
    parts.append("## Cost terms\n")
    parts += [_section(module) for module in cost_terms()]
    return "\n".join(parts)


def _text(module: ModuleType) -> str:
    return inspect.cleandoc(module.__doc__ or "")


def _body(module: ModuleType) -> str:
    return f"```text\n{_text(module)}\n```\n"


def _section(module: ModuleType) -> str:
    title, _, rest = _text(module).partition("\n")
    return f"### {title}\n\n```text\n{rest.strip()}\n```\n"


if __name__ == "__main__":
    print(describe(), end="")
