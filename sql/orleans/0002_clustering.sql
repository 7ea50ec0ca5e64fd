-- Query texts of the clustering provider. DeploymentId is the ClusterId.
-- A change of the membership is one statement: it takes the version row only when the version is the one the caller
-- read and the member is absent (insert) or present (update), then writes the member from that row. The lock on the
-- version row makes writers queue; the second one finds a newer version and changes nothing.
INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('GatewaysQueryKey', $$
SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation"
FROM orleans.membership
WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
$$),
-- Both reads answer at least one row: without a member its columns are null, StartTime above all, and the version is
-- there.
('MembershipReadRowKey', $$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
       m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort",
       m.suspect_times AS "SuspectTimes", m.start_time AS "StartTime", m.i_am_alive AS "IAmAliveTime",
       v.version AS "Version"
FROM orleans.membership_version v
LEFT JOIN orleans.membership m
       ON m.deployment_id = v.deployment_id
      AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deployment_id = @DeploymentId
$$),
('MembershipReadAllKey', $$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
       m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort",
       m.suspect_times AS "SuspectTimes", m.start_time AS "StartTime", m.i_am_alive AS "IAmAliveTime",
       v.version AS "Version"
FROM orleans.membership_version v
LEFT JOIN orleans.membership m ON m.deployment_id = v.deployment_id
WHERE v.deployment_id = @DeploymentId
$$),
('InsertMembershipVersionKey', $$
WITH created AS (
    INSERT INTO orleans.membership_version (deployment_id, version)
    VALUES (@DeploymentId, 0)
    ON CONFLICT (deployment_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) > 0 FROM created
$$),
('UpdateIAmAlivetimeKey', $$
UPDATE orleans.membership
SET i_am_alive = @IAmAliveTime
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),
('InsertMembershipKey', $$
WITH bumped AS (
    UPDATE orleans.membership_version v
    SET version = v.version + 1
    WHERE v.deployment_id = @DeploymentId AND v.version = @Version
      AND NOT EXISTS (
        SELECT FROM orleans.membership m
        WHERE m.deployment_id = v.deployment_id
          AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING v.deployment_id
), inserted AS (
    INSERT INTO orleans.membership (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive)
    SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime,
           @IAmAliveTime
    FROM bumped
    RETURNING 1
)
SELECT count(*) > 0 FROM inserted
$$),
-- The member is locked first: a clean-up that runs meanwhile cannot take it away between the bump and the update.
('UpdateMembershipKey', $$
WITH member AS (
    SELECT deployment_id
    FROM orleans.membership
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    FOR UPDATE
), bumped AS (
    UPDATE orleans.membership_version v
    SET version = v.version + 1
    FROM member
    WHERE v.deployment_id = member.deployment_id AND v.version = @Version
    RETURNING v.deployment_id
), updated AS (
    UPDATE orleans.membership m
    SET status = @Status, suspect_times = @SuspectTimes, i_am_alive = @IAmAliveTime
    FROM bumped b
    WHERE m.deployment_id = b.deployment_id
      AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING 1
)
SELECT count(*) > 0 FROM updated
$$),
('DeleteMembershipTableEntriesKey', $$
WITH members AS (
    DELETE FROM orleans.membership WHERE deployment_id = @DeploymentId
)
DELETE FROM orleans.membership_version WHERE deployment_id = @DeploymentId
$$),
-- Only dead silos (6): one that is still joining is not the clean-up's business.
('CleanupDefunctSiloEntriesKey', $$
DELETE FROM orleans.membership
WHERE deployment_id = @DeploymentId AND status = 6 AND i_am_alive < @IAmAliveTime AND start_time < @IAmAliveTime
$$),
-- Compare and delete: whoever touched the row since it was read keeps it.
('CleanupDefunctSiloEntryKey', $$
DELETE FROM orleans.membership
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
  AND status = 6 AND start_time = @StartTime AND i_am_alive = @IAmAliveTime
  AND coalesce(suspect_times, '') = coalesce(@SuspectTimes, '')
$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
