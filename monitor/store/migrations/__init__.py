"""Alembic scripts: env.py runs them on the connection that migrate.py hands in."""
