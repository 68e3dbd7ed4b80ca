"""The map of the corridor: outline, projection, what is drawn where, SVG and PNG."""
