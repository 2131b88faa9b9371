//! What a route demands of a caller, as a type.

use crate::principal::Caller;

/// The outcome of a [`Requirement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Permitted,
    /// 403 `insufficient_scope`, naming [`Requirement::scopes`].
    ScopeInsufficient,
    /// 403 `insufficient_scope` that names no scope, because none would help.
    Denied,
}

/// A demand on the caller, named by a type so that a handler's signature shows it and cannot forget it.
///
/// Usually made by [`requirement!`](crate::requirement!). Deciding is synchronous and sees only verified facts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a requirement",
    note = "define one: `requirement! {{ pub ReadInvoices = all(\"invoices:read\") }}`"
)]
pub trait Requirement: Send + Sync + 'static {
    /// The scopes that would be enough: named in the challenge. Each must be one scope token (RFC 6749 §3.3), and
    /// the order is kept. Empty when no scope would help.
    fn scopes() -> &'static [&'static str];

    /// Decides.
    fn decide(caller: &Caller) -> Decision;
}

/// Defines a [`Requirement`]: all of some scopes, any of some scopes, a predicate, or scopes and a predicate.
///
/// ```
/// use portcullis::requirement;
///
/// requirement! {
///     /// May read invoices.
///     pub ReadInvoices = all("invoices:read")
/// }
/// requirement! {
///     pub ReadAny = any("invoices:read", "invoices:admin");
///     pub Clerk = when(|caller| caller.has_role("clerk"));
///     pub Approve = all("invoices:write") and when(|caller| caller.has_role("approver"));
/// }
/// ```
///
/// A role is asked for by a predicate, as above. A scope that RFC 6749 does not allow does not compile:
///
/// ```compile_fail
/// portcullis::requirement! { pub Broken = all("two words") }
/// ```
#[macro_export]
macro_rules! requirement {
    ($(#[$meta:meta])* $vis:vis $name:ident = all($($scope:literal),+ $(,)?) and when($predicate:expr) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, [$($scope),+], all, $predicate }
        $($crate::requirement! { $($rest)* })?
    };
    ($(#[$meta:meta])* $vis:vis $name:ident = any($($scope:literal),+ $(,)?) and when($predicate:expr) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, [$($scope),+], any, $predicate }
        $($crate::requirement! { $($rest)* })?
    };
    ($(#[$meta:meta])* $vis:vis $name:ident = all($($scope:literal),+ $(,)?) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, [$($scope),+], all, |_| true }
        $($crate::requirement! { $($rest)* })?
    };
    ($(#[$meta:meta])* $vis:vis $name:ident = any($($scope:literal),+ $(,)?) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, [$($scope),+], any, |_| true }
        $($crate::requirement! { $($rest)* })?
    };
    ($(#[$meta:meta])* $vis:vis $name:ident = when($predicate:expr) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, [], all, $predicate }
        $($crate::requirement! { $($rest)* })?
    };
    () => {};
}

/// The definition behind one line of [`requirement!`](crate::requirement!).
#[doc(hidden)]
#[macro_export]
macro_rules! __requirement {
    ([$(#[$meta:meta])*] $vis:vis $name:ident, [$($scope:literal),*], $quantifier:ident, $predicate:expr) => {
        $(#[$meta])*
        #[allow(missing_docs, reason = "the name of a requirement often says enough")]
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        $(const _: () = assert!($crate::is_scope_token($scope), concat!(stringify!($scope), " is not one scope token (RFC 6749 section 3.3)"));)*

        impl $crate::Requirement for $name {
            fn scopes() -> &'static [&'static str] {
                &[$($scope),*]
            }

            fn decide(caller: &$crate::Caller) -> $crate::Decision {
                let scopes: &[&str] = <Self as $crate::Requirement>::scopes();
                let predicate: fn(&$crate::Caller) -> bool = $predicate;
                if !scopes.iter().$quantifier(|scope| caller.has_scope(scope)) {
                    $crate::Decision::ScopeInsufficient
                } else if predicate(caller) {
                    $crate::Decision::Permitted
                } else {
                    $crate::Decision::Denied
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Authentication, Reason, TrustedCaller};

    crate::requirement! {
        Both = all("a", "b");
        Either = any("a", "b");
        Admin = when(|caller| caller.has_role("admin"));
        Approver = all("a") and when(|caller| caller.has_role("approver"))
    }

    fn caller(scope: &str) -> TrustedCaller {
        TrustedCaller::new("https://as.test", "alice").scope(scope)
    }

    fn refused<R: Requirement>(who: &Authentication) -> Option<(Reason, Option<String>)> {
        who.require::<R>().err().map(|error| (error.reason(), error.required_scope().map(str::to_owned)))
    }

    /// RFC6749-3.3-a, RFC6750-3.1-d, OA21-5.2-a
    #[test]
    fn all_wants_every_scope_and_any_wants_one() {
        let too_little = |scopes: &str| Some((Reason::ScopeInsufficient, Some(scopes.to_owned())));
        assert_eq!(refused::<Both>(&caller("b a").build()), None);
        assert_eq!(refused::<Both>(&caller("a").build()), too_little("a b"));
        assert_eq!(refused::<Either>(&caller("b").build()), None);
        assert_eq!(refused::<Either>(&caller("c").build()), too_little("a b"));
    }

    /// RFC6749-3.3-a, ATK-46
    #[test]
    fn scopes_match_whole_and_with_case() {
        for scope in ["A", "a:read", "aa", "a,b", "a\tb", ""] {
            assert!(refused::<Either>(&caller(scope).build()).is_some(), "{scope:?}");
        }
    }

    #[test]
    fn roles_and_groups_match_whole_and_with_case() {
        let who = caller("").role("admin").group("staff").build();
        let who = who.caller().unwrap();
        assert!(who.has_role("admin") && who.in_group("staff"));
        for other in ["Admin", "adm", "admin ", "administrator", ""] {
            assert!(!who.has_role(other), "{other:?}");
        }
        for other in ["Staff", "sta", "staff ", "staffing", ""] {
            assert!(!who.in_group(other), "{other:?}");
        }
    }

    #[test]
    fn a_predicate_decides_after_the_scopes_and_names_none() {
        assert_eq!(refused::<Admin>(&caller("").role("admin").build()), None);
        assert_eq!(refused::<Admin>(&caller("").build()), Some((Reason::RequirementDenied, None)));
        assert_eq!(refused::<Approver>(&caller("a").role("approver").build()), None);
        assert_eq!(refused::<Approver>(&caller("a").build()), Some((Reason::RequirementDenied, None)));
        let short = refused::<Approver>(&caller("").role("approver").build());
        assert_eq!(short, Some((Reason::ScopeInsufficient, Some("a".to_owned()))));
    }
}
