"""The analyst's workbook: each sheet is declared as one table and written by one writer."""
