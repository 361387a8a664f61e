//! Exact fractions between 0 and 1, as many binary digits as it takes.

use std::fmt;

/// A number from 0 to 1 whose binary digits come to an end. It is exact, however long.
///
/// Numbers of this kind are all that halving leads to. A float would run out of digits after 52 characters typed one after
/// the other.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fraction {
    /// The digit before the point, and those after it, without zeros at the end: so the order of the numbers is the order of
    /// the lists.
    digits: Vec<u8>,
}

impl Fraction {
    /// 0.
    pub const ZERO: Fraction = Fraction { digits: Vec::new() };

    /// 1.
    pub fn one() -> Self {
        Fraction { digits: vec![1] }
    }

    // ANCHOR: halfway
    /// (p1 + p2) / 2: add digit by digit from the right, and move all of them one place to the right.
    pub fn halfway(p1: &Fraction, p2: &Fraction) -> Self {
        let places = p1.digits.len().max(p2.digits.len());
        let digit = |p: &Fraction, i: usize| p.digits.get(i).copied().unwrap_or(0);
        let mut digits = vec![0; places + 1];
        let mut carry = 0;
        for i in (0..places).rev() {
            let sum = digit(p1, i) + digit(p2, i) + carry;
            digits[i + 1] = sum % 2;
            carry = sum / 2;
        }
        digits[0] = carry;
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Fraction { digits }
    }
    // ANCHOR_END: halfway
}

impl fmt::Display for Fraction {
    /// In decimals if there are few digits, else in binary ones.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const FEW: usize = 20;
        let after = self.digits.get(1..).unwrap_or_default();
        write!(f, "{}", self.digits.first().unwrap_or(&0))?;
        if after.is_empty() {
            return Ok(());
        }
        f.write_str(".")?;
        if after.len() > FEW {
            after.iter().try_for_each(|digit| write!(f, "{digit}"))?;
            return f.write_str(" (binary)");
        }
        let mut rest = after.iter().fold(0_u64, |sum, &digit| 2 * sum + u64::from(digit));
        for _ in after {
            rest *= 10;
            write!(f, "{}", rest >> after.len())?;
            rest &= (1 << after.len()) - 1;
        }
        Ok(())
    }
}

impl fmt::Debug for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
