"""The revisions. One, until the first tagged release."""
