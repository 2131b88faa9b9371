//! Which form a database has, and which one this version wants.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use portcullis::api_key::StoreError;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};

use crate::failure;

/// The migrations of one database, first to last. Files that were published do not change: their checksums are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shipped {
    pub(crate) scripts: &'static [(i64, &'static str, &'static str)],
    /// How it is brought to this version.
    pub(crate) remedy: &'static str,
    /// How a backup is made.
    pub(crate) backup: &'static str,
}

/// A migration that the database says was made.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: Vec<u8>,
    pub(crate) success: bool,
}

impl Shipped {
    /// `migrate!` would do this when compiling, with another twenty crates.
    pub(crate) async fn migrator(self) -> Result<Migrator, StoreError> {
        Migrator::new(self).await.map_err(failure::migrating)
    }

    fn migrations(self) -> Vec<Migration> {
        let migration = |&(version, description, sql)| {
            Migration::new(version, Cow::Borrowed(description), MigrationType::Simple, Cow::Borrowed(sql), false)
        };
        self.scripts.iter().map(migration).collect()
    }

    fn newest(self) -> i64 {
        self.scripts.last().map_or(0, |(version, ..)| *version)
    }

    /// Is it the form of this version?
    pub(crate) fn fits(self, applied: &[Applied]) -> Result<(), StoreError> {
        self.can_be_migrated(applied)?;
        match applied.iter().map(|applied| applied.version).max() {
            None => Err(failure::schema("it has no tables yet", self.remedy)),
            Some(_) if applied.len() == self.scripts.len() => Ok(()),
            Some(version) => {
                let newest = self.newest();
                let problem = format!("it is of an older version: migration {version}, and {newest} is wanted");
                Err(failure::schema(problem, format!("make a backup, with {}; then {}", self.backup, self.remedy)))
            }
        }
    }

    /// Is it a form that this version can start from?
    pub(crate) fn can_be_migrated(self, applied: &[Applied]) -> Result<(), StoreError> {
        let shipped = self.migrations();
        for Applied { version, checksum, success } in applied {
            let Some(migration) = shipped.iter().find(|migration| migration.version == *version) else {
                let newest = self.newest();
                let problem = format!("it is of a newer version: migration {version}, and {newest} is the last known");
                return Err(failure::schema(problem, "use the version of portcullis-store-sqlx that it was made with"));
            };
            let other = *migration.checksum != **checksum;
            if other || !success {
                let what = if other { "is not the one of this version" } else { "was begun and not finished" };
                return Err(failure::schema(format!("migration {version} {what}"), "restore it from a backup"));
            }
        }
        Ok(())
    }
}

impl MigrationSource<'static> for Shipped {
    fn resolve(self) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>> {
        Box::pin(std::future::ready(Ok(self.migrations())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: Shipped = Shipped {
        scripts: &[(1, "one", "SELECT 1"), (2, "two", "SELECT 2")],
        remedy: "call migrate",
        backup: "a copy",
    };

    fn applied(versions: &[i64]) -> Vec<Applied> {
        let checksum = |version: i64| {
            let migrations = SHIPPED.migrations();
            let found = migrations.iter().find(|migration| migration.version == version);
            found.map(|migration| migration.checksum.to_vec()).unwrap_or_default()
        };
        let one = |version: &i64| Applied { version: *version, checksum: checksum(*version), success: true };
        versions.iter().map(one).collect()
    }

    fn said(applied: &[Applied]) -> String {
        SHIPPED.fits(applied).map_or_else(|error| error.to_string(), |()| "fits".to_owned())
    }

    #[test]
    fn only_the_whole_list_fits() {
        assert_eq!(said(&applied(&[1, 2])), "fits");
        assert!(said(&applied(&[])).contains("no tables yet; call migrate"));
        assert!(
            said(&applied(&[1]))
                .contains("older version: migration 1, and 2 is wanted; make a backup, with a copy; then call migrate")
        );
        assert!(said(&applied(&[1, 2, 3])).contains("newer version: migration 3, and 2 is the last known"));
    }

    #[test]
    fn a_migration_that_is_another_or_half_done_neither_fits_nor_can_be_gone_on_from() {
        let mut other = applied(&[1, 2]);
        other[0].checksum[0] ^= 1;
        let mut half = applied(&[1, 2]);
        half[1].success = false;
        for (list, words) in [(other, "migration 1 is not the one"), (half, "migration 2 was begun")] {
            assert!(said(&list).contains(words), "{}", said(&list));
            assert!(SHIPPED.can_be_migrated(&list).is_err());
        }
        assert!(SHIPPED.can_be_migrated(&applied(&[1])).is_ok());
    }
}
