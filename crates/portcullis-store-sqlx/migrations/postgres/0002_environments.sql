-- Keys of the environment that were made before are refused.
CREATE TABLE portcullis.environments (
    environment TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    not_before  BIGINT           NOT NULL
);
