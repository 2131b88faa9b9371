-- Keys of the environment that were made before are refused.
CREATE TABLE environments (
    environment TEXT    NOT NULL PRIMARY KEY,
    not_before  INTEGER NOT NULL
) STRICT;
