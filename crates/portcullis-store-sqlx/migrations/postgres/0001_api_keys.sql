-- Times are milliseconds since 1970; lists are JSON; the digest is 36 octets. Ids sort by their octets.
CREATE TABLE portcullis.api_keys (
    environment  TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL CHECK (id <> ''),
    kind         TEXT             NOT NULL,
    name         TEXT             NOT NULL,
    owner        TEXT COLLATE "C" NOT NULL,
    tenant       TEXT COLLATE "C",
    scopes       TEXT             NOT NULL,
    roles        TEXT             NOT NULL,
    groups       TEXT             NOT NULL,
    digest       BYTEA            NOT NULL,
    created_at   BIGINT           NOT NULL,
    expires_at   BIGINT,
    disabled     BOOLEAN          NOT NULL,
    revoked_at   BIGINT,
    successor    TEXT,
    last_used_at BIGINT,
    PRIMARY KEY (environment, id)
);

-- Pages of one owner, and revoking all that an owner has.
CREATE INDEX api_keys_of_owner ON portcullis.api_keys (environment, owner, id);
