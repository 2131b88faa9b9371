//! The client of both servers.

use std::error::Error;

use portcullis_testing::TestServer;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};

/// A client that is registered with the authorization server.
pub(crate) struct Client {
    http: reqwest::Client,
    api: String,
    server: TestServer,
}

/// What the API answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: String,
}

impl Client {
    pub(crate) fn new(api: String, server: TestServer) -> Result<Self, reqwest::Error> {
        // A proxy from the environment has no way to this machine's loopback.
        Ok(Self { http: reqwest::Client::builder().no_proxy().build()?, api, server })
    }

    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// Asks the authorization server for a token (RFC 6749 §4.4), for the API or for another resource (RFC 8707 §2).
    pub(crate) async fn token(&self, scope: &str, resource: Option<&str>) -> Result<String, Box<dyn Error>> {
        let mut form = format!("grant_type=client_credentials&scope={scope}");
        if let Some(resource) = resource {
            form.push_str(&format!("&resource={resource}"));
        }
        let request = self.http.post(self.server.token_url()).basic_auth("test-client", Some("test-secret"));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let answer: serde_json::Value = serde_json::from_slice(&request.send().await?.bytes().await?)?;
        let token = answer["access_token"].as_str();
        Ok(token.ok_or_else(|| format!("the authorization server said {answer}"))?.to_owned())
    }

    /// Sends a request with these `Authorization` field lines.
    pub(crate) async fn get(&self, lines: &[String]) -> Result<Answer, Box<dyn Error>> {
        let request = self.http.get(format!("{}/invoices", self.api));
        let request = lines.iter().fold(request, |request, line| request.header(AUTHORIZATION, line));
        let answer = request.send().await?;
        let challenge = answer.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str());
        let challenge = challenge.transpose()?.unwrap_or_default().to_owned();
        Ok(Answer { status: answer.status().as_u16(), challenge })
    }

    /// Double quotes, because every shell has them.
    pub(crate) fn lines_to_paste(&self, good: &str, narrow: &str) -> String {
        let (api, token_url) = (&self.api, self.server.token_url());
        format!(
            "\
Both go on serving. To paste (the tokens are good for an hour):

# no token: 401
curl -i {api}/invoices

# a good token: 200
curl -i {api}/invoices -H \"Authorization: Bearer {good}\"

# a token with too little scope: 403
curl -i {api}/invoices -H \"Authorization: Bearer {narrow}\"

# one more token, from the authorization server
curl {token_url} -u test-client:test-secret -d grant_type=client_credentials -d scope=invoices:read

Ctrl-C ends both."
        )
    }
}
