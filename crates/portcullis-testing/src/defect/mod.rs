//! Tokens and keys with exactly one thing wrong, and tokens with one thing odd.

mod api_key;
mod claims;
mod header;
mod logout;
mod oddity;
mod profile;
mod refused;
mod signature;
mod spelling;

pub use api_key::KeyDefect;
pub(crate) use logout::LOGOUT_EVENT;
pub use logout::LogoutDefect;
pub use oddity::Oddity;
pub use profile::ProfileDefect;
pub use refused::Defect;

/// An enum whose variants each know their clause, their answer, their description and how to make it.
macro_rules! cases {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: fn($subject:ty) -> $made:ty {
            $( #[doc = $doc:literal] $variant:ident = $clause:literal $status:literal $apply:expr; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $( #[doc = $doc] $variant, )* }

        impl $name {
            /// All of them, in the order of the enum.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The requirement or attack it belongs to: an RFC's clause (`RFC7519-4-a`: section 4), an attack
            /// (`ATK-1`), or a rule of portcullis (`PC-…`).
            #[must_use]
            pub const fn clause(self) -> &'static str {
                match self { $( Self::$variant => $clause, )* }
            }

            /// What is the matter with it, in one line.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $( Self::$variant => $doc.trim(), )* }
            }

            /// The HTTP status of the answer to a request with this as its credential, or, of a logout token, of the
            /// endpoint for those.
            #[must_use]
            pub const fn expected_status(self) -> u16 {
                match self { $( Self::$variant => $status, )* }
            }

            pub(crate) fn apply(self, subject: $subject) -> $made {
                match self {
                    $( Self::$variant => {
                        let apply: fn($subject) -> $made = $apply;
                        apply(subject)
                    } )*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self:?} ({}): {}", self.clause(), self.description())
            }
        }
    };
}
use cases;

#[cfg(test)]
mod tests;
