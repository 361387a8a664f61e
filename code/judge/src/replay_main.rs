//! `cargo book replay`.

#![expect(clippy::disallowed_methods, reason = "it says how long it took")]

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64() * 1e3;
    ExitCode::from(judge::replay(std::env::args_os(), clock, &mut out, &mut err))
}
