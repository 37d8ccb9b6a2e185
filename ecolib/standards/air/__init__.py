"""Ambient air: hourly values to daily ones, AQI, the county's mean and the yearly evaluation.

Limits and break points are the dated tables `air_*.csv`; every value is judged by the edition in
force on its own day. What no text settles is a constant beside its rule, told by `derive.METHOD`.
"""
