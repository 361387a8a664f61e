//! The little that the tool needs to know about HTML.

/// The values of the named attributes, in the order in which they stand.
pub(crate) fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for (at, _) in html.match_indices("=\"") {
        let name = html[..at].rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let value = html[at + 2..].split('"').next().unwrap_or_default();
        if names.contains(&name) {
            values.push(value.to_owned());
        }
    }
    values
}

/// `text` without the elements that begin with `open` and end with `close`, which hold none of their
/// own kind. One that is never closed is kept: better a solution too many than half a page lost.
pub(crate) fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let Some(length) = rest[start..].find(close) else { break };
        kept.push_str(&rest[..start]);
        rest = &rest[start + length + close.len()..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name() {
        let html = "<a class=\"x\" href=\"y.md\"><img\nsrc=\"z.png\" data-src=\"no\">";
        assert_eq!(attributes(html, &["href", "src"]), ["y.md", "z.png"]);
    }

    #[test]
    fn elements_are_cut_out_and_the_rest_is_kept() {
        let text = "a <details class=\"solution\">b</details> c <details>d</details>";
        let cut = without(text, "<details class=\"solution\">", "</details>");
        assert_eq!(cut, "a  c <details>d</details>");
    }
}
