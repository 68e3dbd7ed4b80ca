"""Workbooks → checked, immutable tables (Case)."""
