//! How likely it is that enough replicas are up.

// ANCHOR: at_least
/// The chance that at least `k` of `n` nodes are in some state, if each is with the chance `p`,
/// whatever the others do.
pub fn at_least(k: u32, n: u32, p: f64) -> f64 {
    if p <= 0.0 || k > n {
        return if k == 0 { 1.0 } else { 0.0 };
    }
    // The chance that it is all of them; from there to one fewer, and so on.
    let mut exactly = (0..n).fold(1.0, |product, _| product * p);
    let mut sum = exactly;
    for count in (k..n).rev() {
        exactly *= f64::from(count + 1) / f64::from(n - count) * (1.0 - p) / p;
        sum += exactly;
    }
    sum
}
// ANCHOR_END: at_least

// ANCHOR: is_up
/// The chance that a quorum of `quorum` replicas out of `n` is up, if each is faulty with the
/// chance `p`.
pub fn is_up(quorum: u32, n: u32, p: f64) -> f64 {
    at_least(quorum, n, 1.0 - p)
}
// ANCHOR_END: is_up
