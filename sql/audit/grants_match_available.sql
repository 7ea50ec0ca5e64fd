-- What an account has available is what is left of its grants.
SELECT a.account_id, a.available, coalesce(g.remaining, 0) AS in_grants
FROM ax2.credit_accounts a
LEFT JOIN (
    SELECT account_id, sum(remaining) AS remaining FROM ax2.credit_grants GROUP BY account_id
) g USING (account_id)
WHERE a.available <> coalesce(g.remaining, 0)
