//! `cargo book check`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(judge::run(std::env::args_os(), std::io::stdin(), &mut out, &mut err))
}
