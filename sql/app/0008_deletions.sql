-- The proof that accounts were erased. Append only: a row names nobody. Whoever asks for the proof gives the address,
-- and its hash finds the row.
CREATE TABLE ax2.deletions (
    user_id      uuid        PRIMARY KEY,
    -- email- and the SHA-256 of the normalised address.
    email_key    text        NOT NULL,
    requested_at timestamptz NOT NULL,
    begun_at     timestamptz NOT NULL,
    erased_at    timestamptz NOT NULL,
    -- What was erased, and how many there were.
    erased       jsonb       NOT NULL,
    CHECK (requested_at <= begun_at AND begun_at <= erased_at)
);

CREATE INDEX deletions_email ON ax2.deletions (email_key);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ax2.deletions
    FOR EACH STATEMENT EXECUTE FUNCTION ax2.refuse_change();
