"""The window: probes, metrics and a status page. Reads through the app and decides nothing."""
