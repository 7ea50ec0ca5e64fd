-- ax2: no transaction
-- The row of a cleared state is deleted, and no longer kept without its payload: each chunk of each job left one. A
-- grain's next row must not repeat the versions of the one before, or a stale writer of that one would pass for its
-- writer: so the first version is random, and not one.
INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('WriteToStorageKey', $$
WITH inserted AS (
    INSERT INTO orleans.storage (
        service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''),
           1 + floor(random() * 1000000000), @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
), updated AS (
    UPDATE orleans.storage
    SET payload = @PayloadBinary, version = version + 1, modified_at = now()
    WHERE grain_id_n1 = @GrainIdN1 AND grain_id_n0 = @GrainIdN0
      AND extension = coalesce(@GrainIdExtensionString, '')
      AND state_name = @GrainTypeString AND service_id = @ServiceId
      AND version = @GrainStateVersion
    RETURNING version
)
SELECT version AS "NewGrainStateVersion" FROM inserted
UNION ALL
SELECT version FROM updated
$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;

-- Those from before, 16 MB of the table at a time: no lock is held for longer than that takes. A grain that has just
-- read such a row and then writes meets a conflict, once, as if another silo had written; nothing is lost.
DO $$
DECLARE
    step  CONSTANT bigint := 2048;
    first bigint := 0;
BEGIN
    WHILE first * current_setting('block_size')::bigint < pg_relation_size('orleans.storage') LOOP
        DELETE FROM orleans.storage
        WHERE ctid >= format('(%s,0)', first)::tid AND ctid < format('(%s,0)', first + step)::tid
          AND payload IS NULL;
        COMMIT;
        first := first + step;
    END LOOP;
END
$$;
