CREATE SCHEMA IF NOT EXISTS ax2;

-- The list of caption jobs: a projection of the job grains' state, which alone decides. Written by the silo with each
-- event, read by the API page by page; it may lag by one event and is never read to decide anything about a job.
CREATE TABLE ax2.jobs (
    job_id            uuid           PRIMARY KEY,
    workspace_id      uuid           NOT NULL,
    user_id           uuid           NOT NULL,
    upload_id         uuid           NOT NULL,
    file_name         text           NOT NULL,
    language          text           NOT NULL,
    -- JobStage: 0 to 5 live, 6 done, 7 failed, 8 cancelled.
    stage             smallint       NOT NULL CHECK (stage BETWEEN 0 AND 8),
    -- Only an event of the same or a higher number may overwrite the row.
    event_number      bigint         NOT NULL,
    media_duration_ms bigint         NOT NULL CHECK (media_duration_ms >= 0),
    quoted_credits    bigint         NOT NULL CHECK (quoted_credits >= 0),
    charged_credits   bigint         NOT NULL CHECK (charged_credits >= 0),
    error_code        text,
    created_at        timestamptz    NOT NULL,
    finished_at       timestamptz,
    updated_at        timestamptz    NOT NULL DEFAULT now()
) WITH (
    -- A row is written a few times within minutes and then never again. updated_at is indexed while the job lives, so
    -- those few updates pay for the index; finished rows are in the two others only.
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);

-- Pages of a workspace's jobs, newest first; job_id settles equal times.
CREATE INDEX jobs_page ON ax2.jobs (workspace_id, created_at DESC, job_id DESC);

-- Live jobs that nobody touched for long: small however many jobs are over.
CREATE INDEX jobs_live ON ax2.jobs (updated_at) WHERE stage < 6;
