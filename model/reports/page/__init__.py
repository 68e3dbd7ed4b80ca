"""report.html: one self-contained page, readable without scripts and without a network."""
