"""Sheets in the form in which several rooms read them: ships and services, lives, policies."""
