"""What is made up about the fictional county 青屿县 (Qingyu County): one module a table.

Each module has `rows(year)`: the rows handed in for that year, as dictionaries of column name to
text, with units and yes/no as codes. `generate.py` turns them into files.
"""

YEARS = range(2010, 2021)
SEED = 20200605
