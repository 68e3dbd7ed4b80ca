"""Features, one folder each: its rows, its cost, its recount, its plan tables (contract: model.formulation.plugins).

Rooms find them through that contract and never by name; no other file imports from here.
"""
