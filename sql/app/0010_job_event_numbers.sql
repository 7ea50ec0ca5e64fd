-- ax2: no transaction
-- A row's number may be one of progress that a silo with a fast clock published and did not store: then later events of
-- the job were left out, the last one too, and it seems live forever. Now rows carry stored numbers only. The next
-- event, or the next sweep, writes every live row again. Silos of the version before write meanwhile: what they touch
-- is left to them, so that this ends.
DO $$
DECLARE
    start timestamptz := clock_timestamp();
BEGIN
    LOOP
        UPDATE ax2.jobs SET event_number = 0
        WHERE stage < 6 AND event_number <> 0 AND job_id IN (
            SELECT job_id FROM ax2.jobs WHERE stage < 6 AND event_number <> 0 AND updated_at <= start LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
