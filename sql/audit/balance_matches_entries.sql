-- The account's sums are the sums of its entries, and its balance and sequence are those of the last one.
WITH entries AS (
    SELECT account_id, count(*) AS entries, max(sequence) AS sequence, sum(available) AS available, sum(held) AS held,
        sum(issued) AS issued, sum(consumed) AS consumed, sum(expired) AS expired, sum(refunded) AS refunded
    FROM ax2.credit_entries GROUP BY account_id
)
SELECT coalesce(a.account_id, e.account_id) AS account_id, a.sequence, e.sequence AS entry_sequence
FROM ax2.credit_accounts a
FULL JOIN entries e USING (account_id)
LEFT JOIN ax2.credit_entries last ON last.account_id = a.account_id AND last.sequence = a.sequence
WHERE (a.sequence, a.available, a.held, a.issued, a.consumed, a.expired, a.refunded) IS DISTINCT FROM
      (coalesce(e.sequence, 0), coalesce(e.available, 0), coalesce(e.held, 0), coalesce(e.issued, 0),
       coalesce(e.consumed, 0), coalesce(e.expired, 0), coalesce(e.refunded, 0))
   OR (a.sequence > 0 AND (last.available_after, last.held_after, last.hash)
       IS DISTINCT FROM (a.available, a.held, a.last_hash))
