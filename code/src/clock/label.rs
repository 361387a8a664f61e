//! What clocks and time servers say, as it is written beside arrows.

use crate::draw::label;
use crate::node::MILLIS;

/// The text of a packet, request or indication in as few words as will do.
pub fn clock_label(text: &str) -> String {
    packet(text).or_else(|| told(text)).unwrap_or_else(|| label(text))
}

/// The timestamps in a packet, as seconds of the minute.
fn packet(text: &str) -> Option<String> {
    let second = |name: &str| {
        let ms = number(text, name)?.div_euclid(MS).rem_euclid(60_000);
        Some(format!("{name} = {:02}.{:03}", ms / 1_000, ms % 1_000))
    };
    let t1 = second("t1")?;
    Some(match (second("t2"), second("t3")) {
        (Some(t2), Some(t3)) => format!("t1, {t2}, {t3}"),
        _ => t1,
    })
}

/// What an estimate, a correction or a reading says.
fn told(text: &str) -> Option<String> {
    if text == "ReadClock" {
        return Some("what is the time?".to_string());
    }
    if let Some(time) = number(text, "time_of_day") {
        let error = number(text, "error");
        let error = error.map_or(String::new(), |error| format!(" ± {}", span(error)));
        let monotonic = number(text, "monotonic")?;
        return Some(format!("{}{error}, monotonic {}", time_of_day(time), span(monotonic)));
    }
    let skew = number(text, "skew")?;
    if let Some((_, correction)) = text.split_once("correction: ") {
        let correction = correction.trim_end_matches(" }").to_lowercase();
        return Some(format!("{}: {correction}", span(skew)));
    }
    let ms = (number(text, "time")? - skew).div_euclid(MS).rem_euclid(60_000);
    let delay = span(number(text, "delay")?);
    let t4 = format!("{:02}.{:03}", ms / 1_000, ms % 1_000);
    Some(format!("t4 = {t4}: δ = {delay}, θ = {}", span(skew)))
}

/// The number in the field of that name.
fn number(text: &str, field: &str) -> Option<i64> {
    let (_, rest) = text.split_once(&format!("{field}: "))?;
    let rest = rest.trim_start_matches("Some(");
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn time_of_day(clock: i64) -> String {
    let ms = clock.div_euclid(MS).rem_euclid(86_400_000);
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", ms / 1_000 % 60, ms % 1_000)
}

/// A span in milliseconds, or in seconds if it is long.
fn span(nanos: i64) -> String {
    let sign = if nanos < 0 { "−" } else { "" };
    let micros = (nanos.unsigned_abs() + 500) / 1_000;
    let (unit, whole, rest) = match micros {
        0..10_000 => ("ms", micros / 1_000, format!("{:03}", micros % 1_000)),
        10_000..1_000_000 => ("ms", micros / 1_000, format!("{:03}", micros % 1_000 / 100 * 100)),
        _ => ("s", micros / 1_000_000, format!("{:03}", micros / 1_000 % 1_000)),
    };
    let decimals = format!("{whole}.{rest}");
    format!("{sign}{} {unit}", decimals.trim_end_matches('0').trim_end_matches('.'))
}

const MS: i64 = MILLIS as i64;
