//! Random draws, each a function of what it is for and of nothing else.
//!
//! A draw depends on (seed, purpose, link or node, ordinal there). So one more lost message, or one
//! more fault, shifts none of the other draws of a run.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", 2014): its state is one number, so that to begin a sequence for every single packet
//! costs next to nothing, and a draw that nobody needs can be passed over.

use rand::rand_core::Infallible;
use rand::{Rng, TryRng};
use std::fmt;

/// A sequence of draws. Portable: the same on every machine, also in WebAssembly. A generator in
/// the sense of the crate `rand`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The sequence that begins in this state.
    pub const fn new(state: u64) -> Self {
        Draws { state }
    }
    /// Passes over one draw: those after it are as if it had been made.
    pub fn skip(&mut self) {
        self.state = self.state.wrapping_add(GOLDEN);
    }
}

impl TryRng for Draws {
    type Error = Infallible;
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.skip();
        Ok(mix(self.state))
    }
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next_u64() >> 32) as u32)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

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
    /// Copies of packets that come late.
    Echo,
    /// How congested a link is.
    Congestion,
    /// What an adversary makes of a packet.
    Forgery,
    /// How much of a menu a run gets.
    Swarm,
    /// Who is left in the end.
    Heal,
}

/// The draws for the `ordinal`-th thing of this purpose at this place (a node, or a link as
/// [`link`] numbers it).
pub fn draws(seed: u64, purpose: Purpose, place: u64, ordinal: u64) -> Draws {
    let at = (purpose as u64).wrapping_mul(BY_PURPOSE).wrapping_add(place.wrapping_mul(BY_PLACE));
    let stream = mix(mix(seed ^ BY_SEED).wrapping_add(at));
    // Mixed once more: sequences that began a few steps apart would soon repeat each other.
    Draws::new(mix(stream.wrapping_add(ordinal.wrapping_mul(GOLDEN))))
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

/// The golden ratio in 64 bits, by which SplitMix64 counts.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

// Odd numbers without a pattern: no two of the places and purposes that occur make the same sum.
const BY_SEED: u64 = 0x6469_7374_7379_7321;
const BY_PURPOSE: u64 = 0xd134_2543_de82_ef95;
const BY_PLACE: u64 = 0xaf25_1af3_b0f0_25b5;
