"""How studies put a price on carbon."""

from __future__ import annotations

from model.studies.switch import HIGHER, Switch, setting

CO2_PRICE = 0.08  # million USD per kt CO2: 80 USD/t

SWITCHES = (Switch("carbon price", "80 USD/t CO2 (switched on)", HIGHER, setting("co2_price", CO2_PRICE)),)
