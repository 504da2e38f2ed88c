"""Bytes -> articles. Pure, and meant for the sandbox: what it reads was written by strangers."""

from monitor.steps.parse.articles import MAX_ITEMS, read_source
from monitor.steps.parse.pagetext import read_page_text

__all__ = ["MAX_ITEMS", "read_page_text", "read_source"]
