-- Every entry's running balance is the sum of the changes so far, and its changes sum to zero.
SELECT account_id, sequence
FROM (
    SELECT account_id, sequence, available_after, held_after,
        available + held + issued + consumed + expired + refunded AS change,
        sum(available) OVER account AS available_sum, sum(held) OVER account AS held_sum
    FROM ax2.credit_entries
    WINDOW account AS (PARTITION BY account_id ORDER BY sequence)
) e
WHERE available_after <> available_sum OR held_after <> held_sum OR change <> 0
