-- Query texts of the reminder provider.
INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('ReadReminderRowsKey', $$
SELECT grain_id AS "GrainId", reminder_name AS "ReminderName", start_time AS "StartTime", period_ms AS "Period",
       version AS "Version"
FROM orleans.reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId
$$),
('ReadReminderRowKey', $$
SELECT grain_id AS "GrainId", reminder_name AS "ReminderName", start_time AS "StartTime", period_ms AS "Period",
       version AS "Version"
FROM orleans.reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
$$),
-- An ordinary stretch of the ring: open at its begin, closed at its end.
('ReadRangeRows1Key', $$
SELECT grain_id AS "GrainId", reminder_name AS "ReminderName", start_time AS "StartTime", period_ms AS "Period",
       version AS "Version"
FROM orleans.reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$$),
-- The stretch that goes over the end of the ring; begin = end is the whole ring. The branches cannot share a row
-- unless begin < end, which the provider sends to the query above, so no row comes twice and each uses the index.
('ReadRangeRows2Key', $$
SELECT grain_id AS "GrainId", reminder_name AS "ReminderName", start_time AS "StartTime", period_ms AS "Period",
       version AS "Version"
FROM orleans.reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash
UNION ALL
SELECT grain_id, reminder_name, start_time, period_ms, version
FROM orleans.reminder
WHERE service_id = @ServiceId AND grain_hash <= @EndHash
$$),
-- The last writer wins.
('UpsertReminderRowKey', $$
INSERT INTO orleans.reminder AS r (
    service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
SET start_time = excluded.start_time, period_ms = excluded.period_ms, grain_hash = excluded.grain_hash,
    version = r.version + 1
RETURNING version AS "Version"
$$),
('DeleteReminderRowKey', $$
WITH deleted AS (
    DELETE FROM orleans.reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version
    RETURNING 1
)
SELECT count(*) > 0 FROM deleted
$$),
('DeleteReminderRowsKey', $$
DELETE FROM orleans.reminder WHERE service_id = @ServiceId
$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
