"""Workbooks → checked, immutable tables (Case).

Every table of the planner begins here, so this is where pandas is told, once, how to keep text: as Python strings.
Left to itself it takes Arrow's arrays where pyarrow happens to be installed, and those differ in what `map`, `where`
and `fillna` give on text, most of all on empty tables: the same case would plan on one computer and fail on the next.
"""

import pandas as pd

pd.options.mode.string_storage = "python"
