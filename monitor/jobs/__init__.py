"""What runs when: the event loop fetches and ticks, one thread decides, one thread delivers."""

from monitor.jobs.service import run_once, serve

__all__ = ["run_once", "serve"]
