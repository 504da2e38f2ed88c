"""The door out: one channel a target. Channels know what was rendered, not how or why."""

from monitor.notify.channels import Target, build_channels

__all__ = ["Target", "build_channels"]
