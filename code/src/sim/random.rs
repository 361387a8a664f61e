//! Random draws, each a function of what it is for and of nothing else.
//!
//! A draw depends on (seed, purpose, link or node, ordinal there). So one more lost message, or one
//! more fault, shifts none of the other draws of a run.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use std::fmt;

/// A sequence of draws. Portable: the same on every machine, also in WebAssembly.
pub type Draws = Xoshiro256PlusPlus;

/// What a draw is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The fate of a packet.
    Packet,
    /// How long a timer runs.
    Timer,
    /// What a node chooses.
    Choice,
    /// When and where faults strike.
    Fault,
    /// What is asked of the nodes.
    Workload,
}

/// The draws for the `ordinal`-th thing of this purpose at this place (a node, or a link as
/// [`link`] numbers it).
pub fn draws(seed: u64, purpose: Purpose, place: u64, ordinal: u64) -> Draws {
    let mut state = mix(seed ^ 0x6469_7374_7379_7321);
    for part in [purpose as u64, place, ordinal] {
        state = mix(state.wrapping_add(part).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    Draws::seed_from_u64(state)
}

/// The number of a directed link, for [`draws`].
pub fn link(from: crate::node::NodeId, to: crate::node::NodeId) -> u64 {
    u64::from(from.0) << 32 | u64::from(to.0)
}

/// The number of something that has a name, for [`draws`]: the FNV-1a hash of what `{:?}` prints of
/// it.
pub(crate) fn number_of(name: &impl fmt::Debug) -> u32 {
    struct Fnv(u32);
    impl fmt::Write for Fnv {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
            Ok(())
        }
    }
    let mut hash = Fnv(0x811c_9dc5);
    // It cannot fail: the writer above never does.
    let _ = fmt::write(&mut hash, format_args!("{name:?}"));
    hash.0
}

/// The next draw, reduced to `0..bound`; 0 if `bound` is 0.
pub fn below(draws: &mut Draws, bound: u64) -> u64 {
    let wide = u128::from(draws.next_u64()) * u128::from(bound);
    (wide >> 64) as u64
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output
/// bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
