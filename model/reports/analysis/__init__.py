"""What follows from a plan's tables: why a project is built or not, what binds, who uses which corridor."""
