-- ax2: no transaction
-- The sweep of idle accounts finds those in which something is due. A commit that leaves next_due_at as it is stays
-- heap-only in spite of the index, because PostgreSQL compares values. It changes when an earlier time is added, and
-- when the time has come.
CREATE INDEX CONCURRENTLY IF NOT EXISTS credit_accounts_due ON ax2.credit_accounts (next_due_at, account_id)
    WHERE next_due_at < 'infinity';
