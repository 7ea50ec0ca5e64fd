-- Entries of an account are never older than the one before, so a time is found by halving along the primary key. An
-- index on the time would be written with each entry, to be read a few times a month.

-- The number that the first entry at or after the time has; one above the last when there is none, and null when there
-- is no such account.
CREATE FUNCTION ax2.credit_sequence_at(account uuid, at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE search (low, high) AS (
        SELECT 1::bigint, sequence + 1 FROM ax2.credit_accounts WHERE account_id = credit_sequence_at.account
        UNION ALL
        SELECT CASE WHEN middle.occurred_at < credit_sequence_at.at THEN middle.sequence + 1 ELSE low END,
            CASE WHEN middle.occurred_at < credit_sequence_at.at THEN high ELSE middle.sequence END
        FROM search
        JOIN ax2.credit_entries AS middle
            ON middle.account_id = credit_sequence_at.account AND middle.sequence = (low + high) / 2
        WHERE low < high
    )
    SELECT low FROM search WHERE low = high
$$;

DROP INDEX ax2.credit_entries_time;
