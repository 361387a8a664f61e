//! The notebook's tool: `cargo book …`, and the preprocessor that book.toml names.

mod bundle;
mod check;
mod course;
mod dedent;
mod exercise;
mod externs;
#[cfg(test)]
mod fixture;
mod glossary;
mod html;
mod include;
mod judge;
mod mdbook;
mod page;
mod performance;
mod preprocess;
mod problem;
mod project;
mod run_buttons;
mod serve;
mod settings;
mod snippets;
mod tables;

use std::ffi::OsString;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};

use project::Project;

const USAGE: &str = "\
The tool of the notebook.

Usage: cargo book COMMAND

  serve [--open] [--port N]     build the notebook, serve it on 127.0.0.1 and rebuild it on changes
  build                         build the notebook below code/target
  test [--thorough]             test everything: crates, snippets, includes, links, exercises
  exercise [NUMBER [OPTION…]]   run an exercise; without a number, list all of them
  run [ID [OPTION…]]            show a run of the lectures, as in R4.3; without an ID, list all of them
  check FILE --model MODEL      judge a history, as Jepsen or Maelstrom stored it: `cargo book check --help`
  replay FILE                   replay a recording of how a text was written (editing-traces JSON)
  bless                         rewrite the golden files, the tables and SUMMARY.md

Examples:

  cargo book serve --open
  cargo book exercise 4 --seed 7
  cargo book exercise 4 --help
  cargo book run R4.3
";

const COMMANDS: [&str; 9] =
    ["serve", "build", "test", "exercise", "run", "check", "replay", "bless", "help"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            // A check that failed has said all there is to say.
            if !what.is_empty() {
                eprintln!("error: {what}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Parser::from_env();
    let command = match arguments.next().map_err(|error| error.to_string())? {
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(Arg::Short('h') | Arg::Long("help")) | None => "help".to_owned(),
        Some(option) => return Err(option.unexpected().to_string() + "; try `cargo book help`"),
    };
    match command.as_str() {
        "help" => {
            print!("{USAGE}");
            Ok(())
        }
        "preprocess" => preprocess(arguments),
        "serve" => serve(arguments),
        serve::EVALUATE => serve::evaluate_in_this_process(),
        "build" => only(arguments).and_then(|()| build()),
        "test" => test(arguments),
        "exercise" => exercise(arguments),
        "run" => course_run(arguments),
        "check" => check_history(arguments),
        "replay" => replay(arguments),
        "bless" => only(arguments).and_then(|()| bless()),
        unknown => Err(not_a_command(unknown)),
    }
}

/// What to say about a command that does not exist.
fn not_a_command(unknown: &str) -> String {
    let shared =
        |command: &&&str| command.chars().zip(unknown.chars()).take_while(|(a, b)| a == b).count();
    match COMMANDS.iter().max_by_key(shared).filter(|command| shared(command) > 0) {
        Some(near) => format!("there is no command `{unknown}`; did you mean `cargo book {near}`?"),
        None => format!("there is no command `{unknown}`; `cargo book help` lists them"),
    }
}

/// Refuses whatever is left of the arguments.
fn only(mut arguments: Parser) -> Result<(), String> {
    match arguments.next().map_err(|error| error.to_string())? {
        None => Ok(()),
        Some(more) => Err(more.unexpected().to_string() + "; try `cargo book help`"),
    }
}

fn preprocess(mut arguments: Parser) -> Result<(), String> {
    // mdBook asks `supports RENDERER` where book.toml lists no renderers.
    if arguments.values().is_ok_and(|mut values| values.next().is_some()) {
        return Ok(());
    }
    preprocess::run(&Project::find()?)
}

fn serve(mut arguments: Parser) -> Result<(), String> {
    let (mut port, mut open) = (None, false);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("open") => open = true,
            Arg::Long("port") => port = Some(port_of(&mut arguments)?),
            other => return Err(other.unexpected().to_string() + "; try `cargo book help`"),
        }
    }
    let project = Project::find()?;
    let mdbook = mdbook::find_or_install(&project)?;
    serve::run(serve::Options {
        port,
        open,
        root: project.root().to_path_buf(),
        target: project.target(),
        build_pages: Box::new({
            let project = project.clone();
            move |folder| mdbook::build(&project, &mdbook, folder)
        }),
        compile_crates: Box::new(move || {
            externs::Externs::build(&project).map(|crates| crates.arguments())
        }),
    })
}

/// The value of `--port`.
fn port_of(arguments: &mut Parser) -> Result<u16, String> {
    let value = arguments.value().and_then(|value| value.parse());
    value.map_err(|error| format!("--port takes a number from 0 to 65535: {error}"))
}

fn build() -> Result<(), String> {
    let project = Project::find()?;
    let mdbook = mdbook::find_or_install(&project)?;
    let destination = project.target().join("book");
    mdbook::build(&project, &mdbook, &destination)?;
    println!("The notebook is in {}.", destination.display());
    Ok(())
}

fn test(mut arguments: Parser) -> Result<(), String> {
    let mut thorough = false;
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("thorough") => thorough = true,
            other => return Err(other.unexpected().to_string() + "; try `cargo book help`"),
        }
    }
    check::run(&Project::find()?, thorough)
}

fn course_run(mut arguments: Parser) -> Result<(), String> {
    let options: Vec<OsString> = arguments.raw_args().map_err(|e| e.to_string())?.collect();
    if options.is_empty() {
        exercise::list_runs();
        return Ok(());
    }
    exercise::show_run(&Project::find()?, &options)
}

fn exercise(mut arguments: Parser) -> Result<(), String> {
    // Everything after the number is for the program of the exercise.
    let mut rest: Vec<OsString> =
        arguments.raw_args().map_err(|error| error.to_string())?.collect();
    if rest.is_empty() {
        exercise::list();
        return Ok(());
    }
    let first = rest.remove(0);
    let number = first.to_string_lossy().parse().map_err(|_| {
        format!("an exercise has a number from 1 to 22, not \"{}\"", first.to_string_lossy())
    })?;
    exercise::run(&Project::find()?, number, &rest)
}

fn check_history(mut arguments: Parser) -> Result<(), String> {
    let arguments: Vec<OsString> =
        arguments.raw_args().map_err(|error| error.to_string())?.collect();
    // An exit status of 1 would say that a history is not as promised.
    let judged = Project::find().and_then(|project| judge::run(&project, "judge", &arguments));
    let Err(error) = judged else { return Ok(()) };
    eprintln!("error: {error}");
    std::process::exit(judge::NOT_JUDGED)
}

fn replay(mut arguments: Parser) -> Result<(), String> {
    let arguments: Vec<OsString> =
        arguments.raw_args().map_err(|error| error.to_string())?.collect();
    judge::run(&Project::find()?, "replay", &arguments)
}

fn bless() -> Result<(), String> {
    let project = Project::find()?;
    for name in tables::bless(&project)? {
        println!("{name} rewritten");
    }
    let mut tests = project.cargo("test");
    // Ours, and that of the tests of compiler messages.
    tests.args(["-p", "tests"]).env("BLESS", "1").env("TRYBUILD", "overwrite");
    let tests = tests.status();
    let tests = tests.map_err(|error| format!("cannot start cargo: {error}"))?;
    if tests.success() { Ok(()) } else { Err("not every golden file could be rewritten".into()) }
}
