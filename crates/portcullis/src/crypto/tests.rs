use super::*;

fn b64(text: &str) -> Vec<u8> {
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).unwrap()
}

/// The signing input and the signature of a compact JWS.
fn split(jws: &str) -> (&[u8], Vec<u8>) {
    let (message, signature) = jws.rsplit_once('.').unwrap();
    (message.as_bytes(), b64(signature))
}

#[track_caller]
fn assert_verifies(verifier: &Verifier, message: &[u8], signature: &[u8]) {
    assert!(verifier.verify(message, signature));
    assert!(!verifier.verify(&[message, b" "].concat(), signature));
    let mut altered = signature.to_vec();
    altered[5] ^= 1;
    assert!(!verifier.verify(message, &altered));
}

#[test]
fn a_backend_is_available_when_its_feature_is() {
    assert_eq!(CryptoBackend::AwsLcRs.is_available(), cfg!(feature = "aws-lc-rs"));
    assert_eq!(CryptoBackend::RustCrypto.is_available(), cfg!(feature = "rust-crypto"));
    assert_eq!(CryptoBackend::preferred(), CryptoBackend::available().next());
}

#[test]
fn a_backend_that_is_not_compiled_in_is_an_error_and_no_panic() {
    for backend in [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto] {
        let made = Verifier::secret(backend, Algorithm::HS256, &[7; 32]);
        assert_eq!(made.is_ok(), backend.is_available(), "{backend:?}");
        assert!(made.is_ok_and(|verifier| !verifier.verify(b"", &[0; 32])) || !backend.is_available());
    }
}

#[test]
fn a_verifier_can_be_shared_between_threads_and_shows_nothing_of_its_key() {
    fn shared<T: Send + Sync>() {}
    shared::<Verifier>();
    for backend in CryptoBackend::available() {
        let verifier = Verifier::secret(backend, Algorithm::HS256, b"a secret of thirty-two octets...").unwrap();
        assert_eq!(format!("{verifier:?}"), "Verifier { .. }");
    }
}

/// RFC8037-3.1-a: RFC 8037 appendix A.4.
#[test]
fn the_ed25519_example_of_rfc_8037_verifies() {
    let x = b64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    let (message, signature) = split(
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR\
         4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
    for backend in CryptoBackend::available() {
        assert_verifies(&Verifier::ed25519(backend, &x).unwrap(), message, &signature);
    }
}

/// RFC 7515 appendix A.1: secret, signing input and value.
fn hs256_example() -> (Vec<u8>, &'static [u8], Vec<u8>) {
    let secret = b64("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    let (message, value) = split(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl\
         LmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    );
    (secret, message, value)
}

#[test]
fn the_hs256_example_of_rfc_7515_verifies() {
    let (secret, message, value) = hs256_example();
    for backend in CryptoBackend::available() {
        assert_verifies(&Verifier::secret(backend, Algorithm::HS256, &secret).unwrap(), message, &value);
    }
}

/// RFC 7515 appendix A.3.
#[test]
fn the_es256_example_of_rfc_7515_verifies() {
    let x = b64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    let y = b64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let (message, signature) = split(
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0\
         cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );
    for backend in CryptoBackend::available() {
        assert_verifies(&Verifier::ec(backend, Algorithm::ES256, &x, &y).unwrap(), message, &signature);
    }
}

/// RFC 7515 appendix A.4.
#[test]
fn the_es512_example_of_rfc_7515_verifies_where_p521_is_supported() {
    let x = b64("AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk");
    let y = b64("ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2");
    let (message, signature) = split(
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34\
         XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    );
    for backend in CryptoBackend::available() {
        match Verifier::ec(backend, Algorithm::ES512, &x, &y) {
            Ok(verifier) => assert_verifies(&verifier, message, &signature),
            Err(error) => assert_eq!((error, backend), (VerifierError::Unsupported, CryptoBackend::RustCrypto)),
        }
    }
}

/// RFC8725bis-3.4-a, ATK-31
#[test]
fn a_point_off_the_curve_or_at_infinity_is_no_key() {
    let x = b64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    let y = b64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    for backend in CryptoBackend::available() {
        let made = |x: &[u8], y: &[u8]| Verifier::ec(backend, Algorithm::ES256, x, y).err();
        assert_eq!(made(&x, &y), None);
        assert_eq!(made(&x, &x), Some(VerifierError::InvalidKey));
        assert_eq!(made(&[0; 32], &[0; 32]), Some(VerifierError::InvalidKey));
        assert_eq!(made(&[0xff; 32], &y), Some(VerifierError::InvalidKey));
        assert_eq!(made(&x[..31], &y), Some(VerifierError::InvalidKey));
        let as_p384 = Verifier::ec(backend, Algorithm::ES384, &x, &y);
        assert_eq!(as_p384.err(), Some(VerifierError::InvalidKey));
        let padded = |coordinate: &[u8]| [&[0; 16], coordinate].concat();
        let as_p384 = Verifier::ec(backend, Algorithm::ES384, &padded(&x), &padded(&y));
        assert_eq!(as_p384.err(), Some(VerifierError::InvalidKey));
    }
}

/// RFC8725bis-3.4-a, ATK-31: about half of all octets are no point, and both backends are told which.
#[test]
fn an_ed25519_key_off_the_curve_is_no_key() {
    for (y, is_point) in [(2, false), (3, true), (4, true), (7, false), (8, false), (9, true)] {
        let mut x = [0; 32];
        x[0] = y;
        for backend in CryptoBackend::available() {
            assert_eq!(Verifier::ed25519(backend, &x).is_ok(), is_point, "{backend:?} y = {y}");
        }
    }
}

/// ATK-32: with the neutral element as the key, S·B = R + k·A holds for every message when R = S·B.
#[test]
fn an_ed25519_key_of_small_order_or_in_another_encoding_is_no_key() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut neutral_signed = neutral;
    neutral_signed[31] = 0x80;
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    // y = p, y = p + 1 and y = p + 3 stand for 0, 1 and 3.
    let (mut zero_unreduced, mut neutral_unreduced, mut three_unreduced) = (minus_one, minus_one, minus_one);
    (zero_unreduced[0], neutral_unreduced[0], three_unreduced[0]) = (0xed, 0xee, 0xf0);
    let order_8 = b64("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU");
    let minus_order_8 = b64("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o");
    for backend in CryptoBackend::available() {
        let small =
            [&neutral, &neutral_signed, &minus_one, &zero_unreduced, &neutral_unreduced, &three_unreduced, &[0; 32]];
        for x in small.into_iter().map(|x| &x[..]).chain([&order_8[..], &minus_order_8]) {
            assert_eq!(Verifier::ed25519(backend, x).err(), Some(VerifierError::InvalidKey), "{x:x?}");
        }
        for short in [0, 1, 31, 33, 64] {
            assert_eq!(Verifier::ed25519(backend, &vec![7; short]).err(), Some(VerifierError::InvalidKey));
        }
    }
}

#[test]
fn an_algorithm_of_another_kind_of_key_is_refused() {
    for backend in CryptoBackend::available() {
        for algorithm in Algorithm::ALL {
            let kind = algorithm.key_kind();
            let rsa = Verifier::rsa(backend, algorithm, &[0xff; 256], &[3]);
            assert_eq!(rsa.err() == Some(VerifierError::WrongKind), kind != KeyKind::Rsa, "{algorithm}");
            let secret = Verifier::secret(backend, algorithm, &[7; 64]);
            assert_eq!(secret.err() == Some(VerifierError::WrongKind), kind != KeyKind::Secret, "{algorithm}");
            let ec = Verifier::ec(backend, algorithm, &[7; 32], &[7; 32]).err() == Some(VerifierError::WrongKind);
            assert_eq!(ec, coordinate_octets(kind).is_none(), "{algorithm}");
        }
    }
}

#[test]
fn what_a_backend_cannot_verify_is_said_when_the_key_is_read() {
    let rsa = |backend, octets: usize, e: &[u8]| Verifier::rsa(backend, Algorithm::RS256, &vec![0xff; octets], e).err();
    for backend in CryptoBackend::available() {
        assert_eq!(rsa(backend, 512, &[1, 0, 1]), None);
        assert_eq!(rsa(backend, 512, &[1, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(rsa(backend, 512, &[2, 0, 0, 0, 1]), Some(VerifierError::Unsupported));
        assert_eq!(rsa(backend, 512, &[0, 1]), Some(VerifierError::InvalidKey));
        assert_eq!(rsa(backend, 0, &[3]), Some(VerifierError::InvalidKey));
        let large = rsa(backend, 1024, &[1, 0, 1]);
        assert_eq!(large.is_some(), backend == CryptoBackend::RustCrypto, "{backend:?}");
    }
}

#[cfg(feature = "aws-lc-rs")]
mod signed {
    use super::super::signing::SigningKey;
    use super::*;

    const MESSAGE: &[u8] = b"eyJhbGciOiJ4In0.eyJzdWIiOiJhbGljZSJ9";

    /// Every pair of backend and algorithm that exists, with a signature.
    fn each(mut check: impl FnMut(Algorithm, &Verifier, &[u8])) {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::of(algorithm.key_kind());
            let signature = key.sign(algorithm, MESSAGE);
            for backend in CryptoBackend::available() {
                match key.verifier(backend, algorithm) {
                    Ok(verifier) => check(algorithm, &verifier, &signature),
                    Err(error) => assert_eq!(
                        (error, backend, algorithm),
                        (VerifierError::Unsupported, CryptoBackend::RustCrypto, Algorithm::ES512)
                    ),
                }
            }
        }
    }

    #[test]
    fn every_algorithm_verifies_what_was_signed_and_nothing_else() {
        let mut pairs = 0;
        each(|algorithm, verifier, signature| {
            pairs += 1;
            assert!(verifier.verify(MESSAGE, signature), "{algorithm}");
            assert!(!verifier.verify(&MESSAGE[1..], signature), "{algorithm}");
            for bit in [0, 77, signature.len() * 8 - 1] {
                let mut altered = signature.to_vec();
                altered[bit / 8] ^= 1 << (bit % 8);
                assert!(!verifier.verify(MESSAGE, &altered), "{algorithm}");
            }
        });
        assert_eq!(pairs, if cfg!(feature = "rust-crypto") { 27 } else { 14 });
    }

    /// RFC7518-3.4-a, ATK-28, ATK-29
    #[test]
    fn a_signature_has_exactly_one_length() {
        each(|algorithm, verifier, signature| {
            let lengths = [0, 1, 31, 32, 48, 63, 64, 65, 96, 131, 132, 133, 255, 256, 257].map(|len| vec![0x55; len]);
            for other in lengths.iter().filter(|other| other.len() != signature.len()) {
                assert!(!verifier.verify(MESSAGE, other), "{algorithm} {}", other.len());
            }
            for edge in [&[signature, &[0][..]].concat()[..], &[&[0][..], signature].concat(), &signature[1..]] {
                assert!(!verifier.verify(MESSAGE, edge), "{algorithm}");
            }
            assert!(!verifier.verify(MESSAGE, &signature[..signature.len() - 1]), "{algorithm}");
        });
    }

    /// PC-SIG-1, ATK-27, ATK-28
    #[test]
    fn ecdsa_values_are_in_range_and_in_order() {
        // The order of P-256; larger ones are covered by all ones, which is above every order.
        let order = b64("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
        each(|algorithm, verifier, signature| {
            if coordinate_octets(algorithm.key_kind()).is_none() {
                return;
            }
            let octets = signature.len() / 2;
            let (r, s) = signature.split_at(octets);
            let (zero, ones) = (vec![0; octets], vec![0xff; octets]);
            let mut bad = vec![[s, r], [&zero, s], [r, &zero], [&zero, &zero], [&ones, s], [r, &ones], [&ones, &ones]];
            if octets == 32 {
                bad.extend([[r, &order[..]], [&order, s], [&order, &order]]);
            }
            for signature in bad {
                assert!(!verifier.verify(MESSAGE, &signature.concat()), "{algorithm}");
            }
        });
    }

    /// ATK-28: the same R and S in DER.
    #[test]
    fn an_ecdsa_signature_in_der_is_refused() {
        let key = SigningKey::of(KeyKind::P256);
        let signature = key.sign(Algorithm::ES256, MESSAGE);
        let integer = |value: &[u8]| {
            let sign: &[u8] = if value[0] >= 0x80 { &[0] } else { &[] };
            [&[2, (sign.len() + value.len()) as u8][..], sign, value].concat()
        };
        let content = [integer(&signature[..32]), integer(&signature[32..])].concat();
        let der = [&[0x30, content.len() as u8], &content[..]].concat();
        for backend in CryptoBackend::available() {
            let verifier = key.verifier(backend, Algorithm::ES256).unwrap();
            assert!(verifier.verify(MESSAGE, &signature));
            assert!(!verifier.verify(MESSAGE, &der));
        }
    }

    /// ATK-29
    #[test]
    fn an_rsa_signature_is_below_the_modulus() {
        let key = SigningKey::of(KeyKind::Rsa);
        let (modulus, _) = key.parts();
        for backend in CryptoBackend::available() {
            for algorithm in [Algorithm::RS256, Algorithm::PS256] {
                let verifier = key.verifier(backend, algorithm).unwrap();
                let mut one = vec![0; 256];
                one[255] = 1;
                for value in [&modulus[..], &[0xff; 256], &[0; 256], &one] {
                    assert!(!verifier.verify(MESSAGE, value), "{algorithm}");
                }
            }
        }
    }

    /// RFC7515-10.6-a: neither another hash nor the other padding under the same key.
    #[test]
    fn an_rsa_key_verifies_with_its_one_algorithm_only() {
        let key = SigningKey::of(KeyKind::Rsa);
        let algorithms = || Algorithm::ALL.into_iter().filter(|algorithm| algorithm.key_kind() == KeyKind::Rsa);
        for backend in CryptoBackend::available() {
            for verified in algorithms() {
                let verifier = key.verifier(backend, verified).unwrap();
                for signed in algorithms() {
                    let good = verifier.verify(MESSAGE, &key.sign(signed, MESSAGE));
                    assert_eq!(good, signed == verified, "{signed} under {verified}");
                }
            }
        }
    }

    /// ATK-32: S + L is S to a verifier that does not look.
    #[test]
    fn an_ed25519_signature_whose_s_is_not_reduced_is_refused() {
        const L: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let key = SigningKey::of(KeyKind::Ed25519);
        let signature = key.sign(Algorithm::Ed25519, MESSAGE);
        let mut unreduced = signature.clone();
        let mut carry = 0;
        for (octet, addend) in unreduced[32..].iter_mut().zip(L) {
            let sum = u16::from(*octet) + u16::from(addend) + carry;
            (*octet, carry) = (sum as u8, sum >> 8);
        }
        for backend in CryptoBackend::available() {
            let verifier = key.verifier(backend, Algorithm::Ed25519).unwrap();
            assert!(verifier.verify(MESSAGE, &signature));
            assert!(!verifier.verify(MESSAGE, &unreduced));
        }
    }
}

/// RFC7518-3.2-b: both backends are handed the received value and compare it themselves, in constant time; nothing here
/// ever computes a value to compare it with.
#[test]
fn an_hmac_value_is_compared_by_the_backend_and_to_its_last_octet() {
    for source in [include_str!("aws_lc.rs"), include_str!("rust_crypto.rs"), include_str!("mod.rs")] {
        for computes in ["hmac::sign", ".sign(", "finalize", "signer"] {
            assert!(!source.contains(computes), "{computes}");
        }
    }
    assert!(include_str!("aws_lc.rs").contains("hmac::verify(key, message, signature)"));
    assert!(include_str!("rust_crypto.rs").contains("verifier.verify(message"));

    let (secret, message, good) = hs256_example();
    for backend in CryptoBackend::available() {
        let verifier = Verifier::secret(backend, Algorithm::HS256, &secret).unwrap();
        assert!(verifier.verify(message, &good), "{backend:?}");
        for octet in 0..good.len() {
            let mut bad = good.clone();
            bad[octet] ^= 1;
            assert!(!verifier.verify(message, &bad), "{backend:?}, octet {octet}");
        }
        for length in 0..=good.len() {
            assert!(!verifier.verify(message, &vec![0; length]), "{backend:?}, {length} zeros");
        }
    }
}
