"""Comparison of finished runs, read from their folders."""
