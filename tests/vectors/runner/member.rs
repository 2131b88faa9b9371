//! Members of a JSON value, or why the file is not one.

use serde_json::Value;

use super::Unreadable;

/// Looks members up, and says where one is missing.
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    path: String,
}

impl<'a> At<'a> {
    pub(super) fn top(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    pub(super) fn get(&self, name: &str) -> Result<At<'a>, Unreadable> {
        let path = format!("{}/{name}", self.path);
        match self.value.get(name) {
            Some(value) => Ok(At { value, path }),
            None => Err(Unreadable(format!("{path} is missing"))),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, Unreadable> {
        let at = self.get(name)?;
        at.value.as_str().ok_or_else(|| Unreadable(format!("{} is not a string", at.path)))
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, Unreadable> {
        let at = self.get(name)?;
        at.value.as_u64().ok_or_else(|| Unreadable(format!("{} is not a whole number", at.path)))
    }

    /// A string that may be absent.
    pub(super) fn perhaps(&self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str()
    }

    pub(super) fn list(&self, name: &str) -> Result<Vec<At<'a>>, Unreadable> {
        let at = self.get(name)?;
        let list = at.value.as_array().ok_or_else(|| Unreadable(format!("{} is not an array", at.path)))?;
        Ok(list.iter().enumerate().map(|(index, value)| At { value, path: format!("{}/{index}", at.path) }).collect())
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, Unreadable> {
        let read = |at: At<'a>| at.value.as_str().ok_or_else(|| Unreadable(format!("{} is not a string", at.path)));
        self.list(name)?.into_iter().map(read).collect()
    }

    /// The members of an object, in the order of the file's names.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, At<'a>)>, Unreadable> {
        let object = self.value.as_object().ok_or_else(|| Unreadable(format!("{} is not an object", self.path)))?;
        let at = |(name, value): (&'a String, &'a Value)| {
            (name.as_str(), At { value, path: format!("{}/{name}", self.path) })
        };
        Ok(object.iter().map(at).collect())
    }

    /// The value of a member that has to be one of a few.
    pub(super) fn wrong(&self, what: &str) -> Unreadable {
        Unreadable(format!("{}: {what}", self.path))
    }
}
