//! What the server adds to a page: its token, live reload, and a content policy.

use sha2::{Digest, Sha256};

/// The script that carries the token and reloads the page after a rebuild.
const SCRIPT: &str = include_str!("page.js");

/// A page as it is sent.
pub(super) struct Page {
    pub(super) html: String,
    pub(super) policy: String,
}

/// Puts the server's script at the head of a page and states the policy that fits it.
pub(super) fn dress(html: &str, token: &str, version: &str) -> Page {
    let script = SCRIPT.replace("{{token}}", token).replace("{{version}}", version);
    let script = format!("<script>\n{script}</script>");
    // Lines ends are normalised before a browser hashes a script.
    let html = html.replace("\r\n", "\n");
    let head = html.find("<head>").map_or(0, |start| start + "<head>".len());
    let html = format!("{}\n{script}{}", &html[..head], &html[head..]);
    let policy = policy(&html);
    Page { html, policy }
}

/// Allows the page's own files and the inline scripts that stand in it now, by their hashes.
///
/// The editor of mdBook writes inline styles, so these are allowed; `wasm-unsafe-eval` lets the
/// labs run WebAssembly (and nothing else).
fn policy(html: &str) -> String {
    let hashes: String =
        inline_scripts(html).map(|script| format!(" 'sha256-{}'", hash(script))).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; frame-src 'self'; base-uri 'self'; form-action 'none'; \
         frame-ancestors 'self'"
    )
}

/// The contents of the `<script>` elements that have no `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, body) = rest.split_once('>')?;
        let (body, _) = body.split_once("</script")?;
        (!attributes.contains("src=")).then_some(body)
    })
}

/// A script's SHA-256 in the form of a content policy.
fn hash(script: &str) -> String {
    base64(&Sha256::digest(script))
}

/// RFC 4648 base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word =
            (0..3).fold(0, |word, i| word << 8 | usize::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let symbol = char::from(ALPHABET[word >> (18 - 6 * i) & 63]);
            text.push(if i <= chunk.len() { symbol } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, dress, hash};

    #[test]
    fn base64_agrees_with_the_vectors_of_rfc_4648() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, coded) in vectors {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_policy_names_every_inline_script_and_no_other() {
        let html = "<html><head><script>one()</script></head><body>\
                    <script src=\"two.js\"></script><script>\r\nthree()</script></body></html>";
        let page = dress(html, "TOKEN", "VERSION");
        assert!(page.policy.contains(&hash("one()")));
        assert!(page.policy.contains(&hash("\nthree()")));
        assert_eq!(page.policy.matches("'sha256-").count(), 3);
        assert!(page.html.contains("TOKEN"));
    }
}
