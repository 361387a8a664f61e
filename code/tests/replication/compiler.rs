//! Which broadcast will do for a machine: the compiler says.

/// The message is pinned as the compiler of this version prints it; others word what surrounds it in other ways.
const PINNED_WITH: &str = "rustc 1.95.";

#[test]
fn an_account_does_not_compile_over_causal_broadcast() {
    let rustc = option_env!("RUSTC").unwrap_or("rustc");
    let version = std::process::Command::new(rustc).arg("--version").output().unwrap();
    if String::from_utf8_lossy(&version.stdout).starts_with(PINNED_WITH) {
        trybuild::TestCases::new().compile_fail("ui/account_over_causal_broadcast.rs");
    } else {
        eprintln!("skipped: the error message is pinned with {PINNED_WITH}x only");
    }
}
