-- Stage 9: partial. It is over, as 6 to 8 are, so the live jobs stay those below 6.
ALTER TABLE ax2.jobs DROP CONSTRAINT jobs_stage_check;
ALTER TABLE ax2.jobs ADD CONSTRAINT jobs_stage_check CHECK (stage BETWEEN 0 AND 9) NOT VALID;
ALTER TABLE ax2.jobs VALIDATE CONSTRAINT jobs_stage_check;

-- The sweep reads the live jobs page by page, in this order.
DROP INDEX ax2.jobs_live;
CREATE INDEX jobs_live ON ax2.jobs (updated_at, job_id) WHERE stage < 6;
