"""What drawings of the page show: the ways of a market (bands), swings of the net value (tornado)."""
