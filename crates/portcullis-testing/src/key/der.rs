//! The little DER that keys are written in (X.690): enough to take an RSA key apart and to write public keys.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;

/// One element: tag, length, content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|octet| *octet == 0).collect();
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).expect("a usize has at most eight octets"));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A non-negative integer from its big-endian octets.
pub(crate) fn unsigned(octets: &[u8]) -> Vec<u8> {
    let start = octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len());
    let mut content = octets[start..].to_vec();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    element(INTEGER, &content)
}

pub(crate) fn octet_string(content: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, content)
}

pub(crate) fn bit_string(content: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], content].concat())
}

/// Splits the first element off: tag, content, rest.
pub(crate) fn split(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if octets.len() > size_of::<usize>() {
            return None;
        }
        (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// The integers of an `RSAPrivateKey` (RFC 8017 A.1.2), without sign octets: modulus, public and private exponent.
pub(crate) fn rsa_private_key(der: &[u8]) -> Option<[Vec<u8>; 3]> {
    let (_, mut rest, _) = split(der)?;
    let mut integers = Vec::new();
    while integers.len() < 4 {
        let (tag, content, after) = split(rest)?;
        if tag != INTEGER {
            return None;
        }
        integers.push(content.iter().copied().skip_while(|octet| *octet == 0).collect::<Vec<u8>>());
        rest = after;
    }
    let [_version, n, e, d] = <[Vec<u8>; 4]>::try_from(integers).ok()?;
    Some([n, e, d])
}

/// The key inside a PKCS#8 `PrivateKeyInfo` (RFC 5208 §5).
pub(crate) fn pkcs8_content(der: &[u8]) -> Option<&[u8]> {
    let (_, info, _) = split(der)?;
    let (_, _version, rest) = split(info)?;
    let (_, _algorithm, rest) = split(rest)?;
    let (_, key, _) = split(rest)?;
    Some(key)
}

/// The `RSAPrivateKey` in one of the committed PEM files.
pub(crate) fn from_pem(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN RSA PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END")?;
    let body: String = body.split_whitespace().collect();
    base64_simd::STANDARD.decode_to_vec(body).ok()
}

/// PEM (RFC 7468) with that label, with a newline at the end.
pub(crate) fn to_pem(label: &str, der: &[u8]) -> String {
    let encoded = base64_simd::STANDARD.encode_to_string(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_the_shortest_form_and_read_back() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let written = element(OCTET_STRING, &vec![7; length]);
            let (tag, content, rest) = split(&written).unwrap();
            assert_eq!((tag, content.len(), rest.len()), (OCTET_STRING, length, 0));
        }
        assert_eq!(split(&[4, 0x82, 1]), None);
        assert_eq!(split(&[4, 5, 1]), None);
    }

    #[test]
    fn an_integer_never_looks_negative() {
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(unsigned(&[0, 0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(unsigned(&[]), [2, 1, 0]);
    }
}
