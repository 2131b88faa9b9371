//! Odd and good: beside each refusal, the nearest token that must get in.

use super::{claims, header, spelling};
use crate::TokenBuilder;

super::cases! {
    /// Tokens that look wrong and are not. Refusing one is the bug.
    ///
    /// Good under the default settings and under the RFC 9068 profile; the defaults of leeway (30 s) and limits are
    /// assumed.
    pub enum Oddity: fn(TokenBuilder) -> TokenBuilder {
        /// `exp` with a fraction of a second.
        ExpFraction = "ATK-39" 200 |t| { let exp = t.now() + 600; t.claim_json("exp", &format!("{exp}.5")) };
        /// `exp` written with an exponent.
        ExpExponent = "RFC7519-2-a" 200 |t| t.claim_json("exp", "4.1024448e9");
        /// `nbf` is this very second.
        NbfNow = "RFC7519-4.1.5-a" 200 |t| { let now = t.now(); t.claim("nbf", now) };
        /// `iat` is ten seconds ahead, as clocks drift.
        IatSlightlyAhead = "PC-CLM-4" 200 |t| { let now = t.now(); t.claim("iat", now + 10) };
        /// `exp` was ten seconds ago, as clocks drift.
        ExpSlightlyPast = "RFC7519-4.1.4-a" 200 |t| { let now = t.now(); t.claim("iat", now.saturating_sub(60)).claim("exp", now.saturating_sub(10)) };
        /// `typ` in other letters: `At+JWT`.
        TypOtherCase = "RFC7515-4.1.9-a" 200 |t| t.header("typ", "At+JWT");
        /// `typ` in its long form.
        TypApplication = "RFC7515-4.1.9-a" 200 |t| t.header("typ", "application/at+jwt");
        /// An extra header member that nobody knows.
        UnknownHeaderMember = "RFC7515-4-b" 200 |t| t.header("x", 1);
        /// A header member `ALG`, which is not `alg`.
        UpperCaseAlgMember = "RFC7515-5.3-a" 200 |t| t.header("ALG", "none");
        /// The name `alg` with an escape in it.
        AlgNameEscaped = "RFC7515-5.3-a" 200 |mut t| { t.header.respell("alg", r#""\u0061lg""#); t };
        /// Header and payload with spaces and line breaks in the JSON.
        PrettyPrinted = "RFC7515-5.2-c" 200 spelling::pretty;
        /// No `kid`: right while exactly one published key has that algorithm.
        KidMissing = "PC-RES-1" 200 |t| t.without_header("kid");
        /// The certificate's thumbprint in the header, to no purpose.
        CertificateThumbprint = "RFC7515-4-b" 200 header::thumbprint;
        /// `iss` with `\/` for `/`, as some JSON writers do.
        IssEscapedSlashes = "RFC9068-4-e" 200 claims::escaped_issuer;
        /// `aud` is an array with ours last.
        AudAmongOthers = "RFC7519-4.1.3-a" 200 |t| { let own = claims::audience(&t); t.audiences(["https://other.test", &own]) };
        /// `aud` is an array of one.
        AudArrayOfOne = "RFC7519-4.1.3-a" 200 |t| { let own = claims::audience(&t); t.audiences([own.as_str()]) };
        /// A claim that nobody knows, with structure.
        UnknownClaim = "RFC7519-4-b" 200 |t| t.claim_json("https://claims.test/x", r#"{"a":[1,null,{"b":2.5}]}"#);
        /// `cnf` with a method that nobody knows.
        CnfUnknownMember = "RFC7800-3.1-a" 200 |t| t.claim_json("cnf", r#"{"zz":1}"#);
        /// An empty `scope`.
        ScopeEmpty = "RFC8693-4.2-a" 200 |t| t.scope("");
        /// `nonce`, which is no mark of an ID token by itself.
        Nonce = "RFC7519-4-b" 200 |t| t.claim("nonce", "n-0S6_WzA2Mj");
        /// A subject beyond ASCII.
        SubUnicode = "RFC8725bis-3.7-a" 200 |t| t.subject("Zoë 李");
        /// Eight kibibytes long.
        Long = "PC-JOSE-1" 200 |t| t.padded_to(8 * 1024);
    }
}
