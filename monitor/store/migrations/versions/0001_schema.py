"""The whole schema: tables, indexes, and the triggers that keep the ledger append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LEDGER = ("statement", "change")


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_table(
        "source",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_item_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("condition_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("empty_polls", sa.Integer(), nullable=False),
        sa.Column("pace_seconds", sa.Integer(), nullable=True),
        sa.Column("ttl_seconds", sa.Integer(), nullable=True),
        sa.Column("skip_hours", sa.String(), nullable=False),
        sa.Column("skip_days", sa.String(), nullable=False),
        sa.Column("moved_from", sa.String(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_agreed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name="pk_source"),
    )
    op.create_index("ix_source_next_check_at", "source", ["next_check_at"])
    op.create_table(
        "memory",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_memory"),
    )
    op.create_table(
        "article_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_key_article_id"),
        sa.PrimaryKeyConstraint("key", name="pk_article_key"),
    )
    op.create_index("ix_article_key_article_id", "article_key", ["article_id"])
    op.create_table(
        "article_version",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("newsroom", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("voice", sa.String(), nullable=True),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("copy_of", sa.String(), nullable=True),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("reading_json", sa.String(), nullable=False),
        sa.Column("seed", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_version_article_id"
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_version"),
    )
    op.create_index("ix_article_version_arrived_at", "article_version", ["arrived_at"])
    op.create_index(
        "ix_article_version_held",
        "article_version",
        ["source_id"],
        sqlite_where=sa.text("held"),
        postgresql_where=sa.text("held"),
    )
    op.create_index(
        "ix_article_version_story",
        "article_version",
        ["story"],
        sqlite_where=sa.text("verdict <> 'irrelevant'"),
        postgresql_where=sa.text("verdict <> 'irrelevant'"),
    )
    op.create_table(
        "footprint",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_footprint_article_id"),
        sa.PrimaryKeyConstraint("number", name="pk_footprint"),
        sa.UniqueConstraint("article_id", "arrived_at", name="uq_footprint_article_id_arrived_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_footprint_arrived_at", "footprint", ["arrived_at"])
    op.create_table(
        "sketch",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("roundup", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_sketch_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_sketch"),
    )
    op.create_index("ix_sketch_told_at", "sketch", ["told_at"])
    op.create_table(
        "story",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("apart_from", sa.String(), nullable=True),
        sa.Column("into", sa.String(), nullable=True),
        sa.Column("into_why", sa.String(), nullable=True),
        sa.Column("into_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )
    op.create_index("ix_story_follows", "story", ["follows"])
    op.create_index("ix_story_apart_from", "story", ["apart_from"])
    op.create_index("ix_story_into", "story", ["into"])
    op.create_table(
        "word_count",
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("space", "word", name="pk_word_count"),
    )
    op.create_table(
        "text_due",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_text_due_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_text_due"),
    )
    op.create_index("ix_text_due_due_at", "text_due", ["due_at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_delivery_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("message_id", "target", name="uq_delivery_message_id_target"),
    )
    op.create_index("ix_delivery_state_next_attempt_at", "delivery", ["state", "next_attempt_at"])
    op.create_table(
        "statement",
        sa.Column("quote_text", sa.String(), nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=False),
        sa.Column("quote_end", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("retracts", sa.String(), nullable=True),
        sa.Column("pooled", sa.Float(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("cue", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("stance", sa.String(), nullable=True),
        sa.Column("background", sa.Boolean(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("turn", sa.Boolean(), nullable=True),
        sa.Column("speaker", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("comments_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_statement_article_id"),
        sa.ForeignKeyConstraint(["retracts"], ["statement.id"], name="fk_statement_retracts"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
    )
    op.create_index("ix_statement_actor_learnt_at", "statement", ["actor", "learnt_at"])
    op.create_index("ix_statement_actor_topic_said_at", "statement", ["actor", "topic", "said_at"])
    op.create_index("ix_statement_article_id", "statement", ["article_id"])
    op.create_index("ix_statement_learnt_at", "statement", ["learnt_at"])
    op.create_index("ix_statement_retracts", "statement", ["retracts"])
    op.create_index("ix_statement_kind_topic_said_at", "statement", ["kind", "topic", "said_at"])
    op.create_table(
        "change",
        sa.Column("quote_text", sa.String(), nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=False),
        sa.Column("quote_end", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("background", sa.Boolean(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("comments_until", sa.Date(), nullable=True),
        sa.Column("before_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_change_article_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_change_statement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    op.create_index("ix_change_actor_learnt_at", "change", ["actor", "learnt_at"])
    op.create_index("ix_change_actor_topic", "change", ["actor", "topic"])
    op.create_index("ix_change_article_id", "change", ["article_id"])
    op.create_index("ix_change_learnt_at", "change", ["learnt_at"])
    op.create_index("ix_change_statement_id", "change", ["statement_id"])
    op.create_index("ix_change_topic", "change", ["topic"])
    op.create_table(
        "footing",
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "topic", name="pk_footing"),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_delivery_attempt_delivery_id"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_delivery_attempt"),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("rule_title", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("newsroom", sa.String(), nullable=False),
        sa.Column("names", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_alert_change_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("change_id", "rule_id", name="uq_alert_change_id_rule_id"),
    )
    op.create_table(
        "decision",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_decision_change_id"),
        sa.PrimaryKeyConstraint("change_id", "rule_id", name="pk_decision"),
    )
    op.create_table(
        "alert_message",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_message_alert_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_alert_message_message_id"),
        sa.PrimaryKeyConstraint("message_id", "alert_id", name="pk_alert_message"),
    )
    op.create_index("ix_alert_message_alert_id", "alert_message", ["alert_id"])

    for table in LEDGER:
        _keep_append_only(table)


def _keep_append_only(table: str) -> None:
    """`--as-of` and every correction lean on it: what was learnt is never rewritten."""
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite(table)
    else:
        _refuse_on_postgres(table)


def _refuse_on_sqlite(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {verb}'); END"
        )


def _refuse_on_postgres(table: str) -> None:
    # One trigger for each statement, not for each row: it also sees TRUNCATE.
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only: no %', lower(TG_OP); END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
