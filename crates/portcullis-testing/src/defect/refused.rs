//! The table of tokens that must be refused. Longer than other files because it is one table.

use portcullis::Algorithm::{ES256, ES384, Ed25519, PS256, RS256};

use super::claims::{self, aud, duplicate as claim_twice, iss};
use super::header::{self, alg, crit, foreign, hmac, unsigned};
use super::signature::{self, changed, signed};
use super::spelling::{self, header_octets, payload_octets, reshape, respell_header, respell_payload};
use crate::TokenBuilder;

super::cases! {
    /// Tokens that a resource server must refuse, each with one thing wrong and signed well otherwise.
    ///
    /// Every one of them fits into an HTTP header field, so a suite can send [`ALL`](Self::ALL). Some need an algorithm
    /// other than the issuer's (an ECDSA trick needs an ECDSA key): let the issuer publish
    /// [`every_algorithm`](crate::TestIssuerBuilder::every_algorithm), so that the key is known and the trick is what
    /// gets it refused.
    pub enum Defect: fn(TokenBuilder) -> TokenBuilder {
        // Algorithm and header.
        /// `alg: none` and an empty signature.
        AlgNone = "ATK-1" 401 |t| unsigned(t, r#""none""#);
        /// `alg: None`.
        AlgNoneCapitalised = "ATK-2" 401 |t| unsigned(t, r#""None""#);
        /// `alg: NONE`.
        AlgNoneUpperCase = "ATK-2" 401 |t| unsigned(t, r#""NONE""#);
        /// `alg: nOnE`.
        AlgNoneMixedCase = "ATK-2" 401 |t| unsigned(t, r#""nOnE""#);
        /// `alg: "none "`, with a space.
        AlgNoneSpace = "ATK-2" 401 |t| unsigned(t, r#""none ""#);
        /// `alg: none` with an escape in it.
        AlgNoneEscaped = "ATK-2" 401 |t| unsigned(t, r#""no\u006ee""#);
        /// `alg: ""`.
        AlgEmpty = "ATK-2" 401 |t| unsigned(t, r#""""#);
        /// `alg: null`.
        AlgNull = "ATK-2" 401 |t| unsigned(t, "null");
        /// `alg: ["none"]`.
        AlgArray = "ATK-2" 401 |t| unsigned(t, r#"["none"]"#);
        /// `alg: none` over a signature that was good.
        AlgNoneSignatureKept = "ATK-3" 401 |t| alg(t, r#""none""#);
        /// The signature cut off, both periods kept.
        SignatureRemoved = "ATK-3" 401 |t| changed(t, |_| Vec::new());
        /// No `alg`.
        AlgMissing = "RFC7515-4.1.1-a" 401 |t| t.without_header("alg");
        /// `alg` is a number.
        AlgNumber = "RFC7515-4.1.1-a" 401 |t| alg(t, "256");
        /// The right `alg` in lower case.
        AlgLowerCase = "RFC7515-4.1.1-a" 401 |t| { let name = t.key.algorithm().name().to_lowercase(); t.header("alg", name) };
        /// An `alg` that nobody implements.
        AlgUnknown = "RFC8725bis-3.1-a" 401 |t| t.header("alg", "XS256");
        /// HS256 with the public key in PEM as the secret.
        HmacWithPem = "ATK-4" 401 |t| hmac(t, signature::hmac_with_pem);
        /// HS256 with the public key in PEM, less its last newline.
        HmacWithPemWithoutNewline = "ATK-4" 401 |t| hmac(t, signature::hmac_with_pem_without_newline);
        /// HS256 with the public key in the older PEM of RSA.
        HmacWithPkcs1Pem = "ATK-4" 401 |t| hmac(t, signature::hmac_with_pkcs1_pem);
        /// HS256 with the public key in DER.
        HmacWithDer = "ATK-4" 401 |t| hmac(t, |s| s.hmac(s.key.material().public_der()));
        /// HS256 with the modulus, or the point, in octets.
        HmacWithModulus = "ATK-4" 401 |t| hmac(t, |s| s.hmac(header::modulus(s)));
        /// HS256 with the text of the JWK.
        HmacWithJwk = "ATK-4" 401 |t| hmac(t, |s| s.hmac(s.key.jwk().to_string()));
        /// HS256 with no secret at all.
        HmacWithNothing = "ATK-4" 401 |t| hmac(t, |s| s.hmac([]));
        /// An RS256 signature labelled PS256, on one `kid`.
        Rs256LabelledPs256 = "ATK-5" 401 |t| alg(header::by(t, RS256), r#""PS256""#);
        /// A PS256 signature labelled RS256, on one `kid`.
        Ps256LabelledRs256 = "ATK-5" 401 |t| signed(t, RS256, |s| s.with(PS256));
        /// A good PS256 token by a key that is pinned to RS256.
        Ps256ByRs256Key = "ATK-5" 401 |t| alg(signed(t, RS256, |s| s.with(PS256)), r#""PS256""#);
        /// A good RS384 token by a key that is pinned to RS256.
        Rs384ByRs256Key = "RFC7517-4.4-a" 401 |t| alg(signed(t, RS256, |s| s.with(portcullis::Algorithm::RS384)), r#""RS384""#);
        /// A good ES256 token under the `kid` of an RSA key.
        Es256UnderRsaKid = "ATK-5" 401 |t| header::under_kid_of(t, ES256, RS256);
        /// A good RS256 token under the `kid` of a P-256 key.
        Rs256UnderEcKid = "ATK-5" 401 |t| header::under_kid_of(t, RS256, ES256);
        /// ES256 in the header, a P-384 key behind it.
        Es256ByP384Key = "RFC7518-3.4-b" 401 |t| alg(header::by(t, ES384), r#""ES256""#);
        /// The attacker's key in `jwk`, signed by it.
        EmbeddedJwk = "ATK-6" 401 header::embedded_jwk;
        /// The attacker's key in `jwk`, signed by it, no `kid`.
        EmbeddedJwkWithoutKid = "ATK-6" 401 |t| header::embedded_jwk(t).without_header("kid");
        /// `jku` on the attacker's host.
        Jku = "ATK-7" 401 |t| foreign(t, "jku", "https://evil.test/jwks");
        /// `jku` on loopback.
        JkuLoopback = "ATK-7" 401 |t| foreign(t, "jku", "http://127.0.0.1/jwks");
        /// `jku` on the issuer's host, with an open redirect behind it.
        JkuOpenRedirect = "ATK-7" 401 |t| { let url = format!("{}/logout?to=https://evil.test/jwks", t.issuer.base()); foreign(t, "jku", url) };
        /// `x5u` on the attacker's host.
        X5u = "ATK-7" 401 |t| foreign(t, "x5u", "https://evil.test/chain.pem");
        /// `x5c` with a certificate that the attacker made.
        X5c = "ATK-8" 401 header::self_made_chain;
        /// The thumbprint of a known key, and the attacker's signature.
        X5tOfKnownKey = "ATK-8" 401 header::foreign_with_own_thumbprint;
        /// `kid` is a path that climbs.
        KidTraversal = "ATK-9" 401 |t| t.kid("../../../../../../dev/null");
        /// `kid` is a piece of SQL.
        KidSql = "ATK-9" 401 |t| t.kid("x' UNION SELECT 'secret'--");
        /// `kid` is a piece of an LDAP filter.
        KidLdap = "ATK-9" 401 |t| t.kid("*)(uid=*))(|(uid=*");
        /// `kid` is a piece of shell.
        KidShell = "ATK-9" 401 |t| t.kid("x|/usr/bin/id");
        /// `kid` with a NUL.
        KidNul = "ATK-9" 401 |t| { let kid = format!("{}\0", t.key.kid()); t.kid(&kid) };
        /// `kid` with a line break and a header line.
        KidCrlf = "ATK-9" 401 |t| t.kid("x\r\nX-Injected: 1");
        /// `kid` is a URL.
        KidUrl = "ATK-9" 401 |t| t.kid("https://evil.test/key");
        /// `kid` of ten kibibytes.
        KidLong = "ATK-9" 401 |t| t.kid(&"k".repeat(10 * 1024));
        /// `kid` is a number.
        KidNumber = "ATK-9" 401 |t| t.header("kid", 1);
        /// `kid` is an object.
        KidObject = "ATK-9" 401 |t| t.header_json("kid", r#"{"kid":"x"}"#);
        /// The right `kid` in upper case.
        KidOtherCase = "RFC7515-4.1.4-a" 401 |t| { let kid = t.key.kid().to_uppercase(); t.kid(&kid) };
        /// A `kid` that nobody published, and the attacker's signature.
        KidUnknown = "OIDCC-10.1.1-a" 401 |t| foreign(t, "kid", "never-published");
        /// `crit` names a member that nobody implements.
        CritUnknown = "ATK-10" 401 |t| crit(t, r#"["x"]"#);
        /// `crit: ["alg"]`, which is registered.
        CritRegistered = "ATK-10" 401 |t| crit(t, r#"["alg"]"#);
        /// `crit: []`.
        CritEmpty = "ATK-10" 401 |t| crit(t, "[]");
        /// `crit` is a string.
        CritString = "ATK-10" 401 |t| crit(t, r#""exp""#);
        /// `crit` names a member that is not there.
        CritAbsentMember = "ATK-10" 401 |t| crit(t, r#"["absent"]"#);
        /// `crit` holds a number.
        CritNumber = "RFC7515-4.1.11-b" 401 |t| crit(t, "[1]");
        /// `crit` names a member twice.
        CritTwice = "RFC7515-4.1.11-b" 401 |t| crit(t, r#"["x","x"]"#);
        /// `crit: null`.
        CritNull = "RFC7515-4.1.11-b" 401 |t| crit(t, "null");
        /// `b64: false`.
        B64False = "ATK-11" 401 |t| t.header("b64", false);
        /// `b64: false`, named in `crit`.
        B64FalseCritical = "ATK-11" 401 |t| t.header("b64", false).header_json("crit", r#"["b64"]"#);
        /// `alg` twice, `none` last.
        AlgTwice = "ATK-12" 401 |t| header::duplicate(t, r#""alg""#, r#""none""#);
        /// `alg` twice, the second name with an escape in it.
        AlgTwiceEscaped = "ATK-12" 401 |t| header::duplicate(t, r#""al\u0067""#, r#""none""#);
        /// `kid` twice.
        KidTwice = "ATK-12" 401 |t| header::duplicate(t, r#""kid""#, r#""other""#);
        /// `typ` twice.
        TypTwice = "ATK-12" 401 |t| header::duplicate(t, r#""typ""#, r#""JWT""#);
        /// A member that nobody knows, twice.
        UnknownHeaderMemberTwice = "RFC7515-4-a" 401 |t| header::duplicate(t.header("x", 1), r#""x""#, "1");
        /// `typ` of a logout token.
        TypLogout = "ATK-13" 401 |t| t.header("typ", "logout+jwt");
        /// `typ` of a DPoP proof.
        TypDpop = "ATK-13" 401 |t| t.header("typ", "dpop+jwt");
        /// `typ` of an introspection answer.
        TypIntrospection = "ATK-13" 401 |t| t.header("typ", "token-introspection+jwt");
        /// `typ` of a status list.
        TypStatusList = "ATK-13" 401 |t| t.header("typ", "statuslist+jwt");
        /// `typ` of a request object.
        TypRequestObject = "ATK-13" 401 |t| t.header("typ", "oauth-authz-req+jwt");
        /// `typ` of a security event.
        TypSecurityEvent = "ATK-13" 401 |t| t.header("typ", "secevent+jwt");
        /// `typ` of a client assertion.
        TypClientAssertion = "ATK-13" 401 |t| t.header("typ", "client-authentication+jwt");
        /// `typ` of another kind in its long form.
        TypLogoutApplication = "RFC8725bis-3.11-a" 401 |t| t.header("typ", "application/logout+jwt");
        /// `typ` is a number.
        TypNumber = "RFC8725bis-3.11-a" 401 |t| t.header("typ", 1);
        /// An ID token: `at_hash`.
        IdTokenAtHash = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("at_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng");
        /// An ID token: `c_hash`.
        IdTokenCHash = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("c_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng");
        /// An ID token: `s_hash`.
        IdTokenSHash = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("s_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng");
        /// An ID token of Keycloak: a claim `typ` of `ID`.
        KeycloakIdToken = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("typ", "ID");
        /// A refresh token of Keycloak: a claim `typ` of `Refresh`.
        KeycloakRefreshToken = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("typ", "Refresh");
        /// An offline token of Keycloak: a claim `typ` of `Offline`.
        KeycloakOfflineToken = "RFC8725bis-3.12-a" 401 |t| t.header("typ", "JWT").claim("typ", "Offline");
        /// An ID token of Cognito: `token_use` of `id`.
        CognitoIdToken = "RFC8725bis-3.12-a" 401 |t| t.without_header("typ").claim("token_use", "id");
        /// The five parts of a JWE.
        Jwe = "ATK-14" 401 |t| reshape(t.header("alg", "RSA-OAEP").header("enc", "A256GCM"), |c| format!("{}.AAAA.AAAA.{}.AAAA", c.header, c.payload));
        /// `enc` in a header of three parts.
        EncInThreeParts = "RFC7516-9-a" 401 |t| t.header("enc", "A256GCM");
        /// A key-management `alg` in three parts.
        KeyManagementAlg = "RFC7516-9-a" 401 |t| t.header("alg", "dir").header("enc", "A256GCM");
        /// `cty: JWT` around another good token.
        Nested = "RFC7519-7.2-a" 401 spelling::nested_once;
        /// `cty: JWT`, many deep.
        NestedDeep = "ATK-15" 401 spelling::nested;
        /// Flattened JSON serialisation.
        JsonFlattened = "ATK-16" 400 |t| reshape(t, spelling::json_flattened);
        /// General JSON serialisation.
        JsonGeneral = "ATK-16" 400 |t| reshape(t, spelling::json_general);

        // Encoding and parsing.
        /// No period.
        OnePart = "RFC7515-5.2-a" 401 |t| reshape(t, |c| c.payload);
        /// One period.
        TwoParts = "RFC7515-5.2-a" 401 |t| reshape(t, |c| format!("{}.{}", c.header, c.payload));
        /// Three periods.
        FourParts = "RFC7515-5.2-a" 401 |t| reshape(t, |c| c.join() + ".AAAA");
        /// A period too many at the end.
        TrailingPeriod = "RFC7515-5.2-a" 401 |t| reshape(t, |c| c.join() + ".");
        /// The header spelled with a spare bit set, signed so.
        TrailingBitsHeader = "ATK-17" 401 |t| respell_header(t, spelling::trailing_bits);
        /// The payload spelled with a spare bit set, signed so.
        TrailingBitsPayload = "ATK-17" 401 |t| respell_payload(t, spelling::trailing_bits);
        /// The signature spelled with a spare bit set.
        TrailingBitsSignature = "ATK-17" 401 |t| reshape(t, |c| format!("{}.{}.{}", c.header, c.payload, spelling::trailing_bits(c.signature)));
        /// The payload of a length that no octets have, signed so.
        ImpossibleLength = "RFC4648-3.5-a" 401 |t| respell_payload(t, spelling::impossible_length);
        /// The header with `=`, signed so.
        PaddedHeader = "ATK-18" 401 |t| respell_header(t, spelling::padded);
        /// The payload with `=`, signed so.
        PaddedPayload = "ATK-18" 401 |t| respell_payload(t, spelling::padded);
        /// The signature with `=`.
        PaddedSignature = "ATK-18" 401 |t| reshape(t, |c| format!("{}.{}.{}", c.header, c.payload, spelling::padded(c.signature)));
        /// The header in the alphabet with `+` and `/`, signed so.
        StandardAlphabetHeader = "ATK-18" 401 |t| respell_header(t, spelling::standard_alphabet);
        /// The payload in the alphabet with `+` and `/`, signed so.
        StandardAlphabetPayload = "ATK-18" 401 |t| respell_payload(t, spelling::standard_alphabet);
        /// The signature in the alphabet with `+` and `/`.
        StandardAlphabetSignature = "ATK-18" 401 |t| reshape(t, |c| format!("{}.{}.{}", c.header, c.payload, spelling::standard_alphabet(c.signature)));
        /// A `~` in the payload.
        Tilde = "RFC8725bis-3.14-a" 401 |t| respell_payload(t, |p| format!("~{p}"));
        /// A space in the middle.
        SpaceInside = "ATK-19" 400 |t| reshape(t, |c| format!("{}. {}.{}", c.header, c.payload, c.signature));
        /// A tab in the middle.
        TabInside = "ATK-19" 400 |t| reshape(t, |c| format!("{}.{}\t.{}", c.header, c.payload, c.signature));
        /// Text after the header's JSON.
        HeaderTrailingText = "ATK-20" 401 |t| header_octets(t, spelling::with_trailing_text);
        /// Text after the payload's JSON.
        PayloadTrailingText = "ATK-20" 401 |t| payload_octets(t, spelling::with_trailing_text);
        /// A byte order mark before the header.
        HeaderBom = "ATK-20" 401 |t| header_octets(t, spelling::with_bom);
        /// A byte order mark before the payload.
        PayloadBom = "ATK-20" 401 |t| payload_octets(t, spelling::with_bom);
        /// The header in UTF-16.
        HeaderUtf16 = "ATK-20" 401 |t| header_octets(t, spelling::utf16);
        /// The payload in UTF-16.
        PayloadUtf16 = "ATK-20" 401 |t| payload_octets(t, spelling::utf16);
        /// Invalid UTF-8 in the header.
        HeaderInvalidUtf8 = "ATK-20" 401 |t| header_octets(t, spelling::with_invalid_utf8);
        /// Invalid UTF-8 in the payload.
        PayloadInvalidUtf8 = "ATK-20" 401 |t| payload_octets(t, spelling::with_invalid_utf8);
        /// Overlong UTF-8 in the payload.
        PayloadOverlongUtf8 = "ATK-20" 401 |t| payload_octets(t, spelling::with_overlong_utf8);
        /// Half a surrogate pair in `sub`.
        SubLoneSurrogate = "ATK-20" 401 |t| t.claim_json("sub", r#""\ud800""#);
        /// Half a surrogate pair in `iss`.
        IssLoneSurrogate = "ATK-20" 401 |t| t.claim_json("iss", r#""\udc00""#);
        /// The header is an array.
        HeaderArray = "RFC7515-5.2-c" 401 |t| header_octets(t, |h| format!("[{h}]").into_bytes());
        /// The header is a string.
        HeaderString = "RFC7515-5.2-c" 401 |t| t.raw_header(r#""RS256""#);
        /// The header is `{}`.
        HeaderEmptyObject = "RFC7515-4.1.1-a" 401 |t| t.raw_header("{}");
        /// The header is not JSON.
        HeaderNotJson = "RFC7515-5.2-c" 401 |t| t.raw_header("alg=RS256");
        /// The payload is an array.
        PayloadArray = "RFC7519-7.2-b" 401 |t| payload_octets(t, |p| format!("[{p}]").into_bytes());
        /// The payload is `null`.
        PayloadNull = "RFC7519-7.2-b" 401 |t| t.raw_payload("null");
        /// The payload is not JSON.
        PayloadNotJson = "RFC7519-7.2-b" 401 |t| t.raw_payload("sub=alice");
        /// The payload has a comma before its last brace.
        PayloadTrailingComma = "RFC7519-7.2-b" 401 |t| payload_octets(t, spelling::with_trailing_comma);
        /// Fourteen hundred arrays in each other, in the header.
        DeepHeader = "ATK-21" 401 |t| t.header_json("x", &claims::nested(1400));
        /// Four thousand arrays in each other, in the payload.
        DeepPayload = "ATK-21" 401 |t| t.claim_json("x", &claims::nested(4000));
        /// Twelve hundred members in the payload.
        ManyMembers = "ATK-21" 401 claims::many_members;
        /// An `exp` of eight thousand digits.
        LongNumber = "ATK-21" 401 |t| t.claim_json("exp", &"9".repeat(8000));
        /// Longer than 16 KiB.
        Oversized = "ATK-22" 401 |t| t.padded_to(17 * 1024);
        /// A header longer than 4 KiB.
        OversizedHeader = "PC-JOSE-1" 401 |t| t.header("x", "x".repeat(5 * 1024));
        /// Two periods and nothing else.
        OnlyPeriods = "ATK-23" 401 |t| reshape(t, |_| "..".into());
        /// No header.
        EmptyHeader = "ATK-23" 401 |t| reshape(t, |c| format!(".{}.{}", c.payload, c.signature));
        /// No payload, as in detached content.
        EmptyPayload = "ATK-23" 401 |t| reshape(t, |c| format!("{}..{}", c.header, c.signature));
        /// No payload, signed so.
        EmptyPayloadSigned = "ATK-23" 401 |t| t.raw_payload("");
        /// `aud` twice, the good one first.
        AudTwiceGoodFirst = "ATK-24" 401 |t| claim_twice(t, r#""aud""#, r#""https://other.test""#, true);
        /// `aud` twice, the good one last.
        AudTwiceGoodLast = "ATK-24" 401 |t| claim_twice(t, r#""aud""#, r#""https://other.test""#, false);
        /// `sub` twice, the second name with an escape in it.
        SubTwiceEscaped = "ATK-24" 401 |t| claim_twice(t, r#""s\u0075b""#, r#""admin""#, true);
        /// `exp` twice, the good one last.
        ExpTwice = "ATK-24" 401 |t| claim_twice(t, r#""exp""#, "1", false);
        /// A claim that nobody knows, twice.
        UnknownClaimTwice = "RFC7519-4-a" 401 |t| claim_twice(t.claim("x", 1), r#""x""#, "1", true);
        /// `iss` is an array.
        IssArray = "ATK-25" 401 |t| { let own = t.issuer.url().to_owned(); t.claim("iss", vec![own]) };
        /// `iss` is `null`.
        IssNull = "ATK-25" 401 |t| t.claim_json("iss", "null");
        /// `aud` is an object.
        AudObject = "ATK-25" 401 |t| { let own = claims::audience(&t); t.claim("aud", serde_json::json!({ own: true })) };
        /// `aud` is a number.
        AudNumber = "RFC7519-4.1.3-a" 401 |t| t.claim("aud", 7);
        /// `aud` holds ours and a number.
        AudArrayWithNumber = "RFC7519-4.1.3-a" 401 |t| { let own = claims::audience(&t); t.claim("aud", serde_json::json!([own, 1])) };
        /// `scope` is an array.
        ScopeArray = "ATK-25" 401 |t| t.claim("scope", vec!["admin"]);
        /// `cnf` is a string.
        CnfString = "ATK-25" 401 |t| t.claim("cnf", "x");
        /// `sub` is a number.
        SubNumber = "ATK-25" 401 |t| t.claim("sub", 7);

        // Signature and keys.
        /// One bit of the signature changed.
        SignatureFlipped = "RFC7515-5.2-d" 401 |t| changed(t, signature::flipped);
        /// The same claims in other octets, under the old signature.
        PayloadReencoded = "RFC7515-5.2-d" 401 |t| reshape(t, spelling::reencoded_payload);
        /// ECDSA: R and S both zero.
        EcdsaZero = "ATK-27" 401 |t| signed(t, ES256, |s| signature::p256(s, Some([0; 32]), Some([0; 32])));
        /// ECDSA: R zero.
        EcdsaRZero = "ATK-27" 401 |t| signed(t, ES256, |s| signature::p256(s, Some([0; 32]), None));
        /// ECDSA: S zero.
        EcdsaSZero = "ATK-27" 401 |t| signed(t, ES256, |s| signature::p256(s, None, Some([0; 32])));
        /// ECDSA: R is the order of the curve.
        EcdsaRAtOrder = "ATK-27" 401 |t| signed(t, ES256, signature::p256_r_at_order);
        /// ECDSA: S is the order of the curve.
        EcdsaSAtOrder = "ATK-27" 401 |t| signed(t, ES256, signature::p256_s_at_order);
        /// ECDSA: a good signature in DER.
        EcdsaDer = "ATK-28" 401 |t| signed(t, ES256, signature::ecdsa_der);
        /// ECDSA: the first octet left out.
        EcdsaShort = "ATK-28" 401 |t| signed(t, ES256, signature::shortened);
        /// ECDSA: a zero in front.
        EcdsaLong = "ATK-28" 401 |t| signed(t, ES256, signature::lengthened);
        /// ECDSA: S before R.
        EcdsaSwapped = "ATK-28" 401 |t| signed(t, ES256, signature::ecdsa_swapped);
        /// RSA: the first octet left out.
        RsaShort = "ATK-29" 401 |t| signed(t, RS256, signature::shortened);
        /// RSA: a zero in front.
        RsaLong = "ATK-29" 401 |t| signed(t, RS256, signature::lengthened);
        /// RSA: the right residue, above the modulus.
        RsaAboveModulus = "ATK-29" 401 |t| signed(t, RS256, signature::rsa_above_modulus);
        /// RSA: a hash in front and rubbish behind, as low exponents allow to forge.
        RsaForgedPadding = "ATK-29" 401 |t| signed(t, RS256, signature::rsa_forged_padding);
        /// RSA: the hash without the name of its algorithm.
        RsaBareHash = "ATK-29" 401 |t| signed(t, RS256, signature::rsa_bare_hash);
        /// RSA: SHA-1 under RS256.
        RsaSha1 = "RFC7515-10.6-a" 401 |t| signed(t, RS256, signature::rsa_sha1);
        /// RSA: SHA-512 under RS256.
        RsaSha512 = "RFC7515-10.6-a" 401 |t| signed(t, RS256, |s| s.with(portcullis::Algorithm::RS512));
        /// RSA: PSS without salt.
        PssWithoutSalt = "RFC7518-3.5-a" 401 |t| signed(t, PS256, |s| signature::pss(s, &[]));
        /// RSA: PSS with a salt of twice the length.
        PssLongSalt = "RFC7518-3.5-a" 401 |t| signed(t, PS256, |s| signature::pss(s, &[7; 64]));
        /// Ed25519: S not reduced.
        Ed25519LargeS = "ATK-32" 401 |t| signed(t, Ed25519, signature::ed25519_large_s);
        /// The attacker's key under the issuer's `kid`.
        ForeignKey = "ATK-35" 401 |t| changed(t, |s| s.foreign());
        /// Somebody else's payload in a good token.
        GraftedPayload = "ATK-36" 401 |t| reshape(t, spelling::grafted_payload);
        /// Somebody else's signature on a good token.
        GraftedSignature = "ATK-36" 401 |t| reshape(t, spelling::grafted_signature);

        // Claims.
        /// No `exp`.
        ExpMissing = "ATK-37" 401 |t| t.without("exp");
        /// `exp` is `null`.
        ExpNull = "ATK-37" 401 |t| t.claim_json("exp", "null");
        /// `exp` is a string of digits.
        ExpString = "ATK-37" 401 |t| t.claim("exp", "4102444800");
        /// `exp` is an array.
        ExpArray = "ATK-37" 401 |t| t.claim_json("exp", "[4102444800]");
        /// `exp` is an object.
        ExpObject = "ATK-37" 401 |t| t.claim_json("exp", "{}");
        /// `exp` is `true`.
        ExpBoolean = "ATK-37" 401 |t| t.claim("exp", true);
        /// `exp` is -1.
        ExpNegative = "ATK-38" 401 |t| t.claim("exp", -1);
        /// `exp` is 1e400.
        ExpHuge = "ATK-38" 401 |t| t.claim_json("exp", "1e400");
        /// `exp` is 2^63.
        ExpTwoTo63 = "ATK-38" 401 |t| t.claim_json("exp", "9223372036854775808");
        /// `exp` is 2^64.
        ExpTwoTo64 = "ATK-38" 401 |t| t.claim_json("exp", "18446744073709551616");
        /// `exp` is -0.
        ExpMinusZero = "ATK-38" 401 |t| t.claim_json("exp", "-0");
        /// `exp` is 1E3: a number, and past.
        ExpExponentPast = "ATK-38" 401 |t| t.claim_json("exp", "1E3");
        /// `exp` is in the year 10000.
        ExpYear10000 = "PC-CLM-3" 401 |t| t.claim_json("exp", "253402300800");
        /// `nbf` is 1e400.
        NbfHuge = "ATK-38" 401 |t| t.claim_json("nbf", "1e400");
        /// `nbf` is -1.
        NbfNegative = "PC-CLM-3" 401 |t| t.claim("nbf", -1);
        /// `nbf` is a string.
        NbfString = "RFC7519-2-a" 401 |t| t.claim("nbf", "1");
        /// `nbf` is an object.
        NbfObject = "RFC7519-2-a" 401 |t| t.claim_json("nbf", "{}");
        /// `iat` is 2^64.
        IatTwoTo64 = "ATK-38" 401 |t| t.claim_json("iat", "18446744073709551616");
        /// `iat` is -1.
        IatNegative = "PC-CLM-3" 401 |t| t.claim("iat", -1);
        /// `iat` is a string.
        IatString = "RFC7519-2-a" 401 |t| t.claim("iat", "1");
        /// Over for an hour.
        Expired = "RFC7519-4.1.4-a" 401 |t| t.expired();
        /// Over for longer than any leeway: 301 seconds.
        ExpiredBeyondLeeway = "RFC7519-4.1.4-a" 401 |t| { let now = t.now(); t.claim("iat", now.saturating_sub(600)).claim("exp", now.saturating_sub(301)) };
        /// Begins in an hour.
        NotYetValid = "RFC7519-4.1.5-a" 401 |t| t.not_yet_valid();
        /// Issued in an hour.
        IssuedInFuture = "PC-CLM-4" 401 |t| t.issued_in_future();
        /// `iss` with a slash added, or removed.
        IssSlash = "ATK-40" 401 |t| iss(t, claims::toggle_slash);
        /// `iss` with `:443`.
        IssPort = "ATK-40" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}:443")));
        /// `iss` with its host in upper case.
        IssUpperCase = "ATK-40" 401 |t| iss(t, |url| claims::authority(url, |host| match host.to_uppercase() { upper if upper != host => upper, same => same + "A" }));
        /// `iss` with `%2e` in it.
        IssPercentEncoded = "ATK-40" 401 |t| iss(t, |url| claims::authority(url, |host| host.replacen('.', "%2e", 1)));
        /// `iss` with a dot after the host.
        IssTrailingDot = "ATK-40" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}.")));
        /// `iss` with a space before.
        IssLeadingSpace = "ATK-40" 401 |t| iss(t, |url| format!(" {url}"));
        /// `iss` with a space after.
        IssTrailingSpace = "ATK-40" 401 |t| iss(t, |url| format!("{url} "));
        /// `iss` with user information.
        IssUserinfo = "ATK-40" 401 |t| iss(t, |url| claims::authority(url, |host| format!("user@{host}")));
        /// `iss` with a query.
        IssQuery = "ATK-40" 401 |t| iss(t, |url| format!("{url}?x=1"));
        /// `iss` that begins with the issuer and ends elsewhere.
        IssPrefix = "ATK-41" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}.evil.test")));
        /// `iss` with the issuer as user information of another host.
        IssBeforeAt = "ATK-41" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}@evil.test")));
        /// `iss` that ends with the issuer.
        IssSuffix = "ATK-41" 401 |t| iss(t, |url| format!("https://evil.test/{url}"));
        /// `iss` with a letter of another alphabet that looks the same.
        IssHomoglyph = "ATK-42" 401 |t| iss(t, claims::homoglyph);
        /// `iss` with a combining accent.
        IssCombining = "ATK-42" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}\u{0301}")));
        /// `iss` with a zero-width space.
        IssZeroWidth = "ATK-42" 401 |t| iss(t, |url| claims::authority(url, |host| format!("{host}\u{200b}")));
        /// `iss` of somebody else.
        IssUnknown = "ATK-43" 401 |t| t.issuer("https://evil.test");
        /// `iss` is empty.
        IssEmpty = "RFC9068-4-e" 401 |t| t.issuer("");
        /// No `iss`.
        IssMissing = "RFC9068-4-e" 401 |t| t.without("iss");
        /// `aud` of another resource server.
        AudOther = "RFC9068-4-f" 401 |t| t.audience("https://other.test");
        /// `aud` that ours begins with.
        AudShortened = "ATK-44" 401 |t| aud(t, |own| own.chars().take(own.chars().count().saturating_sub(1)).collect());
        /// `aud` that begins with ours.
        AudExtended = "ATK-44" 401 |t| aud(t, |own| format!("{own}.evil.test"));
        /// `aud` in other letters.
        AudOtherCase = "ATK-44" 401 |t| aud(t, |own| match own.to_uppercase() { upper if upper != own => upper, same => same.to_lowercase() + "a" });
        /// `aud` with a slash added, or removed.
        AudSlash = "ATK-44" 401 |t| aud(t, claims::toggle_slash);
        /// `aud` is `*`.
        AudWildcard = "ATK-44" 401 |t| t.audience("*");
        /// `aud` is one string with two audiences in it.
        AudSpaceSeparated = "ATK-44" 401 |t| aud(t, |own| format!("{own} https://other.test"));
        /// No `aud`.
        AudMissing = "ATK-45" 401 |t| t.without("aud");
        /// `aud` is empty.
        AudEmpty = "ATK-45" 401 |t| t.audience("");
        /// `aud` is `[]`.
        AudEmptyArray = "ATK-45" 401 |t| t.claim_json("aud", "[]");
        /// `aud` is `[null]`.
        AudNullInArray = "ATK-45" 401 |t| t.claim_json("aud", "[null]");
        /// `aud` is the client, as in an ID token.
        AudClient = "ATK-45" 401 |t| { let client = t.claims.text("client_id"); t.audience(&client) };
        /// Bound to a DPoP key, sent as plain bearer.
        BoundToDpopKey = "ATK-72" 401 |t| t.claim_json("cnf", r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#);
        /// Bound to a client certificate, sent as plain bearer.
        BoundToCertificate = "ATK-72" 401 |t| t.claim_json("cnf", r#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#);
    }
}
