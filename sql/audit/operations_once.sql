-- No operation has two entries, every entry of a command has its operation, and every operation that was carried out
-- has its entry.
SELECT coalesce(e.account_id, o.account_id) AS account_id, coalesce(e.operation_id, o.operation_id) AS operation_id,
    e.entries
FROM (
    SELECT account_id, operation_id, count(*) AS entries
    FROM ax2.credit_entries WHERE operation_id IS NOT NULL GROUP BY account_id, operation_id
) e
FULL JOIN ax2.credit_operations o USING (account_id, operation_id)
WHERE e.entries > 1
   OR o.operation_id IS NULL
   OR (e.entries IS NULL) <> (o.answer::jsonb ? 'refusal')
