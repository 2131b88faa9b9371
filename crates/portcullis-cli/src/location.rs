//! Where a store is, as it is written.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

use crate::failure::Problem;

/// A place of records.
#[derive(PartialEq, Eq)]
pub(crate) enum Location {
    Sqlite(PathBuf),
    /// May hold a password: never shown.
    Postgres(String),
}

impl Location {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path {
            Some("") => Err(Problem::new("--store", "`sqlite:` without a path", "write `sqlite:PATH`")),
            Some(path) => Ok(Self::Sqlite(path.into())),
            None if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                match text.parse::<PgConnectOptions>() {
                    Ok(_) => Ok(Self::Postgres(text.to_owned())),
                    // The error may repeat a password.
                    Err(_) => Err(Problem::new(
                        "--store",
                        "a URL that cannot be understood",
                        "write `postgres://USER@HOST/DATABASE`, with `%40` for an `@` in a name, and so on",
                    )),
                }
            }
            None => Err(Problem::new(
                "--store",
                "neither a SQLite file nor a PostgreSQL database",
                "write `sqlite:PATH` or `postgres://USER@HOST/DATABASE`",
            )),
        }
    }

    /// Is there a password in it, for everybody to read in the list of processes?
    pub(crate) fn has_password(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let authority = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        let in_user = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
        in_user || url.split_once('?').is_some_and(|(_, query)| query.contains("password="))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_named_by_their_kind() {
        for text in ["sqlite:keys.db", "sqlite://keys.db"] {
            assert!(Location::parse(text).is_ok_and(|found| found == Location::Sqlite("keys.db".into())), "{text}");
        }
        assert!(Location::parse("sqlite:///var/k.db").is_ok_and(|found| found == Location::Sqlite("/var/k.db".into())));
        let urls = ["postgres://u:secret@[::1/d", "postgres://u:secret@h:port/d", "postgres://u:secret@h/d?sslmode=no"];
        for bad in ["", "sqlite:", "keys.db", "mysql://u:secret@h/d", "POSTGRES://h/d"].into_iter().chain(urls) {
            let problem = Location::parse(bad).err().expect(bad);
            assert!(!format!("{problem:?}").contains("secret"));
        }
    }

    #[test]
    fn a_password_is_noticed_wherever_it_is() {
        let has = |text| Location::parse(text).ok().unwrap().has_password();
        assert!(has("postgres://u:p@h/d") && has("postgresql://h/d?user=u&password=p"));
        assert!(!has("postgres://u@h:5432/d") && !has("postgres://h:5432/a:b@c") && !has("sqlite:a:b@c"));
    }
}
