"""The page that every study of many plans leaves."""
