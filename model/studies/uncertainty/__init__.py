"""Planning under uncertainty: futures, what is safe to commit to before a year, what waits, and for what sign."""
