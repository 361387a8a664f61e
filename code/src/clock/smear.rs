//! Leap seconds as clocks show them: as a jump, or smeared over hours.
//!
//! Source: notes, section 3.1 and exercise 6. Integers only: the cosine is a table.

use crate::node::{SECONDS, Time};

/// How a clock that counts Unix time gets a positive leap second behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leap {
    /// It jumps back by a second when the leap second begins, and shows 23:59:59
    /// twice.
    Step,
    /// It stands still for the leap second.
    Stop,
    /// It runs a little slower, always by the same, from so long before the leap
    /// second begins …
    Linear {
        /// … such as 12 hours,
        before: Time,
        /// until so long after.
        after: Time,
    },
    /// The same, but it slows down gently and speeds up gently: along a cosine.
    Cosine {
        /// From so long before the leap second begins …
        before: Time,
        /// … until so long after.
        after: Time,
    },
}

/// An hour, in nanoseconds.
pub const HOUR: Time = 3_600 * SECONDS;
const SECOND: i64 = SECONDS as i64;

impl Leap {
    /// From noon to noon, always by the same.
    pub const NOON_TO_NOON: Leap = Leap::Linear { before: 12 * HOUR, after: 12 * HOUR };

    // ANCHOR: behind
    /// By how much such a clock has fallen behind one that knows nothing of the
    /// leap second, so long after the leap second began (before, if it is
    /// negative): from 0 to a second.
    pub fn behind(self, since: i64) -> i64 {
        match self {
            Leap::Step => {
                if since < 0 {
                    0
                } else {
                    SECOND
                }
            }
            Leap::Stop => since.clamp(0, SECOND),
            Leap::Linear { before, after } => along(since, before, after, SECOND),
            Leap::Cosine { before, after } => cosine(along(since, before, after, TURN)),
        }
    }
    // ANCHOR_END: behind

    /// What such a clock shows, in nanoseconds after the midnight that follows the
    /// leap second, so long after the leap second began.
    pub fn shows(self, since: i64) -> i64 {
        since - self.behind(since)
    }
}

// ANCHOR: along
/// How far the way from 0 to `most` is done, so long after the leap second began.
fn along(since: i64, before: Time, after: Time, most: i64) -> i64 {
    let (before, whole) = (i128::from(before), (i128::from(before) + i128::from(after)).max(1));
    ((i128::from(since) + before).clamp(0, whole) * i128::from(most) / whole) as i64
}

/// The nanoseconds of (1 - cos(x)) / 2 seconds, where x goes from 0 to half a turn
/// as `part` goes from 0 to [`TURN`]. Between the entries of the table it is
/// straight.
fn cosine(part: i64) -> i64 {
    let (entry, rest) = ((part / STEP) as usize, part % STEP);
    let (low, high) = (COSINE[entry], COSINE[(entry + 1).min(COSINE.len() - 1)]);
    low + (high - low) * rest / STEP
}
// ANCHOR_END: along

/// How many parts of half a turn are told apart, and how many lie between two
/// entries.
const TURN: i64 = 1 << 36;
const STEP: i64 = TURN / 64;

/// (1 - cos(x)) / 2 in billionths, for x from 0 to half a turn in 64 steps. A
/// table, because `cos` gives other bits on other machines.
const COSINE: [i64; 65] = [
    0,
    602_272,
    2_407_637,
    5_411_745,
    9_607_360,
    14_984_373,
    21_529_832,
    29_227_967,
    38_060_234,
    48_005_353,
    59_039_368,
    71_135_695,
    84_265_194,
    98_396_234,
    113_494_773,
    129_524_437,
    146_446_609,
    164_220_523,
    182_803_358,
    202_150_348,
    222_214_883,
    242_948_628,
    264_301_632,
    286_222_453,
    308_658_284,
    331_555_073,
    354_857_661,
    378_509_910,
    402_454_839,
    426_634_763,
    450_991_430,
    475_466_163,
    500_000_000,
    524_533_837,
    549_008_570,
    573_365_237,
    597_545_161,
    621_490_090,
    645_142_339,
    668_444_927,
    691_341_716,
    713_777_547,
    735_698_368,
    757_051_372,
    777_785_117,
    797_849_652,
    817_196_642,
    835_779_477,
    853_553_391,
    870_475_563,
    886_505_227,
    901_603_766,
    915_734_806,
    928_864_305,
    940_960_632,
    951_994_647,
    961_939_766,
    970_772_033,
    978_470_168,
    985_015_627,
    990_392_640,
    994_588_255,
    997_592_363,
    999_397_728,
    1_000_000_000,
];
