-- Query texts of the storage provider. GrainTypeString carries the state's name, not the grain's class. The hashes are
-- not used: the natural key is the index. A conflict is no row, never an error: the provider tells the grain.
INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('ReadFromStorageKey', $$
SELECT payload AS "PayloadBinary", version AS "Version"
FROM orleans.storage
WHERE grain_id_n1 = @GrainIdN1 AND grain_id_n0 = @GrainIdN0
  AND extension = coalesce(@GrainIdExtensionString, '')
  AND state_name = @GrainTypeString AND service_id = @ServiceId
$$),
-- Without a version the caller believes that there is no row; with one, that it is the row's. At most one branch acts.
('WriteToStorageKey', $$
WITH inserted AS (
    INSERT INTO orleans.storage (
        service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1,
           @PayloadBinary
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
$$),
-- The row and its version stay, so that a stale writer is still found out.
('ClearStorageKey', $$
UPDATE orleans.storage
SET payload = NULL, version = version + 1, modified_at = now()
WHERE grain_id_n1 = @GrainIdN1 AND grain_id_n0 = @GrainIdN0
  AND extension = coalesce(@GrainIdExtensionString, '')
  AND state_name = @GrainTypeString AND service_id = @ServiceId
  AND version = @GrainStateVersion
RETURNING version AS "NewGrainStateVersion"
$$),
('DeleteStorageKey', $$
DELETE FROM orleans.storage
WHERE grain_id_n1 = @GrainIdN1 AND grain_id_n0 = @GrainIdN0
  AND extension = coalesce(@GrainIdExtensionString, '')
  AND state_name = @GrainTypeString AND service_id = @ServiceId
  AND version = @GrainStateVersion
RETURNING version + 1 AS "NewGrainStateVersion"
$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
