-- Tables behind the Orleans AdoNet providers. The providers name only OrleansQuery, through the search path
-- (ax2, orleans); every other name is ours and appears only in the query texts of the files after this one.
CREATE SCHEMA orleans;

-- Read once, when a provider starts: a changed text needs a restart, and during a rolling restart old and new texts
-- run side by side. A later file changes a text with the same INSERT … ON CONFLICT that first wrote it.
CREATE TABLE orleans.orleansquery (
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

-- One row for each cluster: the lock that every change of the membership takes.
CREATE TABLE orleans.membership_version (
    deployment_id text PRIMARY KEY,
    version       integer NOT NULL CHECK (version >= 0)
) WITH (fillfactor = 50);

-- One row for each silo that ever joined and was not cleaned up. Times have three decimals because the clean-up
-- compares them with values that went through the provider, which keeps milliseconds.
CREATE TABLE orleans.membership (
    deployment_id text           NOT NULL REFERENCES orleans.membership_version,
    address       text           NOT NULL,
    port          integer        NOT NULL,
    generation    integer        NOT NULL,
    silo_name     text           NOT NULL,
    host_name     text           NOT NULL,
    status        integer        NOT NULL,
    proxy_port    integer        NOT NULL,
    suspect_times text,
    start_time    timestamptz(3) NOT NULL,
    i_am_alive    timestamptz(3) NOT NULL,
    PRIMARY KEY (deployment_id, address, port, generation)
) WITH (fillfactor = 50);

-- Grain state. A null extension is stored as '', so that the natural key is unique without exceptions: two first
-- writers cannot both succeed. The payload is null once the state was cleared.
CREATE TABLE orleans.storage (
    service_id  text    NOT NULL,
    state_name  text    NOT NULL,
    grain_id_n0 bigint  NOT NULL,
    grain_id_n1 bigint  NOT NULL,
    extension   text    NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    payload     bytea,
    modified_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (grain_id_n1, grain_id_n0, extension, state_name, service_id)
) WITH (
    -- Rows are rewritten often and no indexed column changes: room in the page keeps updates off the index.
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05
);

CREATE TABLE orleans.reminder (
    service_id    text           NOT NULL,
    grain_id      text           NOT NULL,
    reminder_name text           NOT NULL,
    start_time    timestamptz(3) NOT NULL,
    period_ms     bigint         NOT NULL,
    grain_hash    integer        NOT NULL,
    version       integer        NOT NULL,
    PRIMARY KEY (service_id, grain_id, reminder_name)
) WITH (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000
);

-- Each silo reads the reminders of its part of the ring again and again; the hash is signed, as the provider sends it.
CREATE INDEX reminder_by_hash ON orleans.reminder (service_id, grain_hash);
