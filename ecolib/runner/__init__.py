"""Plan a county-year as tasks and run them with papermill.

The runner knows notebooks, folders and processes; what an indicator means it does not know.
"""

from ecolib.runner.plan import Task, plan
from ecolib.runner.run import Outcome, run

__all__ = ["Outcome", "Task", "plan", "run"]
