//! RSA without padding rules: what an attacker computes, and no library offers.
//!
//! Variable-time and unhardened on purpose: the keys are published with the crate.

use aws_lc_rs::digest;

use super::der;

/// `base ^ exponent mod modulus` (RFC 8017 §5.2.1), all big-endian; as long as the modulus.
///
/// `None` for an even or empty modulus, which Montgomery's form cannot take.
pub(crate) fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
    let field = Field::new(modulus)?;
    let base = field.enter(&field.reduce(&limbs(base, field.modulus.len())?));
    let mut result = field.enter(&field.one());
    for bit in exponent.iter().flat_map(|octet| (0..8).rev().map(move |shift| octet >> shift & 1)) {
        result = field.multiply(&result, &result);
        if bit == 1 {
            result = field.multiply(&result, &base);
        }
    }
    let result = field.multiply(&result, &field.one());
    let octets: Vec<u8> = result.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
    Some(octets[octets.len() - modulus.len()..].to_vec())
}

/// A signature over an encoded message that was padded by hand.
pub(crate) fn sign(private_key: &[u8], encoded: &[u8]) -> Option<Vec<u8>> {
    let [n, _, d] = der::rsa_private_key(private_key)?;
    power(encoded, &d, &n)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) around a finished `DigestInfo`.
pub(crate) fn pkcs1_padded(length: usize, digest_info: &[u8]) -> Vec<u8> {
    let filler = length.saturating_sub(digest_info.len() + 3);
    [&[0, 1], vec![0xff; filler].as_slice(), &[0], digest_info].concat()
}

/// `DigestInfo` of SHA-256 (RFC 8017 §9.2, note 1).
pub(crate) fn sha256_digest_info(message: &[u8]) -> Vec<u8> {
    const PREFIX: &[u8] = &[
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];
    [PREFIX, digest::digest(&digest::SHA256, message).as_ref()].concat()
}

struct Field {
    modulus: Vec<u64>,
    /// `-modulus^-1 mod 2^64`
    inverse: u64,
    /// `2^(2 * 64 * limbs) mod modulus`
    square: Vec<u64>,
}

impl Field {
    fn new(modulus: &[u8]) -> Option<Self> {
        let modulus = limbs(modulus, modulus.len().div_ceil(8))?;
        let low = *modulus.first()?;
        if low & 1 == 0 {
            return None;
        }
        // Newton's iteration doubles the number of right bits each time; six times is enough for 64.
        let inverse = (0..6).fold(1u64, |x, _| x.wrapping_mul(2u64.wrapping_sub(low.wrapping_mul(x))));
        let mut field = Self { modulus, inverse: inverse.wrapping_neg(), square: Vec::new() };
        let mut square = field.one();
        for _ in 0..128 * field.modulus.len() {
            square = field.double(&square);
        }
        field.square = square;
        Some(field)
    }

    fn one(&self) -> Vec<u64> {
        let mut one = vec![0; self.modulus.len()];
        one[0] = 1;
        self.reduce(&one)
    }

    fn reduce(&self, value: &[u64]) -> Vec<u64> {
        let mut value = value.to_vec();
        while !less(&value, &self.modulus) {
            subtract(&mut value, &self.modulus);
        }
        value
    }

    fn double(&self, value: &[u64]) -> Vec<u64> {
        let mut out = Vec::with_capacity(value.len());
        let mut carry = 0;
        for limb in value {
            out.push(limb << 1 | carry);
            carry = limb >> 63;
        }
        if carry == 1 || !less(&out, &self.modulus) {
            subtract(&mut out, &self.modulus);
        }
        out
    }

    fn enter(&self, value: &[u64]) -> Vec<u64> {
        self.multiply(value, &self.square)
    }

    /// Montgomery multiplication, operand scanning with the reduction folded in.
    fn multiply(&self, a: &[u64], b: &[u64]) -> Vec<u64> {
        let n = self.modulus.len();
        let mut t = vec![0u64; n + 2];
        for &x in a {
            let mut carry = 0;
            for j in 0..n {
                (t[j], carry) = multiply_add(x, b[j], t[j], carry);
            }
            let (sum, over) = t[n].overflowing_add(carry);
            (t[n], t[n + 1]) = (sum, u64::from(over));

            let m = t[0].wrapping_mul(self.inverse);
            let (_, mut carry) = multiply_add(m, self.modulus[0], t[0], 0);
            for j in 1..n {
                (t[j - 1], carry) = multiply_add(m, self.modulus[j], t[j], carry);
            }
            let (sum, over) = t[n].overflowing_add(carry);
            t[n - 1] = sum;
            t[n] = t[n + 1] + u64::from(over);
        }
        let over = t[n] != 0;
        t.truncate(n);
        if over || !less(&t, &self.modulus) {
            subtract(&mut t, &self.modulus);
        }
        t
    }
}

fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let wide = u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d);
    (wide as u64, (wide >> 64) as u64)
}

/// Little-endian limbs; `None` when the value has more octets than fit.
fn limbs(octets: &[u8], count: usize) -> Option<Vec<u64>> {
    let mut out: Vec<u64> =
        octets.rchunks(8).map(|chunk| chunk.iter().fold(0, |limb, octet| limb << 8 | u64::from(*octet))).collect();
    if out.iter().skip(count).any(|limb| *limb != 0) {
        return None;
    }
    out.resize(count, 0);
    Some(out)
}

fn less(a: &[u64], b: &[u64]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn subtract(a: &mut [u64], b: &[u64]) {
    let mut borrow = false;
    for (x, y) in a.iter_mut().zip(b) {
        let (difference, first) = x.overflowing_sub(*y);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (*x, borrow) = (difference, first || second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_powers_come_out_right() {
        for (base, exponent, modulus, expected) in [(4, 13, 197, 26), (0, 5, 7, 0), (5, 0, 7, 1), (6, 1, 7, 6)] {
            assert_eq!(power(&[base], &[exponent], &[modulus]), Some(vec![expected]));
        }
        assert_eq!(power(&[2], &[2], &[8]), None);
        assert_eq!(power(&[2], &[2], &[]), None);
    }

    #[test]
    fn the_public_exponent_undoes_the_private_one() {
        let key = der::from_pem(include_str!("../../keys/rsa-a1.pem")).unwrap();
        let [n, e, _] = der::rsa_private_key(&key).unwrap();
        let message = pkcs1_padded(n.len(), b"digest");
        let signature = sign(&key, &message).unwrap();
        assert_eq!(power(&signature, &e, &n), Some(message));
    }
}
