-- A hold has one opening entry of its amount, no ending entry while it is open and exactly one after, and its slices
-- sum to its amount.
SELECT coalesce(h.account_id, e.account_id) AS account_id, coalesce(h.hold_id, e.hold_id) AS hold_id, h.status,
    e.openings, e.endings
FROM ax2.credit_holds h
FULL JOIN (
    SELECT account_id, hold_id,
        count(*) FILTER (WHERE kind = 'Reserved') AS openings,
        sum(held) FILTER (WHERE kind = 'Reserved') AS opened,
        count(*) FILTER (WHERE kind IN ('Settled', 'Released', 'HoldExpired')) AS endings,
        sum(consumed) FILTER (WHERE kind = 'Settled') AS charged,
        -sum(refunded) FILTER (WHERE kind = 'Refunded') AS refunded
    FROM ax2.credit_entries WHERE hold_id IS NOT NULL GROUP BY account_id, hold_id
) e USING (account_id, hold_id)
WHERE h.hold_id IS NULL
   OR e.openings IS DISTINCT FROM 1
   OR e.opened IS DISTINCT FROM h.credits
   OR e.endings IS DISTINCT FROM (CASE h.status WHEN 'Open' THEN 0 ELSE 1 END)
   OR coalesce(e.charged, 0) <> h.charged
   OR coalesce(e.refunded, 0) <> h.refunded
   OR h.credits <> (SELECT sum((slice ->> 1)::bigint) FROM jsonb_array_elements(h.slices) AS slice)
