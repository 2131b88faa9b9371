//! The one place where a reason becomes a status and header fields (RFC 6750 §3).

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::defaults;
use crate::error::{AuthError, Reason};

/// The kinds of answer a refusal can get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// 401 without an error code: nothing usable was offered (RFC 6750 §3.1).
    Bare,
    /// 400 `invalid_request`.
    InvalidRequest,
    /// 401 `invalid_token`.
    InvalidToken,
    /// 403 `insufficient_scope`.
    InsufficientScope,
    /// 503 with `Retry-After`: the token may be fine.
    Unavailable,
    /// 500: our user's mistake.
    Misconfigured,
}

/// No `_` arm: a new reason does not compile until somebody decides its answer.
const fn answer(reason: Reason) -> Answer {
    match reason {
        Reason::CredentialMissing | Reason::SchemeUnsupported | Reason::CredentialEmpty | Reason::CookieUndefended => {
            Answer::Bare
        }
        // Nothing tells them apart, and they have no code of RFC 6750: that is about bearer tokens.
        Reason::ApiKeyMalformed
        | Reason::ApiKeyChecksumWrong
        | Reason::ApiKeyEnvironmentWrong
        | Reason::ApiKeyUnknown
        | Reason::ApiKeySecretWrong
        | Reason::ApiKeyRevoked
        | Reason::ApiKeyExpired
        | Reason::ApiKeyDisabled
        | Reason::ApiKeyOwnerUnknown => Answer::Bare,
        Reason::CredentialMalformed | Reason::CredentialAmbiguous => Answer::InvalidRequest,
        Reason::TokenTooLarge
        | Reason::TokenMalformed
        | Reason::AlgorithmNotAllowed
        | Reason::HeaderUnsupported
        | Reason::TokenTypeNotAllowed
        | Reason::IssuerUnknown
        | Reason::KeyUnknown
        | Reason::KeyUnsuitable
        | Reason::SignatureInvalid
        | Reason::ClaimMissing
        | Reason::ClaimMalformed
        | Reason::AudienceMismatch
        | Reason::TokenExpired
        | Reason::TokenNotYetValid
        | Reason::IssuedInFuture
        | Reason::TokenTooOld
        | Reason::SenderConstrained
        | Reason::TokenRevoked
        | Reason::ClaimsRejected => Answer::InvalidToken,
        Reason::ScopeInsufficient | Reason::RequirementDenied => Answer::InsufficientScope,
        Reason::KeysUnavailable | Reason::ApiKeysUnavailable | Reason::RevocationsUnavailable => Answer::Unavailable,
        Reason::LayerMissing => Answer::Misconfigured,
    }
}

impl Answer {
    /// Those that carry a challenge.
    const CHALLENGED: [Self; 4] = [Self::Bare, Self::InvalidRequest, Self::InvalidToken, Self::InsufficientScope];

    const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Bare | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::Misconfigured => 500,
            Self::Unavailable => 503,
        }
    }

    /// The registered error code (RFC 6750 §3.1); none where the token is not to blame.
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest => Some("invalid_request"),
            Self::InvalidToken => Some("invalid_token"),
            Self::InsufficientScope => Some("insufficient_scope"),
            Self::Bare | Self::Unavailable | Self::Misconfigured => None,
        }
    }

    /// The status phrase: what RFC 9457 §4.2.1 wants beside `about:blank`.
    const fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "Bad Request",
            Self::Bare | Self::InvalidToken => "Unauthorized",
            Self::InsufficientScope => "Forbidden",
            Self::Misconfigured => "Internal Server Error",
            Self::Unavailable => "Service Unavailable",
        }
    }
}

impl Reason {
    /// The HTTP status a request refused for this reason is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        answer(self).status()
    }

    /// The `error` code of the challenge, if one is sent (RFC 6750 §3.1).
    #[must_use]
    pub const fn error_code(self) -> Option<&'static str> {
        answer(self).code()
    }

    /// A fixed sentence for clients, sent only where descriptions were switched on. Says what to mend without
    /// telling signature, key and issuer faults apart.
    const fn description(self) -> Option<&'static str> {
        match self {
            Self::CredentialMalformed => Some("the credential is malformed"),
            Self::CredentialAmbiguous => Some("more than one credential was sent"),
            Self::TokenExpired | Self::TokenTooOld => Some("the access token expired"),
            Self::TokenNotYetValid | Self::IssuedInFuture => Some("the access token is not valid yet"),
            Self::AudienceMismatch => Some("the access token is meant for another audience"),
            Self::SenderConstrained => Some("the access token is bound to its holder and cannot be used as a bearer"),
            Self::ScopeInsufficient => Some("the access token grants too little"),
            Self::RequirementDenied => Some("access denied"),
            _ => match answer(self) {
                Answer::InvalidToken => Some("the access token is not valid"),
                _ => None,
            },
        }
    }
}

/// A refusal ready to be sent: what every adapter turns into its framework's response, byte for byte the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Header fields in order; names in lower case, values in visible ASCII and spaces.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body; empty unless bodies were switched on.
    pub body: Vec<u8>,
}

/// A body for refusals, made by the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalBody {
    /// Value of `Content-Type`; a value that is not visible ASCII is sent as `application/octet-stream`.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl RefusalBody {
    /// A body of that media type.
    #[must_use]
    pub fn new(content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { content_type: content_type.into(), bytes: bytes.into() }
    }
}

/// What makes the bodies of refusals.
#[derive(Clone)]
pub(crate) enum BodyMaker {
    ProblemDetails,
    Own(OwnBody),
}

type OwnBody = Arc<dyn Fn(&AuthError, u16) -> RefusalBody + Send + Sync>;

/// How refusals are rendered; the same for every route under one authenticator.
#[derive(Clone)]
pub(crate) struct Answers {
    pub(crate) realm: String,
    pub(crate) resource_metadata: Option<String>,
    pub(crate) descriptions: bool,
    pub(crate) body: Option<BodyMaker>,
    /// The scheme of the first challenge, and those that a 401 names besides.
    pub(crate) scheme: String,
    pub(crate) other_schemes: Vec<String>,
    /// Challenges that nothing in the error changes, rendered once, by [`Answer`].
    usual: OnceLock<[String; Answer::CHALLENGED.len()]>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            realm: defaults::REALM.to_owned(),
            resource_metadata: None,
            descriptions: false,
            body: None,
            scheme: "Bearer".to_owned(),
            other_schemes: Vec::new(),
            usual: OnceLock::new(),
        }
    }
}

impl Answers {
    pub(crate) fn refuse(&self, error: &AuthError) -> Refusal {
        let answer = answer(error.reason());
        let mut headers = Vec::with_capacity(3);
        if let Some(position) = Answer::CHALLENGED.iter().position(|challenged| *challenged == answer) {
            let challenge = match (self.descriptions, error.required_scope()) {
                (false, None) => self.usual()[position].clone(),
                (_, scope) => self.challenge(answer, error.reason().description(), scope),
            };
            headers.push(("www-authenticate", challenge.into()));
            if answer.status() == 401 {
                let others = self.other_schemes.iter().map(|scheme| self.offer(scheme));
                headers.extend(others.map(|offer| ("www-authenticate", offer.into())));
            }
        }
        if answer == Answer::Unavailable {
            let wait = error.retry_after().unwrap_or(defaults::RETRY_AFTER);
            headers.push(("retry-after", wait.as_secs().max(1).to_string().into()));
        }
        headers.push(("cache-control", Cow::Borrowed("no-store")));
        let mut body = Vec::new();
        if let Some(make) = &self.body {
            let made = match make {
                BodyMaker::ProblemDetails => problem_details(answer, error, self.descriptions),
                BodyMaker::Own(make) => make(error, answer.status()),
            };
            headers.push(("content-type", visible(made.content_type).into()));
            body = made.bytes;
        }
        Refusal { status: answer.status(), headers, body }
    }

    fn usual(&self) -> &[String; Answer::CHALLENGED.len()] {
        self.usual.get_or_init(|| Answer::CHALLENGED.map(|answer| self.challenge(answer, None, None)))
    }

    /// A scheme that may be used; `charset` is Basic's (RFC 7617 §2.1).
    fn offer(&self, scheme: &str) -> String {
        let mut offer = String::with_capacity(96);
        offer.push_str(scheme);
        offer.push_str(" realm=");
        push_quoted(&mut offer, &self.realm);
        if scheme == "Basic" {
            offer.push_str(", charset=\"UTF-8\"");
        }
        offer
    }

    /// `Bearer` is first where tokens are taken, and always has a parameter (RFC 6750 §3).
    fn challenge(&self, answer: Answer, description: Option<&str>, scope: Option<&str>) -> String {
        let mut challenge = self.offer(&self.scheme);
        if let Some(code) = answer.code() {
            challenge.push_str(", error=");
            push_quoted(&mut challenge, code);
            if let Some(description) = description.filter(|_| self.descriptions) {
                challenge.push_str(", error_description=");
                push_quoted(&mut challenge, description);
            }
        }
        if let Some(scope) = scope {
            challenge.push_str(", scope=");
            push_quoted(&mut challenge, scope);
        }
        if let Some(url) = &self.resource_metadata {
            challenge.push_str(", resource_metadata=");
            push_quoted(&mut challenge, url);
        }
        challenge
    }
}

/// A body as RFC 9457 defines it.
fn problem_details(answer: Answer, error: &AuthError, descriptions: bool) -> RefusalBody {
    #[derive(serde::Serialize)]
    struct Problem<'a> {
        r#type: &'static str,
        title: &'static str,
        status: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<&'a str>,
    }
    let problem = Problem {
        r#type: "about:blank",
        title: answer.title(),
        status: answer.status(),
        detail: error.reason().description().filter(|_| descriptions),
        error: answer.code(),
        scope: error.required_scope(),
    };
    RefusalBody {
        content_type: "application/problem+json".to_owned(),
        bytes: serde_json::to_vec(&problem).unwrap_or_default(),
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers")
            .field("realm", &self.realm)
            .field("resource_metadata", &self.resource_metadata)
            .field("descriptions", &self.descriptions)
            .field("body", &self.body.is_some())
            .finish()
    }
}

/// A quoted-string (RFC 9110 §5.6.4); what a quoted-string cannot hold was refused when it was configured.
fn push_quoted(out: &mut String, value: &str) {
    out.push('"');
    let mut rest = value;
    while let Some((plain, special)) = rest.find(['"', '\\']).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        out.push('\\');
        let (character, after) = special.split_at(1);
        out.push_str(character);
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}

fn visible(content_type: String) -> String {
    if is_field_text(&content_type) { content_type } else { "application/octet-stream".to_owned() }
}

/// Visible ASCII and spaces: what can stand in a header field without changing its meaning (RFC 9110 §5.5).
pub(crate) fn is_field_text(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(answers: &Answers, error: &AuthError) -> Option<String> {
        let refusal = answers.refuse(error);
        refusal.headers.into_iter().find(|(name, _)| *name == "www-authenticate").map(|(_, value)| value.into_owned())
    }

    /// RFC6750-3.1-f, RFC9068-4-h, RFC9110-15.5.2-a, RFC6750-3-a: every reason, its status and its challenge.
    #[test]
    fn every_reason_has_the_answer_of_rfc_6750() {
        let answers = Answers::default();
        let table: Vec<String> = Reason::ALL
            .iter()
            .map(|&reason| {
                let refusal = answers.refuse(&reason.into());
                let challenge = field(&answers, &reason.into()).unwrap_or_default();
                format!("{reason} {} {challenge}", refusal.status).trim_end().to_owned()
            })
            .collect();
        let bare = "401 Bearer realm=\"api\"";
        let request = "400 Bearer realm=\"api\", error=\"invalid_request\"";
        let token = "401 Bearer realm=\"api\", error=\"invalid_token\"";
        let scope = "403 Bearer realm=\"api\", error=\"insufficient_scope\"";
        let expected = [
            ("credential_missing", bare),
            ("scheme_unsupported", bare),
            ("credential_malformed", request),
            ("credential_ambiguous", request),
            ("credential_empty", bare),
            ("cookie_undefended", bare),
            ("token_too_large", token),
            ("token_malformed", token),
            ("algorithm_not_allowed", token),
            ("header_unsupported", token),
            ("token_type_not_allowed", token),
            ("issuer_unknown", token),
            ("key_unknown", token),
            ("key_unsuitable", token),
            ("keys_unavailable", "503"),
            ("signature_invalid", token),
            ("claim_missing", token),
            ("claim_malformed", token),
            ("audience_mismatch", token),
            ("token_expired", token),
            ("token_not_yet_valid", token),
            ("issued_in_future", token),
            ("token_too_old", token),
            ("sender_constrained", token),
            ("token_revoked", token),
            ("revocations_unavailable", "503"),
            ("api_key_malformed", bare),
            ("api_key_checksum_wrong", bare),
            ("api_key_environment_wrong", bare),
            ("api_key_unknown", bare),
            ("api_key_secret_wrong", bare),
            ("api_key_revoked", bare),
            ("api_key_expired", bare),
            ("api_key_disabled", bare),
            ("api_key_owner_unknown", bare),
            ("api_keys_unavailable", "503"),
            ("claims_rejected", token),
            ("scope_insufficient", scope),
            ("requirement_denied", scope),
            ("layer_missing", "500"),
        ]
        .map(|(reason, answer)| format!("{reason} {answer}"));
        assert_eq!(table, expected);
    }

    /// RFC9110-11.5-a
    #[test]
    fn a_realm_is_escaped() {
        let answers = Answers { realm: r#"a "b" \c"#.to_owned(), ..Answers::default() };
        assert_eq!(field(&answers, &Reason::CredentialMissing.into()).unwrap(), r#"Bearer realm="a \"b\" \\c""#);
    }

    /// RFC6750-3.1-d, RFC9728-5.1-a
    #[test]
    fn too_little_scope_names_the_scopes_and_the_metadata() {
        let answers = Answers {
            resource_metadata: Some("https://api.example/.well-known/oauth-protected-resource".to_owned()),
            ..Answers::default()
        };
        let error = AuthError::from(Reason::ScopeInsufficient).needing(&["a:read", "b:read"]);
        assert_eq!(
            field(&answers, &error).unwrap(),
            "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"a:read b:read\", \
             resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\""
        );
    }

    /// RFC6750-3-d, ATK-56: a hand-written requirement cannot put anything else into a header.
    #[test]
    fn a_scope_that_cannot_stand_in_a_challenge_is_left_out() {
        let error = AuthError::from(Reason::ScopeInsufficient).needing(&["a", "b\r\nx: y", "c d", "e\"", "f"]);
        let challenge = field(&Answers::default(), &error).unwrap();
        assert!(challenge.ends_with("scope=\"a f\""), "{challenge}");
    }

    /// PC-SIG-2, PC-RSP-1: signature, key and issuer faults read alike even where descriptions are on.
    #[test]
    fn descriptions_come_from_a_fixed_list_and_hide_which_secret_check_failed() {
        let answers = Answers { descriptions: true, ..Answers::default() };
        let texts = [Reason::SignatureInvalid, Reason::KeyUnknown, Reason::IssuerUnknown, Reason::KeyUnsuitable]
            .map(|reason| field(&answers, &reason.into()).unwrap());
        assert!(texts.iter().all(|text| text == &texts[0]));
        assert!(texts[0].ends_with("error_description=\"the access token is not valid\""));
        let expired = field(&answers, &Reason::TokenExpired.into()).unwrap();
        assert!(expired.ends_with("error_description=\"the access token expired\""));
        for reason in Reason::ALL {
            let text = reason.description().unwrap_or("x");
            assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        }
    }

    /// PC-RSP-4
    #[test]
    fn refusals_are_not_cached() {
        for &reason in Reason::ALL {
            let refusal = Answers::default().refuse(&reason.into());
            assert!(refusal.headers.contains(&("cache-control", "no-store".into())), "{reason}");
        }
    }

    /// PC-RSP-3, RFC9457-3-a
    #[test]
    fn a_body_never_replaces_the_challenge() {
        let answers = Answers { body: Some(BodyMaker::ProblemDetails), ..Answers::default() };
        let refusal = answers.refuse(&AuthError::from(Reason::ScopeInsufficient).needing(&["a"]));
        assert_eq!(
            String::from_utf8(refusal.body).unwrap(),
            r#"{"type":"about:blank","title":"Forbidden","status":403,"error":"insufficient_scope","scope":"a"}"#
        );
        let names: Vec<&str> = refusal.headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["www-authenticate", "cache-control", "content-type"]);
    }

    #[test]
    fn a_503_says_when_to_come_back_and_blames_no_token() {
        for reason in [Reason::KeysUnavailable, Reason::RevocationsUnavailable] {
            let refusal = Answers::default().refuse(&reason.into());
            assert_eq!(refusal.headers[0], ("retry-after", "5".into()));
            assert!(!refusal.headers.iter().any(|(name, _)| *name == "www-authenticate"));
        }
    }
}
