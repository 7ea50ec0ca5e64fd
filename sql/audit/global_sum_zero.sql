-- Over all accounts, what was issued is held, available, consumed, expired or refunded: the sum of everything is zero.
SELECT sum(available + held + issued + consumed + expired + refunded) AS accounts,
    (SELECT sum(available + held + issued + consumed + expired + refunded) FROM ax2.credit_entries) AS entries
FROM ax2.credit_accounts
HAVING sum(available + held + issued + consumed + expired + refunded) <> 0
    OR (SELECT sum(available + held + issued + consumed + expired + refunded) FROM ax2.credit_entries) <> 0
