-- Entries of an account are numbered from 1 without a gap, and no entry is older than the one before.
SELECT account_id, sequence, occurred_at
FROM (
    SELECT account_id, sequence, occurred_at,
        row_number() OVER account AS expected, lag(occurred_at) OVER account AS before
    FROM ax2.credit_entries
    WINDOW account AS (PARTITION BY account_id ORDER BY sequence)
) e
WHERE sequence <> expected OR occurred_at < before
