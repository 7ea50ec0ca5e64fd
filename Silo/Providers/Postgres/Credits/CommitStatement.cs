namespace Ax2.Credits;

/// <summary>
/// One statement stores the batches of any number of accounts, each whole or not at all: only what joins an owned
/// account is written. An account is owned when its row has the expected version (or does not exist, when none was
/// expected) and nothing of its batch is known already.
/// </summary>
/// <remarks>
/// The arrays are unnested in select lists: in FROM, each of them would be copied into a table of its own first. What
/// is owned is asked with <c>IS TRUE</c>, which makes it one look-up in a hash table instead of a nested loop.
/// Asking beforehand what is known takes a sixth of the statement, so <see cref="Text"/> does not ask: a repeat then
/// violates a key, which rolls everything back, and <see cref="CheckedText"/> finds whose it was.
/// </remarks>
internal static class CommitStatement
{
    /// <summary>
    /// For the connections that carry it out. Every row is found by its key. A plan that was made while a table was
    /// small would scan it forever, and planning a statement of this size anew costs more than carrying it out.
    /// </summary>
    internal const string PlanSettings =
        """
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET plan_cache_mode = force_generic_plan
        """;

    internal const string Text = Start + "SELECT NULL::uuid AS account_id WHERE false" + Rest;

    internal const string CheckedText = Start + Repeated + Rest;

    private const string Start =
        """
        WITH batch AS (
            SELECT unnest($1::uuid[]) AS account_id, unnest($2::bigint[]) AS expected_version,
                unnest($3::uuid[]) AS batch_id, unnest($4::text[]) AS status, unnest($5::bigint[]) AS sequence,
                unnest($6::bytea[]) AS last_hash, unnest($7::bigint[]) AS available, unnest($8::bigint[]) AS held,
                unnest($9::bigint[]) AS issued, unnest($10::bigint[]) AS consumed, unnest($11::bigint[]) AS expired,
                unnest($12::bigint[]) AS refunded, unnest($13::timestamptz[]) AS at,
                unnest($14::timestamptz[]) AS next_due_at
        ), repeated AS (

        """;

    /// <summary>Of an account at the expected version only: what a commit of ours stored before is no repeat.</summary>
    private const string Repeated =
        """
        SELECT account_id FROM batch JOIN ax2.credit_accounts AS account USING (account_id)
        WHERE account.version = expected_version AND account_id IN (
            SELECT account_id
            FROM (SELECT unnest($15::uuid[]) AS account_id, unnest($16::text[]) AS operation_id) AS new
            JOIN ax2.credit_operations USING (account_id, operation_id)
            UNION ALL
            SELECT account_id FROM (SELECT unnest($37::uuid[]) AS account_id, unnest($38::uuid[]) AS hold_id) AS new
            JOIN ax2.credit_holds USING (account_id, hold_id))
        """;

    private const string Rest =
        """

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
            SELECT * FROM (
                SELECT unnest($15::uuid[]) AS account_id, unnest($16::text[]) AS operation_id,
                    unnest($17::text[]) AS content, unnest($18::text[]) AS answer) AS new
            WHERE (account_id IN (SELECT account_id FROM owned)) IS TRUE
        ), entries AS (
            INSERT INTO ax2.credit_entries (
                account_id, sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held, issued,
                consumed, expired, refunded, available_after, held_after, actor, reason, hash)
            SELECT * FROM (
                SELECT unnest($19::uuid[]) AS account_id, unnest($20::bigint[]) AS sequence,
                    unnest($21::timestamptz[]) AS occurred_at, unnest($22::text[]) AS kind,
                    unnest($23::text[]) AS operation_id, unnest($24::uuid[]) AS hold_id,
                    unnest($25::bigint[]) AS grant_number, unnest($26::bigint[]) AS available,
                    unnest($27::bigint[]) AS held, unnest($28::bigint[]) AS issued, unnest($29::bigint[]) AS consumed,
                    unnest($30::bigint[]) AS expired, unnest($31::bigint[]) AS refunded,
                    unnest($32::bigint[]) AS available_after, unnest($33::bigint[]) AS held_after,
                    unnest($34::text[]) AS actor, unnest($35::text[]) AS reason, unnest($36::bytea[]) AS hash) AS new
            WHERE (account_id IN (SELECT account_id FROM owned)) IS TRUE
        ), new_holds AS (
            INSERT INTO ax2.credit_holds (
                account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at, slices)
            SELECT account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at,
                slices::jsonb
            FROM (
                SELECT unnest($37::uuid[]) AS account_id, unnest($38::uuid[]) AS hold_id, unnest($39::text[]) AS status,
                    unnest($40::bigint[]) AS opened_sequence, unnest($41::bigint[]) AS credits,
                    unnest($42::bigint[]) AS charged, unnest($43::bigint[]) AS refunded,
                    unnest($44::timestamptz[]) AS opened_at, unnest($45::timestamptz[]) AS expires_at,
                    unnest($46::text[]) AS slices) AS new
            WHERE (account_id IN (SELECT account_id FROM owned)) IS TRUE
        ), changed_holds AS (
            UPDATE ax2.credit_holds AS hold
            SET status = new.status, charged = new.charged, refunded = new.refunded, expires_at = new.expires_at
            FROM (
                SELECT unnest($47::uuid[]) AS account_id, unnest($48::uuid[]) AS hold_id, unnest($49::text[]) AS status,
                    unnest($50::bigint[]) AS charged, unnest($51::bigint[]) AS refunded,
                    unnest($52::timestamptz[]) AS expires_at) AS new
            WHERE hold.account_id = new.account_id AND hold.hold_id = new.hold_id
              AND (new.account_id IN (SELECT account_id FROM owned)) IS TRUE
        ), grants AS (
            INSERT INTO ax2.credit_grants (
                account_id, grant_number, category, priority, effective_at, expires_at, granted, remaining, held,
                is_effective, is_expired)
            SELECT * FROM (
                SELECT unnest($53::uuid[]) AS account_id, unnest($54::bigint[]) AS grant_number,
                    unnest($55::text[]) AS category, unnest($56::integer[]) AS priority,
                    unnest($57::timestamptz[]) AS effective_at, unnest($58::timestamptz[]) AS expires_at,
                    unnest($59::bigint[]) AS granted, unnest($60::bigint[]) AS remaining,
                    unnest($61::bigint[]) AS held, unnest($62::boolean[]) AS is_effective,
                    unnest($63::boolean[]) AS is_expired) AS new
            WHERE (account_id IN (SELECT account_id FROM owned)) IS TRUE
            ON CONFLICT (account_id, grant_number) DO UPDATE
            SET remaining = excluded.remaining, held = excluded.held, is_effective = excluded.is_effective,
                is_expired = excluded.is_expired
        )
        SELECT account_id, account_id IN (SELECT account_id FROM owned),
            account_id IN (SELECT account_id FROM repeated)
        FROM batch
        """;
}
