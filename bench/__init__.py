"""Comparisons with peers, measured side by side in one run; `bench/README.md` tells how to read
them. Nothing in the project stands on this folder.
"""
