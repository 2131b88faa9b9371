//! What only the RFC 9068 profile refuses.

use crate::TokenBuilder;

super::cases! {
    /// Tokens that the profile of RFC 9068 refuses, and that stock identity providers send every day: refused after
    /// `.rfc9068()`, accepted without it (except where a claim has the wrong type, which may be refused always).
    pub enum ProfileDefect: fn(TokenBuilder) -> TokenBuilder {
        /// `typ: JWT`, as Keycloak and Entra send.
        TypJwt = "RFC9068-4-b" 401 |t| t.header("typ", "JWT");
        /// No `typ`, as Cognito and Okta send.
        TypMissing = "RFC9068-4-b" 401 |t| t.without_header("typ");
        /// No `sub`.
        SubMissing = "RFC9068-2.2-a" 401 |t| t.without("sub");
        /// No `client_id`.
        ClientIdMissing = "RFC9068-2.2-a" 401 |t| t.without("client_id");
        /// No `iat`.
        IatMissing = "RFC9068-2.2-a" 401 |t| t.without("iat");
        /// No `jti`.
        JtiMissing = "RFC9068-2.2-a" 401 |t| t.without("jti");
        /// `client_id` is a number.
        ClientIdNumber = "RFC9068-2.2-a" 401 |t| t.claim("client_id", 7);
        /// `jti` is a number.
        JtiNumber = "RFC9068-2.2-a" 401 |t| t.claim("jti", 7);
    }
}
