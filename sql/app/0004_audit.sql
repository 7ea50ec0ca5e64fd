-- Who did what in running the service. Append only: rows hold ids and no names, so that nothing in them ever has to be
-- forgotten.
CREATE TABLE ax2.audit (
    -- The order of pages. A sequence leaves gaps, so a missing number says nothing.
    number  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- An act has an intent, written before it is carried out, and an outcome when it was.
    act_id  uuid        NOT NULL,
    phase   text        NOT NULL CHECK (phase IN ('Intent', 'Outcome')),
    at      timestamptz NOT NULL,
    -- A user id.
    actor   text        NOT NULL,
    action  text        NOT NULL,
    -- A kind and an id, for example workspace/0198….
    target  text        NOT NULL,
    -- Where the actor called from.
    address text        NOT NULL,
    content jsonb       NOT NULL,
    UNIQUE (act_id, phase)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE INDEX audit_target ON ax2.audit (target, number);
CREATE INDEX audit_actor ON ax2.audit (actor, number);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ax2.audit
    FOR EACH STATEMENT EXECUTE FUNCTION ax2.refuse_change();
