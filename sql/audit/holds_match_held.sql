-- What an account holds is the sum of its open holds, and of what its grants know to be held.
SELECT a.account_id, a.held, coalesce(h.credits, 0) AS in_holds, coalesce(g.held, 0) AS in_grants
FROM ax2.credit_accounts a
LEFT JOIN (
    SELECT account_id, sum(credits) AS credits FROM ax2.credit_holds WHERE status = 'Open' GROUP BY account_id
) h USING (account_id)
LEFT JOIN (
    SELECT account_id, sum(held) AS held FROM ax2.credit_grants GROUP BY account_id
) g USING (account_id)
WHERE a.held <> coalesce(h.credits, 0) OR a.held <> coalesce(g.held, 0)
