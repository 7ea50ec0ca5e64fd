-- The ledger of credits. One statement of the silo writes all five tables for a batch of commands, under the fence
-- credit_accounts.version: what stands here is always whole. sql/audit/ holds the queries that prove it.
-- No foreign keys: every row is written by the statement that holds the account's row, and they would cost a lock and
-- a look-up for each.

-- The account's state: what the next batch is folded into.
CREATE TABLE ax2.credit_accounts (
    account_id    uuid        PRIMARY KEY,
    -- The fence: a writer that does not know the present version writes nothing.
    version       bigint      NOT NULL CHECK (version > 0),
    -- Who wrote this version: settles a commit whose reply was lost.
    last_batch_id uuid        NOT NULL,
    status        text        NOT NULL CHECK (status IN ('Open', 'Frozen', 'Closed')),
    -- Of the last entry.
    sequence      bigint      NOT NULL CHECK (sequence >= 0),
    last_hash     bytea       NOT NULL,
    -- The sums of all entries, in double entry: what the customer has, and where it came from and went.
    available     bigint      NOT NULL CHECK (available >= 0),
    held          bigint      NOT NULL CHECK (held >= 0),
    issued        bigint      NOT NULL,
    consumed      bigint      NOT NULL CHECK (consumed >= 0),
    expired       bigint      NOT NULL CHECK (expired >= 0),
    refunded      bigint      NOT NULL CHECK (refunded <= 0),
    -- The account's clock. No entry is later.
    at            timestamptz NOT NULL,
    -- Nothing is due before; 'infinity' when nothing ever is. Not indexed, so that updates stay off the index: the
    -- sweep of idle accounts may scan.
    next_due_at   timestamptz NOT NULL,
    CHECK (available + held + issued + consumed + expired + refunded = 0)
) WITH (
    -- One row is rewritten with each commit; no indexed column changes.
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000
);

-- Append only. The six changes of an entry sum to zero.
CREATE TABLE ax2.credit_entries (
    account_id      uuid        NOT NULL,
    sequence        bigint      NOT NULL CHECK (sequence > 0),
    occurred_at     timestamptz NOT NULL,
    kind            text        NOT NULL,
    operation_id    text,
    hold_id         uuid,
    grant_number    bigint,
    available       bigint      NOT NULL,
    held            bigint      NOT NULL,
    issued          bigint      NOT NULL,
    consumed        bigint      NOT NULL,
    expired         bigint      NOT NULL,
    refunded        bigint      NOT NULL,
    -- The running balance.
    available_after bigint      NOT NULL CHECK (available_after >= 0),
    held_after      bigint      NOT NULL CHECK (held_after >= 0),
    actor           text,
    reason          text,
    -- SHA-256 over the hash of the entry before and this row: see sql/audit/hash_chain.sql.
    hash            bytea       NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (account_id, sequence),
    CHECK (available + held + issued + consumed + expired + refunded = 0)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

-- Statements and balances as of a time.
CREATE INDEX credit_entries_time ON ax2.credit_entries (account_id, occurred_at, sequence);

CREATE FUNCTION ax2.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append only', tg_table_name;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ax2.credit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ax2.refuse_change();

-- Every command that was carried out or refused, with its answer: a repeat hears the same, for ever.
CREATE TABLE ax2.credit_operations (
    account_id   uuid NOT NULL,
    operation_id text NOT NULL,
    -- The whole command, not only its hash: a conflict names the field that differs.
    content      text NOT NULL,
    answer       text NOT NULL,
    PRIMARY KEY (account_id, operation_id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE TABLE ax2.credit_holds (
    account_id      uuid        NOT NULL,
    hold_id         uuid        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('Open', 'Settled', 'Released', 'Expired')),
    -- Of the entry that made it.
    opened_sequence bigint      NOT NULL,
    credits         bigint      NOT NULL CHECK (credits > 0),
    charged         bigint      NOT NULL CHECK (charged BETWEEN 0 AND credits),
    refunded        bigint      NOT NULL CHECK (refunded BETWEEN 0 AND charged),
    opened_at       timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL CHECK (expires_at > opened_at),
    -- Pairs of a grant's number and what was taken from it, in burn order.
    slices          jsonb       NOT NULL,
    PRIMARY KEY (account_id, hold_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- What an activation reads.
CREATE INDEX credit_holds_open ON ax2.credit_holds (account_id) WHERE status = 'Open';

CREATE TABLE ax2.credit_grants (
    account_id   uuid        NOT NULL,
    -- Of the entry that made it.
    grant_number bigint      NOT NULL,
    category     text        NOT NULL CHECK (category IN ('Paid', 'Promotional', 'Compensation')),
    priority     integer     NOT NULL,
    effective_at timestamptz NOT NULL,
    expires_at   timestamptz CHECK (expires_at > effective_at),
    granted      bigint      NOT NULL CHECK (granted > 0),
    remaining    bigint      NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    held         bigint      NOT NULL CHECK (held BETWEEN 0 AND granted),
    is_effective boolean     NOT NULL,
    is_expired   boolean     NOT NULL CHECK (NOT is_expired OR remaining = 0),
    PRIMARY KEY (account_id, grant_number),
    CHECK (remaining + held <= granted)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
