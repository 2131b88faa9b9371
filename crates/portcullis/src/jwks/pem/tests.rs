use super::*;

const RSA_SPKI: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA+v65JUsqdv+xnmQFNbO1
h9M+dv2AWHTMzH+JCDufQLLEe0VOFy7yfLQAa+dwUTuT5h5+DQCaTppJMilqf1rv
v1Epma4OKSah7ryv9/LouVtppPqgRnTn7EaFDPmsQFGUCMIILcbRHQ5csCstaqHx
yph81FnS6m/2EU1BBF8QDcMAUXYZX/zjstt9n46Ye/dIh3S7yul/KtNDh03BfJJI
vdwQzuaZMGwC/tLdLtTGRhEfjNCqb31hYXbTwvbsocD8ymxytteTqG9Qkjzj6/Fp
f/tvhwkZHUutss5AwriEnB3wHhtNppBHxytwnQFCOpeKJ3R30gbcutqmNimPG1kP
tQIDAQAB
-----END PUBLIC KEY-----
";

const RSA_PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEA+v65JUsqdv+xnmQFNbO1h9M+dv2AWHTMzH+JCDufQLLEe0VOFy7y
fLQAa+dwUTuT5h5+DQCaTppJMilqf1rvv1Epma4OKSah7ryv9/LouVtppPqgRnTn
7EaFDPmsQFGUCMIILcbRHQ5csCstaqHxyph81FnS6m/2EU1BBF8QDcMAUXYZX/zj
stt9n46Ye/dIh3S7yul/KtNDh03BfJJIvdwQzuaZMGwC/tLdLtTGRhEfjNCqb31h
YXbTwvbsocD8ymxytteTqG9Qkjzj6/Fpf/tvhwkZHUutss5AwriEnB3wHhtNppBH
xytwnQFCOpeKJ3R30gbcutqmNimPG1kPtQIDAQAB
-----END RSA PUBLIC KEY-----
";

const P256_SPKI: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7rfVZLf6sPkFF7M7jkWm/QGHuAyD
VL3e2olfnni1Lr2/GEeWYQrLxFqGuqZh00/bRNwwwHPu8EXk4Xk9mPqzlw==
-----END PUBLIC KEY-----
";

fn read(pem: &str, algorithm: Algorithm) -> Result<VerificationKey, PemError> {
    from_pem(pem, algorithm, Some("k"), CryptoBackend::preferred().unwrap())
}

fn block(label: &str, der: &[u8]) -> String {
    let content = base64_simd::STANDARD.encode_to_string(der);
    format!("-----BEGIN {label}-----\n{content}\n-----END {label}-----\n")
}

#[track_caller]
fn assert_refused(pem: &str, error: PemError) {
    assert_eq!(read(pem, Algorithm::ES256).err(), Some(error), "{pem}");
}

#[test]
fn both_forms_of_an_rsa_key_are_the_same_key() {
    let keys = [RSA_SPKI, RSA_PKCS1].map(|pem| read(pem, Algorithm::PS256).unwrap());
    assert!(keys[0].same_as(&keys[1]));
    assert_eq!((keys[0].kid(), keys[0].alg()), (Some("k"), Some(Algorithm::PS256)));
    let other = read(RSA_SPKI, Algorithm::RS256).unwrap();
    assert!(!other.same_as(&keys[0]), "another algorithm");
}

#[test]
fn line_ends_and_surrounding_white_space_do_not_matter() {
    let crlf = format!("\r\n {}\t", P256_SPKI.replace('\n', "\r\n"));
    assert!(read(&crlf, Algorithm::ES256).is_ok());
    assert!(read(&P256_SPKI.replace('\n', ""), Algorithm::ES256).is_ok());
}

/// RFC8725bis-3.1-c, PC-RES-3
#[test]
fn the_algorithm_fits_the_key() {
    for algorithm in Algorithm::ALL {
        let made = read(P256_SPKI, algorithm);
        match algorithm {
            Algorithm::ES256 => assert!(made.is_ok()),
            _ => assert_eq!(made.err(), Some(PemError::AlgorithmMismatch(algorithm))),
        }
        assert_eq!(read(RSA_SPKI, algorithm).is_ok(), algorithm.key_kind() == KeyKind::Rsa, "{algorithm}");
    }
}

#[test]
fn what_else_comes_in_pem_is_named() {
    let private = block("PRIVATE KEY", &[1]);
    for label in ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        assert_refused(&block(label, &[1]), PemError::PrivateKey);
    }
    assert_refused(&[&block("EC PARAMETERS", &[1]), "\n", &private].concat(), PemError::PrivateKey);
    assert_refused(&[&private, P256_SPKI].concat(), PemError::PrivateKey);
    let certificate = block("CERTIFICATE", &[1]);
    assert_refused(&certificate, PemError::Certificate);
    assert_refused(&[&certificate, &certificate[..]].concat(), PemError::Certificate);
    assert_refused(&block("TRUSTED CERTIFICATE", &[1]), PemError::Certificate);
    assert_refused(&block("X509 CRL", &[1]), PemError::OtherLabel);
    assert_refused(&block("public key", &[1]), PemError::OtherLabel);
    assert_refused(&[P256_SPKI, P256_SPKI].concat(), PemError::SeveralBlocks);
    assert_refused(&P256_SPKI.replace('\n', "\\n"), PemError::EscapedLineEnds);
}

#[test]
fn what_is_no_pem_is_refused() {
    for text in
        ["", " ", "junk", "MFkwEwYHKoZIzj0CAQ==", "ssh-ed25519 AAAA", "{\"keys\":[]}", "-----BEGIN PUBLIC KEY-----"]
    {
        assert_refused(text, PemError::NotPem);
    }
    assert_refused(&P256_SPKI.replace("END PUBLIC", "END RSA PUBLIC"), PemError::NotPem);
    assert_refused(&P256_SPKI[..P256_SPKI.len() - 4], PemError::NotPem);
    assert_refused(&["# my key\n", P256_SPKI].concat(), PemError::SurroundingText);
    assert_refused(&[P256_SPKI, "x"].concat(), PemError::SurroundingText);
}

#[test]
fn the_content_is_strict_base64_of_one_der_key() {
    assert_refused(&P256_SPKI.replace("lw==", "lw="), PemError::NotBase64);
    assert_refused(&P256_SPKI.replace("lw==", "lx=="), PemError::NotBase64);
    assert_refused(&P256_SPKI.replace("MFkw", "MF_w"), PemError::NotBase64);
    let (_, content) = armour(P256_SPKI).unwrap();
    let der = base64_simd::STANDARD.decode_to_vec(content).unwrap();
    assert!(read(&block("PUBLIC KEY", &der), Algorithm::ES256).is_ok());
    assert_refused(&block("PUBLIC KEY", &[&der[..], &[0]].concat()), PemError::NotDer);
    assert_refused(&block("RSA PUBLIC KEY", &der), PemError::NotDer);
    for len in 0..der.len() {
        assert_refused(&block("PUBLIC KEY", &der[..len]), PemError::NotDer);
    }
    // Everything before the point is fixed.
    for at in 0..26 {
        let mut odd = der.clone();
        odd[at] ^= 0x01;
        assert!(read(&block("PUBLIC KEY", &odd), Algorithm::ES256).is_err(), "{at}");
    }
}

/// RFC7518-3.3-a, RFC8037-3.2-a
#[test]
fn keys_of_other_kinds_and_sizes_are_refused() {
    let rsa_1024 = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDZysAtNrBz6XDEwFqIcCyF8+pB\
        RLniO9AB1ftbwk5xk6jDWIh1I0efvSQ0ZuZR4+s0qZZobqrfHhIywsIc56klQgob\
        aV/N89fsFu6dyNX4/EwocQcDMDLlU/cfddKMjZOJ0mSS2ljOgVmwdLwCRnIf7h3l\
        TyUTCbGALTw4VnrUgQIDAQAB";
    let x25519 = "MCowBQYDK2VuAyEAoXRTXJeRIaWlJMWNmZwwSvH+DnyfM/Ki+6a3tdmJr3w=";
    let ed448 = "MEMwBQYDK2VxAzoAetV6B5wpVw0fww6AM94YWGLk9SViXwHHB4AclZfPTYEwEoE7QXjybg8g07QYK28l5ot7InCDNB0A";
    let secp256k1 = "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEFXy0xrz9i+pzghI88KMsojC9RU+Qq0No\
        s4SYgg/FMeB6tXttg+OIqkVYnbD4XE6ahu77injPom751mpYLeXw2w==";
    let compressed = "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgAD7rfVZLf6sPkFF7M7jkWm/QGHuAyDVL3e2olfnni1Lr0=";
    let pem = |content: &str| block("PUBLIC KEY", &base64_simd::STANDARD.decode_to_vec(content).unwrap());
    for content in [x25519, ed448, secp256k1, compressed] {
        assert_refused(&pem(content), PemError::UnsupportedKind);
    }
    let small = read(&pem(rsa_1024), Algorithm::RS256).err();
    assert_eq!(small, Some(PemError::Unusable(SkipReason::RsaTooSmall)));
}

/// RFC8725bis-3.4-a
#[test]
fn a_point_off_the_curve_is_refused() {
    let pem = P256_SPKI.replace("Pqzlw==", "Pqzlg==");
    assert_refused(&pem, PemError::Unusable(SkipReason::InvalidPoint));
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn a_key_of_each_kind_verifies_what_its_owner_signed() {
    use crate::crypto::signing::SigningKey;

    for backend in CryptoBackend::available() {
        for algorithm in Algorithm::ALL.into_iter().filter(|one| one.key_kind() != KeyKind::Secret) {
            let owner = SigningKey::of(algorithm.key_kind());
            match from_pem(&block("PUBLIC KEY", &owner.spki()), algorithm, None, backend) {
                Ok(key) => {
                    assert!(key.verify(b"message", &owner.sign(algorithm, b"message")), "{algorithm}");
                    assert!(!key.verify(b"massage", &owner.sign(algorithm, b"message")), "{algorithm}");
                }
                Err(error) => {
                    assert_eq!((algorithm, backend), (Algorithm::ES512, CryptoBackend::RustCrypto));
                    assert_eq!(error, PemError::Unusable(SkipReason::UnsupportedByBackend));
                }
            }
        }
    }
}

/// RFC 8410 §3: an Ed25519 key has no parameters, not even NULL.
#[test]
fn an_ed25519_key_with_parameters_is_refused() {
    let spki = |identifier: &[u8]| {
        let mut der = vec![0x30, 35 + 2 + identifier.len() as u8, 0x30, identifier.len() as u8];
        der.extend(identifier);
        der.extend([0x03, 0x21, 0x00]);
        der.extend(base64_simd::URL_SAFE_NO_PAD.decode_to_vec("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap());
        read(&block("PUBLIC KEY", &der), Algorithm::Ed25519)
    };
    assert!(spki(&[0x06, 0x03, 0x2b, 0x65, 0x70]).is_ok());
    assert_eq!(spki(&[0x06, 0x03, 0x2b, 0x65, 0x70, 0x05, 0x00]).err(), Some(PemError::NotDer));
}
