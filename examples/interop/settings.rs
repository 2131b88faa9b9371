//! The environment, read strictly: everything that is wrong with it, at once.

use std::fmt;
use std::net::SocketAddr;

use portcullis_axum::portcullis::{Authenticator, Issuer};

/// What the environment says.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) authenticator: Authenticator,
}

/// Everything that is wrong with the environment.
#[derive(Debug)]
pub(crate) struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment will not do:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}

impl std::error::Error for Problems {}

impl Settings {
    /// Reads the settings from variables by name; one that is not set has a default, or is a problem.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let listen = variable("LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let base = variable("BASE").unwrap_or_else(|| format!("http://{listen}"));
        if !(base.starts_with("http://") || base.starts_with("https://")) {
            problems.push(format!("BASE is {base:?}; use a URL such as https://api.example.com"));
        }
        let listen = listen.parse::<SocketAddr>().map_err(|_| {
            problems.push(format!("LISTEN is {listen:?}; use an IP address and a port, such as 127.0.0.1:8080"));
        });
        let audiences = variable("AUDIENCES").unwrap_or(base);
        let audiences: Vec<&str> = audiences.split(',').map(str::trim).collect();
        if audiences.contains(&"") {
            problems.push("AUDIENCES has an empty item; use names separated by single commas".to_owned());
        }
        let profile = variable("PROFILE").unwrap_or_else(|| "default".to_owned());
        if !["default", "rfc9068"].contains(&profile.as_str()) {
            problems.push(format!("PROFILE is {profile:?}; use default or rfc9068"));
        }
        let authenticator = match variable("ISSUER") {
            Some(issuer) => authenticator(&issuer, &audiences, profile == "rfc9068", &mut problems),
            None => {
                problems.push("ISSUER is not set; use the URL that tokens have as iss, slash for slash".to_owned());
                None
            }
        };
        match (listen, authenticator) {
            (Ok(listen), Some(authenticator)) if problems.is_empty() => Ok(Self { listen, authenticator }),
            _ => Err(Problems(problems)),
        }
    }
}

fn authenticator(issuer: &str, audiences: &[&str], rfc9068: bool, problems: &mut Vec<String>) -> Option<Authenticator> {
    let (first, others) = audiences.split_first()?;
    let rules = Issuer::new(issuer, *first).audiences(others.iter().copied());
    let rules = if rfc9068 { rules.rfc9068() } else { rules };
    match Authenticator::trusting(rules).allow_loopback_http().build() {
        Ok(authenticator) => Some(authenticator),
        Err(error) => {
            problems.extend(error.problems().iter().map(ToString::to_string));
            None
        }
    }
}
