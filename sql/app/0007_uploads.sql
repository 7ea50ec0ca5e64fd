-- Which uploads a workspace has ever begun. The upload grains hold what they are; by this table they are found again when
-- the workspace ends and everything in it is erased.
CREATE TABLE ax2.uploads (
    workspace_id uuid        NOT NULL,
    upload_id    uuid        NOT NULL,
    began_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, upload_id)
);

-- Those from before this table that a job used.
INSERT INTO ax2.uploads (workspace_id, upload_id, began_at)
SELECT workspace_id, upload_id, min(created_at) FROM ax2.jobs GROUP BY workspace_id, upload_id;
