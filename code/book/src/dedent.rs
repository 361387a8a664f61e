//! Moves embedded code to the left margin: an included method still has the indentation of its file.

use crate::page::{Fence, fences};

/// `content` with the code that is only for reading (`rust,ignore`) moved to the left margin.
pub(crate) fn dedented(content: &str) -> String {
    let mut lines: Vec<&str> = content.split_inclusive('\n').collect();
    for fence in fences(content).iter().filter(|fence| is_for_reading(fence)) {
        let end = fence.line + fence.code.lines().count();
        // In a list or a quotation, the indentation is not the code's own.
        let at_margin = lines[fence.line - 1].starts_with("```");
        if let Some(code) = lines.get_mut(fence.line..end).filter(|_| at_margin) {
            let margin = margin(code);
            code.iter_mut().for_each(|line| *line = line.get(margin..).unwrap_or(line));
        }
    }
    lines.concat()
}

fn is_for_reading(fence: &Fence) -> bool {
    fence.says("rust") && fence.says("ignore")
}

/// How many spaces every line begins with that is not blank.
fn margin(lines: &[&str]) -> usize {
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    full.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedded_method_moves_to_the_left_margin() {
        let page = "One.\n\n```rust,ignore\n    fn a() {\n        b();\n\n    }\n```\n\n    two\n";
        let moved = "One.\n\n```rust,ignore\nfn a() {\n    b();\n\n}\n```\n\n    two\n";
        assert_eq!(dedented(page), moved);
        assert_eq!(dedented(moved), moved, "a second time");
    }

    #[test]
    fn only_what_every_line_begins_with_is_taken_away() {
        let page = "```rust,ignore\n        a()\n    }\n```\n";
        assert_eq!(dedented(page), "```rust,ignore\n    a()\n}\n```\n");
    }

    #[test]
    fn snippets_to_run_and_code_in_lists_keep_their_indentation() {
        for page in [
            "```rust,editable\n    a();\n```\n",
            "```text\n    a\n```\n",
            "- one\n\n  ```rust,ignore\n  a();\n  ```\n",
        ] {
            assert_eq!(dedented(page), page);
        }
    }
}
