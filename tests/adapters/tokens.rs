//! The tokens that rows name.

use portcullis_testing::{Defect, TestIssuer, TokenBuilder};

use crate::secrets::MARK;

/// The `jti` of the token that every configuration has on its list.
pub(crate) const REVOKED: &str = "Wn4Tz8Lc2Yq6-revoked";

pub(crate) struct Tokens {
    pub(crate) issuer: TestIssuer,
    named: Vec<(&'static str, String)>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        let issuer = TestIssuer::builder().every_algorithm().build();
        let alice = || issuer.token().subject("alice").client("web").claim("email", MARK);
        let good: [(&str, TokenBuilder); 12] = [
            ("alice", alice()),
            ("reader", alice().scope("openid invoices:read")),
            ("writer", alice().scope("invoices:read invoices:write")),
            ("admin", alice().scope("invoices:admin")),
            ("shouting", alice().scope("INVOICES:READ")),
            ("clerk", alice().claim("roles", vec!["clerk"])),
            ("approver", alice().scope("invoices:read invoices:write").claim("roles", vec!["clerk", "lead"])),
            ("job", issuer.token().machine("job").scope("invoices:read")),
            ("tenant", alice().claim("tenant", "acme")),
            ("tenant_number", alice().claim("tenant", 7)),
            ("jwt", alice().header("typ", "JWT")),
            ("revoked", alice().claim("jti", REVOKED)),
        ];
        let bad: [(&str, Defect); 16] = [
            ("expired", Defect::Expired),
            ("early", Defect::NotYetValid),
            ("future", Defect::IssuedInFuture),
            ("unsigned", Defect::AlgNone),
            ("hmac", Defect::HmacWithPem),
            ("tampered", Defect::SignatureFlipped),
            ("foreign", Defect::ForeignKey),
            ("unknown_key", Defect::KidUnknown),
            ("unknown_issuer", Defect::IssUnknown),
            ("other_audience", Defect::AudOther),
            ("no_audience", Defect::AudMissing),
            ("bound", Defect::BoundToDpopKey),
            ("id_token", Defect::IdTokenAtHash),
            ("huge", Defect::Oversized),
            ("encrypted", Defect::Jwe),
            ("critical", Defect::CritUnknown),
        ];
        let good = good.into_iter().map(|(name, token)| (name, token.sign()));
        let bad = bad.map(|(name, defect)| (name, alice().defect(defect).sign()));
        Self { named: good.chain(bad).collect(), issuer }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(_, token)| &**token)
    }

    /// Puts tokens in for their names.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.named.iter().fold(text.to_owned(), |text, (name, token)| text.replace(&format!("{{{name}}}"), token))
    }
}
