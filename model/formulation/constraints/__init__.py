"""Constraint families, one file each (contract: model.formulation.plugins). A new file here is a new family."""
