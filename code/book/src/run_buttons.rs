//! What a page needs for its Run buttons: a script, and the crate as one text for the Playground.

use std::path::PathBuf;

use serde_json::json;

use crate::bundle::bundle;
use crate::page::{Fence, fences};
use crate::project::Project;

const SCRIPT: &str = include_str!("run.js");

/// Makes the Run buttons of pages work.
pub(crate) struct RunButtons {
    crate_dir: PathBuf,
    /// The runnable snippets of all pages.
    snippets: String,
}

impl RunButtons {
    pub(crate) fn new(project: &Project) -> Self {
        Self { crate_dir: project.code(), snippets: String::new() }
    }

    /// Takes note of the snippets of a page.
    pub(crate) fn read(&mut self, content: &str) {
        for fence in fences(content).into_iter().filter(has_button) {
            self.snippets.push_str(&fence.code);
        }
    }

    /// The script for every page that has a Run button. It is the same for all of them, since
    /// print.html holds them all.
    pub(crate) fn script(&self) -> Result<String, String> {
        let bundle = bundle(&self.crate_dir, &self.snippets)?;
        Ok(script(&bundle))
    }
}

/// Whether the page has a Run button.
pub(crate) fn has_buttons(content: &str) -> bool {
    fences(content).iter().any(has_button)
}

fn has_button(fence: &Fence) -> bool {
    let has_none = ["ignore", "noplayground", "noplaypen"].iter().any(|word| fence.says(word));
    fence.says("rust") && !has_none
}

/// The elements that stand in a page; they work wherever in it they stand, and more than once.
fn script(bundle: &str) -> String {
    // Whatever the crate says, it does not end the element.
    let bundle = json!(bundle).to_string().replace('<', "\\u003c");
    format!(
        "<script>\nwindow.notebook = {{ ...window.notebook, bundle: {bundle} }};\n</script>\n\
         <script>\n{SCRIPT}</script>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_with_a_snippet_to_run_has_buttons() {
        assert!(has_buttons("```rust,editable\nlet x = 1;\n```\n"));
        assert!(!has_buttons("```rust,noplayground\nlet x = 1;\n```\n\n```text\nx\n```\n"));
    }

    #[test]
    fn the_crate_cannot_end_the_script_that_carries_it() {
        let script = script("mod distsys { /* </script> */ }");
        assert_eq!(script.matches("</script>").count(), 2);
        assert!(script.contains(r"\u003c/script>"));
    }
}
