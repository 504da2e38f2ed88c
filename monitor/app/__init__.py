"""The joiner: build(settings) -> App. The only room that knows all parts; no logic of its own.

The command line, the jobs and the window speak to the App.
"""

from monitor.app.app import App, build, check_rules
from monitor.pipeline.corrections import Parted
from monitor.pipeline.explaining import Effect, Explanation
from monitor.pipeline.pages import is_of_page as came_of_page
from monitor.pipeline.probing import FeedLink, Form, Probe, Prober, Survey
from monitor.pipeline.release import ReleaseAs, Released
from monitor.pipeline.sourcing import Import, SourceDesk
from monitor.rulebook.load import CheckReport
from monitor.steps.extract import Explained, Weighed
from monitor.steps.identify import differences
from monitor.store.health import DatabaseHealth, Standing

__all__ = [
    "App",
    "CheckReport",
    "DatabaseHealth",
    "Effect",
    "Explained",
    "Explanation",
    "FeedLink",
    "Form",
    "Import",
    "Parted",
    "Probe",
    "Prober",
    "ReleaseAs",
    "Released",
    "SourceDesk",
    "Standing",
    "Survey",
    "Weighed",
    "build",
    "came_of_page",
    "check_rules",
    "differences",
]
