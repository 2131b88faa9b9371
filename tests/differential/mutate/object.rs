//! A JSON object as text, so that it can be made wrong in every way.

use serde_json::{Map, Value};

/// Members in order; names and values are JSON text, or what should have been.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(pub(crate) Vec<Member>);

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Object {
    pub(crate) fn of(members: &Map<String, Value>) -> Self {
        let member = |(name, value): (&String, &Value)| Member { name: quoted(name), value: value.to_string() };
        Self(members.iter().map(member).collect())
    }

    /// Replaces the first member of that name, or adds one.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        let (name, value) = (quoted(name), value.into());
        match self.0.iter_mut().find(|member| member.name == name) {
            Some(member) => member.value = value,
            None => self.0.push(Member { name, value }),
        }
    }

    pub(crate) fn set_text(&mut self, name: &str, value: &str) {
        self.set(name, quoted(value));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let name = quoted(name);
        self.0.retain(|member| member.name != name);
    }

    pub(crate) fn render(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|member| format!("{}:{}", member.name, member.value)).collect();
        format!("{{{}}}", members.join(","))
    }
}

pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
