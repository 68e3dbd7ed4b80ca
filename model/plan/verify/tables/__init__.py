"""Checks of the tables that belong to no feature: what is carried, on what ways, at what cost, as stated."""
