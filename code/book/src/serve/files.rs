//! The files of the built book, and nothing outside its folder.

use std::fs;
use std::path::{Path, PathBuf};

/// The file below `root` that a request path names, if it names one.
///
/// The path is taken apart before it meets the file system: a segment that could mean anything but
/// a plain name is refused on every system. Links are followed afterwards, and must not lead out.
pub(super) fn find(root: &Path, request_path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(request_path)?;
    let relative = decoded.strip_prefix('/')?;
    let mut path = root.to_owned();
    let mut segments = relative.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "" if is_last => path.push("index.html"),
            _ if is_plain_name(segment) => path.push(segment),
            _ => return None,
        }
    }
    let root = fs::canonicalize(root).ok()?;
    let path = fs::canonicalize(path).ok()?;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

/// Whether a segment is a file's name: neither empty nor hidden, nor `..`, nor with a separator,
/// drive or stream of any system.
fn is_plain_name(segment: &str) -> bool {
    let odd = |c: char| matches!(c, '\\' | ':') || c.is_control();
    !segment.is_empty() && !segment.starts_with('.') && !segment.contains(odd)
}

/// Decodes `%41` and its like, once; `None` for what is not well-formed.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * hex_digit(bytes.next()?)? + hex_digit(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// The value of a hexadecimal digit.
fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The content type of a file, by its extension.
pub(super) fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("wasm") => "application/wasm",
        Some("txt" | "md" | "rs" | "toml") => "text/plain; charset=utf-8",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain_name, percent_decode};

    #[test]
    fn a_plain_name_is_plain_on_every_system() {
        assert!(["index.html", "2.4-fault tolerance.html", "a..b"].into_iter().all(is_plain_name));
        let odd = ["", ".", "..", ".git", "..\\x", "a\\b", "C:", "a:b", "a\0b", "a\nb"];
        assert!(!odd.into_iter().any(is_plain_name));
    }

    #[test]
    fn percent_decoding_is_done_once_and_strictly() {
        assert_eq!(percent_decode("/a%20b").as_deref(), Some("/a b"));
        assert_eq!(percent_decode("/%252e").as_deref(), Some("/%2e"));
        for malformed in ["/%", "/%4", "/%zz", "/%ff"] {
            assert_eq!(percent_decode(malformed), None, "{malformed}");
        }
    }
}
