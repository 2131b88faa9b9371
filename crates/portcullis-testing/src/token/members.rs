//! A JSON object under construction, with everything a JSON object should not have.

use crate::encoding::json_string;

/// Members in order, values as JSON text. Names may repeat, and values need not be JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members(Vec<(String, String)>);

impl Members {
    /// Replaces the member where it is, or adds it at the end.
    pub(crate) fn set(&mut self, name: &str, json: impl Into<String>) {
        let quoted = json_string(name);
        let json = json.into();
        match self.0.iter_mut().find(|(present, _)| *present == quoted) {
            Some((_, value)) => *value = json,
            None => self.0.push((quoted, json)),
        }
    }

    pub(crate) fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, json_string(text));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let quoted = json_string(name);
        self.0.retain(|(present, _)| *present != quoted);
    }

    /// Adds a member at the end whatever is there already, its name as JSON text.
    pub(crate) fn append(&mut self, quoted_name: &str, json: &str) {
        self.0.push((quoted_name.into(), json.into()));
    }

    pub(crate) fn prepend(&mut self, quoted_name: &str, json: &str) {
        self.0.insert(0, (quoted_name.into(), json.into()));
    }

    /// Writes a member's name differently.
    pub(crate) fn respell(&mut self, name: &str, quoted_name: &str) {
        let quoted = json_string(name);
        for (present, _) in self.0.iter_mut().filter(|(present, _)| *present == quoted) {
            *present = quoted_name.into();
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let quoted = json_string(name);
        self.0.iter().find(|(present, _)| *present == quoted).map(|(_, value)| value.as_str())
    }

    /// The value of a member that is a JSON string; empty otherwise.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    pub(crate) fn render(&self, before: &str, between: &str) -> String {
        let members: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{before}{name}:{between}{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}
