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

/// Defines a [`Requirement`]: scopes, kinds of callers, a predicate, or several of these joined by `and`, in that order.
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
///     pub TokensOnly = kinds(User, Client);
///     pub NoPats = not_kinds(PersonalAccessToken);
///     pub ChangePassword = all("account:write") and kinds(User);
/// }
/// ```
///
/// `kinds` and `not_kinds` name variants of [`CallerKind`](crate::CallerKind), and are decided first: a caller of another
/// kind gets a 403 that names no scope, since none would help. List with `kinds` who may, where a kind that a later version
/// adds must stay out; `not_kinds` lets it in. A guest who does not meet a requirement gets a 401.
///
/// ```
/// use portcullis::{CallerKind, Reason, TrustedCaller, requirement};
///
/// requirement! { People = kinds(User) }
///
/// let alice = TrustedCaller::new("https://issuer.test", "alice");
/// assert!(alice.clone().build().require::<People>().is_ok());
/// let token = alice.kind(CallerKind::PersonalAccessToken).build();
/// assert_eq!(token.require::<People>().unwrap_err().reason(), Reason::RequirementDenied);
/// ```
///
/// A role is asked for by a predicate, as above. A scope that RFC 6749 does not allow does not compile, nor does a kind that
/// is none:
///
/// ```compile_fail
/// portcullis::requirement! { pub Broken = all("two words") }
/// ```
///
/// ```compile_fail
/// portcullis::requirement! { pub Broken = kinds(Robot) }
/// ```
#[macro_export]
macro_rules! requirement {
    (
        $(#[$meta:meta])* $vis:vis $name:ident = all($($scope:literal),+ $(,)?)
        $(and kinds($($kind:ident),+ $(,)?))? $(and not_kinds($($other:ident),+ $(,)?))? $(and when($predicate:expr))?
        $(; $($rest:tt)*)?
    ) => {
        $crate::__requirement! {
            [$(#[$meta])*] $vis $name, all [$($scope),+], [$([$($kind),+])?], [$($($other),+)?], [$($predicate)?]
        }
        $($crate::requirement! { $($rest)* })?
    };
    (
        $(#[$meta:meta])* $vis:vis $name:ident = any($($scope:literal),+ $(,)?)
        $(and kinds($($kind:ident),+ $(,)?))? $(and not_kinds($($other:ident),+ $(,)?))? $(and when($predicate:expr))?
        $(; $($rest:tt)*)?
    ) => {
        $crate::__requirement! {
            [$(#[$meta])*] $vis $name, any [$($scope),+], [$([$($kind),+])?], [$($($other),+)?], [$($predicate)?]
        }
        $($crate::requirement! { $($rest)* })?
    };
    (
        $(#[$meta:meta])* $vis:vis $name:ident = kinds($($kind:ident),+ $(,)?) $(and when($predicate:expr))?
        $(; $($rest:tt)*)?
    ) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, all [], [[$($kind),+]], [], [$($predicate)?] }
        $($crate::requirement! { $($rest)* })?
    };
    (
        $(#[$meta:meta])* $vis:vis $name:ident = not_kinds($($other:ident),+ $(,)?) $(and when($predicate:expr))?
        $(; $($rest:tt)*)?
    ) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, all [], [], [$($other),+], [$($predicate)?] }
        $($crate::requirement! { $($rest)* })?
    };
    ($(#[$meta:meta])* $vis:vis $name:ident = when($predicate:expr) $(; $($rest:tt)*)?) => {
        $crate::__requirement! { [$(#[$meta])*] $vis $name, all [], [], [], [$predicate] }
        $($crate::requirement! { $($rest)* })?
    };
    () => {};
}

/// The definition behind one line of [`requirement!`](crate::requirement!).
#[doc(hidden)]
#[macro_export]
macro_rules! __requirement {
    (
        [$(#[$meta:meta])*] $vis:vis $name:ident, $quantifier:ident [$($scope:literal),*],
        [$([$($kind:ident),+])?], [$($other:ident),*], [$($predicate:expr)?]
    ) => {
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
                // The kind first: no scope helps a caller of another.
                $(
                    if ![$($crate::CallerKind::$kind),+].contains(&caller.kind()) {
                        return $crate::Decision::Denied;
                    }
                )?
                $(
                    if caller.kind() == $crate::CallerKind::$other {
                        return $crate::Decision::Denied;
                    }
                )*
                if !scopes.iter().$quantifier(|scope| caller.has_scope(scope)) {
                    return $crate::Decision::ScopeInsufficient;
                }
                $(
                    let predicate: fn(&$crate::Caller) -> bool = $predicate;
                    if !predicate(caller) {
                        return $crate::Decision::Denied;
                    }
                )?
                $crate::Decision::Permitted
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Authentication, CallerKind, Reason, TrustedCaller};

    crate::requirement! {
        Both = all("a", "b");
        Either = any("a", "b");
        Admin = when(|caller| caller.has_role("admin"));
        Approver = all("a") and when(|caller| caller.has_role("approver"));
        Tokens = kinds(User, Client,);
        NoPats = not_kinds(PersonalAccessToken);
        UserApprover = any("a", "b") and kinds(User) and when(|caller| caller.has_role("approver"));
        Writer = all("a") and not_kinds(PersonalAccessToken, Client);
        Program = kinds(ApiKey) and when(|caller| caller.owner() == Some("billing"));
        NoProgram = not_kinds(ApiKey) and when(|caller| caller.has_role("admin"))
    }

    const KINDS: [CallerKind; 5] =
        [CallerKind::User, CallerKind::Client, CallerKind::ApiKey, CallerKind::PersonalAccessToken, CallerKind::Guest];

    /// The status for each kind, in the order of [`KINDS`].
    fn statuses<R: Requirement>(caller: &TrustedCaller) -> [u16; 5] {
        KINDS.map(|kind| refused::<R>(&caller.clone().kind(kind).build()).map_or(200, |(reason, _)| reason.status()))
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

    #[test]
    fn kinds_let_in_those_that_are_listed_and_not_kinds_those_that_are_not() {
        assert_eq!(statuses::<Tokens>(&caller("")), [200, 200, 403, 403, 401]);
        assert_eq!(statuses::<NoPats>(&caller("")), [200, 200, 200, 403, 200]);
        let billing = caller("").owner("billing");
        assert_eq!(statuses::<Program>(&billing), [403, 403, 200, 403, 401]);
        assert_eq!(statuses::<Program>(&billing.owner("other")), [403, 403, 403, 403, 401]);
        assert_eq!(statuses::<NoProgram>(&caller("").role("admin")), [200, 200, 403, 200, 200]);
        assert_eq!(statuses::<NoProgram>(&caller("")), [403, 403, 403, 403, 401]);
    }

    /// Told of a scope, such a caller would go and get it for nothing.
    #[test]
    fn a_kind_is_decided_before_the_scopes_and_names_none() {
        let client = || caller("").kind(CallerKind::Client).role("approver");
        let denied = Some((Reason::RequirementDenied, None));
        assert_eq!(refused::<UserApprover>(&client().build()), denied);
        assert_eq!(refused::<UserApprover>(&client().scope("a").build()), denied);
        assert_eq!(refused::<Writer>(&client().build()), denied);
        let user = || caller("").kind(CallerKind::User);
        let too_little = |scopes: &str| Some((Reason::ScopeInsufficient, Some(scopes.to_owned())));
        assert_eq!(refused::<UserApprover>(&user().build()), too_little("a b"));
        assert_eq!(refused::<UserApprover>(&user().scope("b").build()), denied);
        assert_eq!(refused::<UserApprover>(&user().scope("b").role("approver").build()), None);
        assert_eq!(refused::<Writer>(&user().build()), too_little("a"));
        assert_eq!(statuses::<Writer>(&caller("a")), [200, 403, 200, 403, 200]);
    }

    /// RFC6750-3.1-e: nothing was presented, so nothing was too little.
    #[test]
    fn a_guest_of_a_kind_that_is_not_listed_is_told_to_say_who_it_is() {
        let guest = caller("").kind(CallerKind::Guest).build();
        assert_eq!(refused::<Tokens>(&guest), Some((Reason::CredentialMissing, None)));
        assert_eq!(refused::<UserApprover>(&guest), Some((Reason::CredentialMissing, Some("a b".to_owned()))));
    }
}
