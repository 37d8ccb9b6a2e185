"""Plan a county-year as tasks and run them with papermill.

The runner knows notebooks, folders and processes; what an indicator means it does not know.
"""
