"""Constraint families, one file each; see model.formulation.plugins for the contract. A new file here is a new family."""
