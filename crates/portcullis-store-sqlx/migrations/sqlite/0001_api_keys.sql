-- Times are milliseconds since 1970; lists are JSON; the digest is 36 octets.
CREATE TABLE api_keys (
    environment  TEXT    NOT NULL,
    id           TEXT    NOT NULL CHECK (id <> ''),
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    owner        TEXT    NOT NULL,
    tenant       TEXT,
    scopes       TEXT    NOT NULL,
    roles        TEXT    NOT NULL,
    groups       TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    disabled     INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    revoked_at   INTEGER,
    successor    TEXT,
    last_used_at INTEGER,
    PRIMARY KEY (environment, id)
) STRICT;

-- Pages of one owner, and revoking all that an owner has.
CREATE INDEX api_keys_of_owner ON api_keys (environment, owner, id);
