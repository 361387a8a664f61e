//! The program of exercise 17, run as a reader runs it.

use tests::golden;
use tests::programs::{run, text};

#[test]
fn exercise_17_loses_writes_by_physical_timestamps_and_none_by_logical_ones() {
    let output = run("ex17_physical_timestamps", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex17.txt", &text(&output));
    let other = text(&run("ex17_physical_timestamps", &["--writes", "200", "--seed", "7"]));
    let rows: Vec<Vec<u64>> = other
        .lines()
        .filter(|line| line.contains(" ms ") && !line.contains("writes"))
        .map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect())
        .collect();
    assert_eq!(rows.len(), 8, "{other}");
    assert!(rows.iter().all(|row| row[2] == 0), "logical timestamps lose nothing");
    assert_eq!(rows[0][1], 0, "clocks that agree lose nothing either");
    assert!(rows[7][1] > 50, "{other}");
    let refused = run("ex17_physical_timestamps", &["--every", "0"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--every takes 5 to 1000"));
}
