//! ECDSA signatures in other forms.

const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

const P384_ORDER: [u8; 48] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0,
    0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];

/// r and s as a SEQUENCE of two INTEGERs, which JWS does not use (RFC 7518 §3.4).
pub(crate) fn to_der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let content = [integer(r), integer(s)].concat();
    element(0x30, &content)
}

fn integer(octets: &[u8]) -> Vec<u8> {
    let significant = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
    let sign: &[u8] = if significant.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    element(0x02, &[sign, significant].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length = match content.len() {
        0..=0x7f => vec![low],
        0x80..=0xff => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &length, content].concat()
}

/// Turns s into n − s, where the length is that of a curve's signature.
pub(crate) fn negate_s(signature: &mut [u8]) {
    let order: &[u8] = match signature.len() {
        64 => &P256_ORDER,
        96 => &P384_ORDER,
        _ => return,
    };
    let s = &mut signature[order.len()..];
    let mut borrow = false;
    for (s, n) in s.iter_mut().zip(order).rev() {
        let (difference, under) = n.overflowing_sub(*s);
        let (difference, under_again) = difference.overflowing_sub(u8::from(borrow));
        (*s, borrow) = (difference, under || under_again);
    }
}
