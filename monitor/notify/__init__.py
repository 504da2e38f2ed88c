"""The door out: one channel a target. Channels know what was rendered, not how or why."""

from monitor.notify.channels import Target, build_channels
from monitor.notify.console import FILE_NAME

__all__ = ["FILE_NAME", "Target", "build_channels"]
