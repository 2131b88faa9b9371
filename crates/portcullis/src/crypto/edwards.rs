//! Whether an Ed25519 public key is a point of the curve (RFC 8032 §5.1.3). AWS-LC finds out only when it verifies, which
//! is too late to leave a key out of a set.
//!
//! Public values only, once for each key that is read: neither secret nor hot.

/// A number modulo p = 2^255 − 19, in limbs of 51 bits, each a little larger at times.
type Field = [u64; 5];

const LIMB: u64 = (1 << 51) - 1;
const ONE: Field = [1, 0, 0, 0, 0];
/// −121665/121666.
const D: Field =
    [929_955_233_495_203, 466_365_720_129_213, 1_662_059_464_998_953, 2_033_849_074_728_123, 1_442_794_654_840_575];

/// Whether there is an x with −x² + y² = 1 + d·x²·y²: x² = u/v with u = y² − 1 and v = d·y² + 1, which is a square
/// where u·v is one. v is never zero, because −1/d is no square.
pub(super) fn is_on_curve(point: &[u8; 32]) -> bool {
    let y = from_octets(point);
    let y_squared = mul(y, y);
    let (u, v) = (sub(y_squared, ONE), add(mul(D, y_squared), ONE));
    let product = mul(u, v);
    is_zero(product) || is_zero(sub(to_half_of_p(product), ONE))
}

/// Euler's criterion: 1 for squares, −1 for others. (p − 1)/2 is 2^254 − 10: 250 ones, then 0110.
fn to_half_of_p(base: Field) -> Field {
    let ones = std::iter::repeat_n(true, 250);
    ones.chain([false, true, true, false]).fold(ONE, |power, bit| {
        let squared = mul(power, power);
        if bit { mul(squared, base) } else { squared }
    })
}

/// Little-endian; the sign of x, in the highest bit, is left out.
fn from_octets(octets: &[u8; 32]) -> Field {
    std::array::from_fn(|limb| {
        let bit = |index: usize| u64::from(octets[index / 8] >> (index % 8) & 1);
        (0..51).fold(0, |value, offset| value | bit(limb * 51 + offset) << offset)
    })
}

fn add(a: Field, b: Field) -> Field {
    carried(std::array::from_fn(|limb| u128::from(a[limb]) + u128::from(b[limb])))
}

/// With 16·p added, so that no limb goes below zero.
fn sub(a: Field, b: Field) -> Field {
    let of_16_p = |limb: usize| u128::from(LIMB - if limb == 0 { 18 } else { 0 }) << 4;
    carried(std::array::from_fn(|limb| u128::from(a[limb]) + of_16_p(limb) - u128::from(b[limb])))
}

/// 2^255 is 19, so what goes beyond the last limb comes back nineteen times at the first.
fn mul(a: Field, b: Field) -> Field {
    let mut product = [0_u128; 5];
    for (i, a) in a.into_iter().enumerate() {
        for (j, b) in b.into_iter().enumerate() {
            let times = if i + j >= 5 { 19 } else { 1 };
            product[(i + j) % 5] += u128::from(a) * u128::from(b) * times;
        }
    }
    carried(product)
}

/// Limbs below 2^51 again, the first one nearly so.
fn carried(mut limbs: [u128; 5]) -> Field {
    for _ in 0..2 {
        for limb in 0..5 {
            let carry = limbs[limb] >> 51;
            limbs[limb] &= u128::from(LIMB);
            match limb {
                4 => limbs[0] += 19 * carry,
                _ => limbs[limb + 1] += carry,
            }
        }
    }
    limbs.map(|limb| limb as u64)
}

/// Zero is also written as p, after carrying; nothing carried is as large as 2·p.
fn is_zero(value: Field) -> bool {
    let value = carried(value.map(u128::from));
    value == [0; 5] || value == [LIMB - 18, LIMB, LIMB, LIMB, LIMB]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(y: u8) -> [u8; 32] {
        let mut point = [0; 32];
        point[0] = y;
        point
    }

    /// The points with y from 0 to 39, worked out with arbitrary-precision integers.
    #[test]
    fn a_point_is_on_the_curve_or_not() {
        let on: Vec<u8> = (0..40).filter(|y| is_on_curve(&small(*y))).collect();
        assert_eq!(
            on,
            [0, 1, 3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 19, 21, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37, 39]
        );
        for y in 0..40 {
            let mut negative = small(y);
            negative[31] |= 0x80;
            assert_eq!(is_on_curve(&negative), is_on_curve(&small(y)), "the sign of x does not matter");
        }
    }

    #[test]
    fn arithmetic_wraps_at_the_prime() {
        let minus_one = sub([0; 5], ONE);
        assert!(is_zero(add(minus_one, ONE)) && is_zero(sub(mul(minus_one, minus_one), ONE)));
        assert!(is_zero([LIMB - 18, LIMB, LIMB, LIMB, LIMB]) && is_zero([0; 5]) && !is_zero(ONE));
        assert!(is_zero(sub(mul(D, [121_666, 0, 0, 0, 0]), sub([0; 5], [121_665, 0, 0, 0, 0]))));
        let most = [LIMB; 5];
        assert!(is_zero(sub(most, [18, 0, 0, 0, 0])), "2^255 - 1 is 18");
    }
}
