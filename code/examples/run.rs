//! Shows a run of the lectures: `cargo book run R4.3`.

use distsys::draw::{shiviz, terminal, transcript};
use distsys::runs::{CourseRun, Played};
use lexopt::{Arg, Parser, ValueExt};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo book run ID [OPTION…]      (as in `cargo book run R4.3`; without ID: a list of them)

Options:
  --svg FILE      draw the run into FILE
  --transcript    tell it in words
  --json          print what happened as JSON
  --shiviz        print a log for ShiViz
  --help          this text";

/// How a run is shown.
enum Shown {
    Drawn,
    Svg(PathBuf),
    Transcript,
    Json,
    Shiviz,
}

fn main() -> ExitCode {
    match options().map_err(|error| error.to_string()).and_then(show) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

/// The run and how to show it; `None` if only help was wanted.
fn options() -> Result<Option<(CourseRun, Shown)>, lexopt::Error> {
    let (mut id, mut shown) = (None, Shown::Drawn);
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(value) if id.is_none() => id = Some(value.string()?),
            Arg::Long("svg") => shown = Shown::Svg(parser.value()?.into()),
            Arg::Long("transcript") => shown = Shown::Transcript,
            Arg::Long("json") => shown = Shown::Json,
            Arg::Long("shiviz") => shown = Shown::Shiviz,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    let id = id.ok_or("which run? Give its name, as in R4.3")?;
    Ok(Some((CourseRun::named(&id)?, shown)))
}

fn show(wanted: Option<(CourseRun, Shown)>) -> Result<(), String> {
    let Some((run, shown)) = wanted else {
        println!("{HELP}");
        return Ok(());
    };
    let Played { trace, style, .. } = (run.play)();
    match shown {
        Shown::Drawn => {
            println!("{}: {}\n", run.id, run.title);
            println!("{}", terminal(&trace, std::io::stdout().is_terminal(), &style));
            println!("{}", run.caption);
        }
        Shown::Svg(path) => {
            std::fs::write(&path, run.svg())
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            println!("{} is drawn in {}", run.id, path.display());
        }
        Shown::Transcript => {
            transcript(&trace, &style).iter().for_each(|sentence| println!("{}", sentence.text));
        }
        Shown::Json => {
            println!("{}", serde_json::to_string(&trace).map_err(|error| error.to_string())?);
        }
        Shown::Shiviz => print!("{}", shiviz(&trace, &style)),
    }
    Ok(())
}
