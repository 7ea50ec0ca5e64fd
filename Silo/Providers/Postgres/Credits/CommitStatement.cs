namespace Ax2.Credits;

/// <summary>
/// One statement stores the batches of any number of accounts, each whole or not at all: only what joins an owned
/// account is written. An account is owned when its row has the expected version (or does not exist, when none was
/// expected) and nothing of its batch is known already.
/// </summary>
internal static class CommitStatement
{
    /// <summary>
    /// For this transaction only. Every row is found by its key. A plan that was made while a table was small would
    /// scan it for ever, and planning a statement of this size anew costs more than carrying it out.
    /// </summary>
    internal const string PlanSettings =
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
        """;

    internal const string Text =
        """
        WITH batch AS (
            SELECT * FROM unnest(
                $1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::bigint[], $6::bytea[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::timestamptz[], $14::timestamptz[])
            AS b (account_id, expected_version, batch_id, status, sequence, last_hash, available, held, issued,
                consumed, expired, refunded, at, next_due_at)
        ), repeated AS (
            SELECT account_id FROM unnest($15::uuid[], $16::text[]) AS new (account_id, operation_id)
            JOIN ax2.credit_operations USING (account_id, operation_id)
            UNION ALL
            SELECT account_id FROM unnest($19::uuid[], $20::uuid[]) AS new (account_id, hold_id)
            JOIN ax2.credit_holds USING (account_id, hold_id)
        ), updated AS (
            UPDATE ax2.credit_accounts AS account
            SET version = account.version + 1, last_batch_id = b.batch_id, status = b.status, sequence = b.sequence,
                last_hash = b.last_hash, available = b.available, held = b.held, issued = b.issued,
                consumed = b.consumed, expired = b.expired, refunded = b.refunded, at = b.at,
                next_due_at = b.next_due_at
            FROM batch AS b
            WHERE account.account_id = b.account_id AND account.version = b.expected_version
              AND b.account_id NOT IN (SELECT account_id FROM repeated)
            RETURNING account.account_id
        ), created AS (
            INSERT INTO ax2.credit_accounts (
                account_id, version, last_batch_id, status, sequence, last_hash, available, held, issued, consumed,
                expired, refunded, at, next_due_at)
            SELECT account_id, 1, batch_id, status, sequence, last_hash, available, held, issued, consumed, expired,
                refunded, at, next_due_at
            FROM batch
            WHERE expected_version = 0 AND account_id NOT IN (SELECT account_id FROM repeated)
            ON CONFLICT DO NOTHING
            RETURNING account_id
        ), owned AS (
            SELECT account_id FROM updated UNION ALL SELECT account_id FROM created
        ), operations AS (
            INSERT INTO ax2.credit_operations (account_id, operation_id, content, answer)
            SELECT new.* FROM unnest($15::uuid[], $16::text[], $17::text[], $18::text[])
                AS new (account_id, operation_id, content, answer)
            JOIN owned USING (account_id)
        ), entries AS (
            INSERT INTO ax2.credit_entries (
                account_id, sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held, issued,
                consumed, expired, refunded, available_after, held_after, actor, reason, hash)
            SELECT new.* FROM unnest(
                $21::uuid[], $22::bigint[], $23::timestamptz[], $24::text[], $25::text[], $26::uuid[], $27::bigint[],
                $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[],
                $34::bigint[], $35::bigint[], $36::text[], $37::text[], $38::bytea[])
                AS new (account_id, sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held,
                    issued, consumed, expired, refunded, available_after, held_after, actor, reason, hash)
            JOIN owned USING (account_id)
        ), holds AS (
            INSERT INTO ax2.credit_holds (
                account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at, slices)
            SELECT new.account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at,
                slices::jsonb
            FROM unnest(
                $39::uuid[], $40::uuid[], $41::text[], $42::bigint[], $43::bigint[], $44::bigint[], $45::bigint[],
                $46::timestamptz[], $47::timestamptz[], $48::text[])
                AS new (account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at,
                    slices)
            JOIN owned USING (account_id)
            ON CONFLICT (account_id, hold_id) DO UPDATE
            SET status = excluded.status, charged = excluded.charged, refunded = excluded.refunded,
                expires_at = excluded.expires_at
        ), grants AS (
            INSERT INTO ax2.credit_grants (
                account_id, grant_number, category, priority, effective_at, expires_at, granted, remaining, held,
                is_effective, is_expired)
            SELECT new.* FROM unnest(
                $49::uuid[], $50::bigint[], $51::text[], $52::integer[], $53::timestamptz[], $54::timestamptz[],
                $55::bigint[], $56::bigint[], $57::bigint[], $58::boolean[], $59::boolean[])
                AS new (account_id, grant_number, category, priority, effective_at, expires_at, granted, remaining,
                    held, is_effective, is_expired)
            JOIN owned USING (account_id)
            ON CONFLICT (account_id, grant_number) DO UPDATE
            SET remaining = excluded.remaining, held = excluded.held, is_effective = excluded.is_effective,
                is_expired = excluded.is_expired
        )
        SELECT account_id, account_id IN (SELECT account_id FROM owned),
            account_id IN (SELECT account_id FROM repeated)
        FROM batch
        """;
}
