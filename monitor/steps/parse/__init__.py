"""Bytes -> articles. Pure, and meant for the sandbox: what it reads was written by strangers."""

from monitor.steps.parse.articles import MAX_ITEMS, read_source

__all__ = ["MAX_ITEMS", "read_source"]
