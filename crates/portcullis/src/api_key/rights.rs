//! What a key may do.

/// Scopes, roles and groups, each compared as a whole and with case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Rights {
    /// Scopes (RFC 6749 §3.3).
    pub scopes: Vec<String>,
    /// Roles.
    pub roles: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
}

impl Rights {
    /// None at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds scopes: one, or several separated by spaces.
    #[must_use]
    pub fn scope(mut self, scope: impl AsRef<str>) -> Self {
        self.scopes.extend(crate::scope::split(scope.as_ref()).map(str::to_owned));
        self
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Adds a group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Those of these that are among the others, too.
    #[must_use]
    pub fn only(mut self, others: &Self) -> Self {
        self.scopes.retain(|scope| others.scopes.contains(scope));
        self.roles.retain(|role| others.roles.contains(role));
        self.groups.retain(|group| others.groups.contains(group));
        self
    }

    /// Those of these that are not among the others.
    #[must_use]
    pub fn without(mut self, others: &Self) -> Self {
        self.scopes.retain(|scope| !others.scopes.contains(scope));
        self.roles.retain(|role| !others.roles.contains(role));
        self.groups.retain(|group| !others.groups.contains(group));
        self
    }

    /// What keeps them from being kept: a sentence for each, which begins with what is wrong (`scopes: …`).
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        const MOST: usize = 200;
        const LONGEST: usize = 256;
        let mut problems = Vec::new();
        for (name, list) in [("scopes", &self.scopes), ("roles", &self.roles), ("groups", &self.groups)] {
            if list.len() > MOST {
                problems.push(format!("{name}: {} are given; give at most {MOST}", list.len()));
            }
            if list.iter().any(|one| one.is_empty() || one.len() > LONGEST || one.chars().any(char::is_control)) {
                problems.push(format!("{name}: one is empty, longer than {LONGEST} bytes, or has control characters"));
            }
        }
        if self.scopes.iter().any(|scope| !crate::scope::is_scope_token(scope)) {
            problems.push("scopes: one is no scope token; use ASCII without space, quote and backslash".to_owned());
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_narrowed_list_by_list() {
        let rights = Rights::none().scope("a b").role("admin").role("clerk").group("staff");
        let narrowed = rights.clone().only(&Rights::none().scope("b c").role("clerk"));
        assert_eq!(narrowed, Rights::none().scope("b").role("clerk"));
        let rest = rights.without(&Rights::none().scope("admin").role("admin"));
        assert_eq!(rest, Rights::none().scope("a b").role("clerk").group("staff"));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        assert_eq!(Rights::none().scope("a").role("r s").problems(), Vec::<String>::new());
        let bad =
            Rights { scopes: vec!["é".to_owned()], roles: vec![String::new()], groups: vec!["g".to_owned(); 201] };
        assert_eq!(bad.problems().len(), 3);
    }
}
