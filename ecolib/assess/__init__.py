"""From the data of a county and year to the result of each indicator."""
