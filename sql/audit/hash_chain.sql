-- Every entry's hash is SHA-256 over the hash before it and its fields, separated by the unit separator.
SELECT account_id, sequence
FROM (
    SELECT account_id, sequence, hash,
        sha256(coalesce(lag(hash) OVER (PARTITION BY account_id ORDER BY sequence), ''::bytea) || convert_to(
            concat_ws(chr(31),
                account_id::text, sequence::text, (extract(epoch FROM occurred_at) * 1000000)::bigint::text, kind,
                coalesce(operation_id, ''), coalesce(hold_id::text, ''), coalesce(grant_number::text, ''),
                available::text, held::text, issued::text, consumed::text, expired::text, refunded::text,
                available_after::text, held_after::text, coalesce(actor, ''), coalesce(reason, '')), 'UTF8'))
            AS expected
    FROM ax2.credit_entries
) e
WHERE hash <> expected
