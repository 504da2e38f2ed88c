"""Called by Alembic. The caller's transaction is the only one: all revisions or none."""

from alembic import context

from monitor.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
