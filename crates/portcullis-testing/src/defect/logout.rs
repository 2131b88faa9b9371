//! What the endpoint for logout tokens refuses.

use serde_json::json;

use super::Defect;
use crate::TokenBuilder;

/// The event that makes a logout token (OpenID Connect Back-Channel Logout §2.4).
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

super::cases! {
    /// Logout tokens that must be refused, each with one thing wrong and signed well otherwise. Apply them to
    /// [`TestIssuer::logout_token`](crate::TestIssuer::logout_token). What is wrong with a token of any kind is a
    /// [`Defect`](crate::Defect), and can be done to a logout token, too.
    pub enum LogoutDefect: fn(TokenBuilder) -> TokenBuilder {
        // What is verified as for ID tokens.
        /// `alg: none` and an empty signature.
        AlgNone = "OIDC-BCL-2.6-a" 400 |t| t.defect(Defect::AlgNone);
        /// Signed with a key that the issuer does not have.
        ForeignKey = "OIDC-BCL-2.6-a" 400 |t| t.defect(Defect::ForeignKey);
        /// The `iss` of somebody else.
        IssOther = "OIDC-BCL-2.6-a" 400 |t| t.issuer("https://somebody.test");
        /// No `iss`.
        IssMissing = "OIDC-BCL-2.6-a" 400 |t| t.without("iss");
        /// Meant for another client.
        AudOther = "OIDC-BCL-2.6-a" 400 |t| t.audience("another-client");
        /// Meant for the API that the access tokens are meant for.
        AudApi = "OIDC-BCL-2.6-a" 400 |t| { let api = t.issuer.audience().to_owned(); t.audience(&api) };
        /// No `aud`.
        AudMissing = "OIDC-BCL-2.6-a" 400 |t| t.without("aud");
        /// No `iat`.
        IatMissing = "OIDC-BCL-2.6-a" 400 |t| t.without("iat");
        /// Issued a day ago, by its `iat`, and not over yet.
        IatOld = "OIDC-BCL-2.6-a" 400 |t| { let then = t.now().saturating_sub(86_400); t.claim("iat", then) };
        /// Issued in an hour, by its `iat`.
        IatFuture = "OIDC-BCL-2.6-a" 400 |t| t.issued_in_future();
        /// No `exp`.
        ExpMissing = "OIDC-BCL-2.6-a" 400 |t| t.without("exp");
        /// Over for a minute.
        Expired = "OIDC-BCL-2.6-a" 400 |t| { let now = t.now(); t.claim("iat", now.saturating_sub(180)).claim("exp", now.saturating_sub(60)) };
        /// No `jti`.
        JtiMissing = "OIDC-BCL-2.6-a" 400 |t| t.without("jti");
        /// An empty `jti`.
        JtiEmpty = "OIDC-BCL-2.6-a" 400 |t| t.claim("jti", "");
        /// `jti` is a number.
        JtiNumber = "OIDC-BCL-2.6-a" 400 |t| t.claim("jti", 7);
        // Whose logout it is.
        /// Neither `sub` nor `sid`.
        NobodyNamed = "OIDC-BCL-2.6-b" 400 |t| t.without("sub").without("sid");
        /// `sub` is a number.
        SubNumber = "OIDC-BCL-2.6-b" 400 |t| t.claim("sub", 7);
        /// An empty `sub`, and no `sid`.
        SubEmpty = "OIDC-BCL-2.6-b" 400 |t| t.claim("sub", "").without("sid");
        /// `sid` is a number.
        SidNumber = "OIDC-BCL-2.6-b" 400 |t| t.claim("sid", 7);
        /// `sid` is null, beside a `sub`.
        SidNull = "OIDC-BCL-2.6-b" 400 |t| t.claim_json("sid", "null");
        /// An empty `sid`, beside a `sub`.
        SidEmpty = "OIDC-BCL-2.6-b" 400 |t| t.claim("sid", "");
        // That it is a logout.
        /// No `events`.
        EventsMissing = "OIDC-BCL-2.6-b" 400 |t| t.without("events");
        /// `events` is the name of the event.
        EventsString = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", LOGOUT_EVENT);
        /// `events` is a list with the name of the event in it.
        EventsArray = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", vec![LOGOUT_EVENT]);
        /// `events` is empty.
        EventsEmpty = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({}));
        /// Another event.
        EventOther = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ format!("{LOGOUT_EVENT}/"): {} }));
        /// The event is null.
        EventNull = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ LOGOUT_EVENT: null }));
        /// The event is `true`.
        EventTrue = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ LOGOUT_EVENT: true }));
        /// The event is a number with a fraction.
        EventNumber = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ LOGOUT_EVENT: 1.5 }));
        /// The event is a string.
        EventString = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ LOGOUT_EVENT: "{}" }));
        /// The event is a list.
        EventArray = "OIDC-BCL-2.6-b" 400 |t| t.claim("events", json!({ LOGOUT_EVENT: [{}] }));
        // That it is nothing else.
        /// A `nonce`.
        Nonce = "OIDC-BCL-2.6-c" 400 |t| t.claim("nonce", "n-0S6_WzA2Mj");
        /// A `nonce` that is null.
        NonceNull = "OIDC-BCL-2.6-c" 400 |t| t.claim_json("nonce", "null");
        /// A header that says access token.
        TypAccessToken = "ATK-13" 400 |t| t.header("typ", "at+jwt");
        /// A header that says security event.
        TypSecurityEvent = "ATK-13" 400 |t| t.header("typ", "secevent+jwt");
        /// An access token for the client, of a stock identity provider.
        AccessToken = "ATK-13" 400 |t| t.header("typ", "JWT").without("events").claim("scope", "openid");
    }
}
