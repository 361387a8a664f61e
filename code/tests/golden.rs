//! Golden files: what a run looked like when somebody read it and found it right.
//!
//! The pages of the notebook include these very files. `cargo book bless` writes them anew; then
//! read the difference.

use distsys::draw::{Style, figure};
use distsys::sim::{Text, Trace};
use std::path::PathBuf;

/// Compares `actual` with the golden file of that name, or writes it if `BLESS` is set.
pub fn check(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, actual).expect("golden files can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if expected == actual {
        return;
    }
    let lines = expected.lines().zip(actual.lines());
    let same = lines.take_while(|(expected, actual)| expected == actual).count();
    panic!(
        "{name} differs from its golden file from line {} on.\n\nexpected: {}\nactual:   {}\n\nIf the new one is right, \
         run `cargo book bless` and read the difference.",
        same + 1,
        expected.lines().nth(same).unwrap_or("(the end)"),
        actual.lines().nth(same).unwrap_or("(the end)"),
    );
}

/// Compares a run with its golden files: the trace itself, and the figure that a page includes.
pub fn check_run(name: &str, caption: &str, trace: &Trace<Text>, style: &Style) {
    check(&format!("{name}.txt"), &trace.to_string());
    check(&format!("{name}.html"), &figure(name, caption, trace, style));
}
