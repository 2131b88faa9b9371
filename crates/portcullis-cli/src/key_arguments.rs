//! What can be done with keys, and how it is said.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::{ArgGroup, Args, Subcommand};
use portcullis::api_key::{ForeignFormat, NewKey, Rights};

use crate::time;

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Makes a key; standard output is the key, which is shown this once
    Create(NewArguments),
    /// Lists keys, in the order of their ids
    List {
        /// Only those of this owner
        #[arg(long)]
        owner: Option<String>,
        /// Only those of this tenant
        #[arg(long)]
        tenant: Option<String>,
        /// Only those that are that now
        #[arg(long, value_parser = ["active", "disabled", "expired", "revoked"])]
        standing: Option<String>,
        /// Only ids after this one
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        /// At most so many [default: all]
        #[arg(long, value_name = "NUMBER", value_parser = number)]
        limit: Option<NonZeroUsize>,
    },
    /// Shows all that is kept of a key
    Show {
        /// The public id of the key
        id: String,
    },
    /// Makes a successor with the same rights; the old key lives on for a while
    Rotate {
        /// The public id of the old key
        id: String,
        /// For how long both are good; `0s` ends the old one now, and asks first
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = time::duration)]
        overlap: Duration,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Lets a key end at another time
    #[command(group = ArgGroup::new("another end").args(["expires_in", "expires_at", "never"]).required(true))]
    Expire {
        /// The public id of the key
        id: String,
        #[command(flatten)]
        end: End,
        /// Let it never end
        #[arg(long)]
        never: bool,
    },
    /// Refuses a key until it is enabled again
    Disable {
        /// The public id of the key
        id: String,
    },
    /// Accepts a disabled key again
    Enable {
        /// The public id of the key
        id: String,
    },
    /// Gives a key these rights instead of those it has
    #[command(group = ArgGroup::new("other rights").args(["scopes", "roles", "groups", "none"]).multiple(true).required(true))]
    Grant {
        /// The public id of the key
        id: String,
        #[command(flatten)]
        rights: RightsArguments,
        /// Leave it no rights at all
        #[arg(long, conflicts_with = "RightsArguments")]
        none: bool,
    },
    /// Refuses a key for good
    Revoke {
        /// The public id of the key
        id: String,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Refuses all keys of an owner for good
    RevokeOwner {
        /// The owner
        owner: String,
        /// The owner's tenant; without it, keys that have none
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Refuses all keys of the environment that were made before a time, for good; without one, says what holds
    NotBefore {
        /// Before when: a time that has passed, such as `2026-11-25T08:00:00Z`
        #[arg(long, value_name = "TIME", value_parser = time::moment)]
        at: Option<SystemTime>,
        /// All keys there are
        #[arg(long, conflicts_with = "at")]
        now: bool,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Says what a server would say to the key on standard input
    Verify {
        /// Accept keys of that form, too: `uuid`, `prefix:TEXT`, `opaque` or `opaque:LENGTH`; can be given again
        #[arg(long = "form", value_name = "FORM", value_parser = form)]
        forms: Vec<ForeignFormat>,
    },
    /// Takes over the key on standard input, which another system made
    Import {
        /// The form of such keys: `uuid`, `prefix:TEXT`, `opaque` or `opaque:LENGTH`
        #[arg(long, value_name = "FORM", value_parser = form)]
        form: ForeignFormat,
        #[command(flatten)]
        new: NewArguments,
    },
    /// Prints a regular expression that finds keys of the environment in text
    ScanRegex,
    /// Makes the tables of a store, or brings those of an older version to this one; make a backup before
    ///
    /// Of a SQLite file with `portcullis keys backup FILE`, of PostgreSQL with `pg_dump --schema=portcullis`.
    Migrate,
    /// Copies a SQLite file, while it is in use, to a new file
    Backup {
        /// A file that is not there yet
        file: PathBuf,
    },
}

impl KeyCommand {
    /// Of the key that it is about, if it is about one that there is.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Show { id }
            | Self::Rotate { id, .. }
            | Self::Expire { id, .. }
            | Self::Disable { id }
            | Self::Enable { id }
            | Self::Grant { id, .. }
            | Self::Revoke { id, .. } => Some(id),
            _ => None,
        }
    }
}

#[derive(Args)]
pub(crate) struct NewArguments {
    /// Who answers for it: a user, a service, a team
    #[arg(long)]
    pub(crate) owner: String,
    /// What people call it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) name: String,
    /// The tenant that it belongs to
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) rights: RightsArguments,
    #[command(flatten)]
    pub(crate) end: End,
    /// A key by which a program acts for its owner, with at most the rights that the owner has then
    #[arg(long)]
    pub(crate) personal_access_token: bool,
}

impl NewArguments {
    pub(crate) fn key(&self) -> NewKey {
        let owner = &*self.owner;
        let key =
            if self.personal_access_token { NewKey::personal_access_token(owner) } else { NewKey::api_key(owner) };
        let key = key.name(&*self.name).rights(self.rights.rights());
        let key = self.tenant.iter().fold(key, NewKey::tenant);
        let key = self.end.expires_in.into_iter().fold(key, NewKey::expires_in);
        self.end.expires_at.into_iter().fold(key, NewKey::expires_at)
    }
}

#[derive(Args)]
#[group(multiple = true)]
pub(crate) struct RightsArguments {
    /// A scope, or several with spaces between them; can be given again
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// A role; can be given again
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// A group; can be given again
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
}

impl RightsArguments {
    pub(crate) fn rights(&self) -> Rights {
        let rights = self.scopes.iter().fold(Rights::none(), Rights::scope);
        let rights = self.roles.iter().fold(rights, Rights::role);
        self.groups.iter().fold(rights, Rights::group)
    }
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct End {
    /// It ends after that time: `90d`, `12h`, `2w`; a day is 24 hours
    #[arg(long, value_name = "TIME", value_parser = time::duration)]
    pub(crate) expires_in: Option<Duration>,
    /// It ends then: `2027-01-01T00:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    pub(crate) expires_at: Option<SystemTime>,
}

#[derive(Args)]
pub(crate) struct Confirmation {
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

fn number(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "write a number from 1 on".to_owned())
}

fn form(text: &str) -> Result<ForeignFormat, String> {
    match text.split_once(':') {
        None if text == "uuid" => Ok(ForeignFormat::uuid()),
        None if text == "opaque" => Ok(ForeignFormat::opaque(ForeignFormat::LEAST_OPAQUE)),
        Some(("prefix", prefix)) if !prefix.is_empty() => Ok(ForeignFormat::prefixed(prefix)),
        Some(("opaque", least)) => match least.parse() {
            Ok(least) if least >= ForeignFormat::LEAST_OPAQUE => Ok(ForeignFormat::opaque(least)),
            _ => Err(format!("opaque keys have {} characters or more", ForeignFormat::LEAST_OPAQUE)),
        },
        _ => Err("write `uuid`, `prefix:TEXT`, `opaque` or `opaque:LENGTH`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_names() {
        assert_eq!(form("uuid"), Ok(ForeignFormat::uuid()));
        assert_eq!(form("prefix:perm:"), Ok(ForeignFormat::prefixed("perm:")));
        assert_eq!(form("opaque"), Ok(ForeignFormat::opaque(24)));
        assert_eq!(form("opaque:40"), Ok(ForeignFormat::opaque(40)));
        for bad in ["", "UUID", "prefix:", "prefix", "opaque:", "opaque:23", "opaque:x", "perm:"] {
            assert!(form(bad).is_err(), "{bad}");
        }
    }
}
