//! The crate as one module, for the Rust Playground, which has no `distsys`.
//!
//! A published page sends the reader's snippet there with this text below it, so that
//! `distsys::link::Fifo` means the same as here. The text is the crate's own source: each `mod x;`
//! has its file inlined, `crate::` has become `crate::distsys::`, and what no snippet can notice is
//! left out: comments, tests, features, and the top-level modules that none of the snippets needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// The crate in `crate_dir` as the text `mod distsys { … }`, with what the snippets need of it;
/// empty if they do not need it at all.
pub(crate) fn bundle(crate_dir: &Path, snippets: &str) -> Result<String, String> {
    let src = crate_dir.join("src");
    let mut modules = BTreeMap::new();
    let root = render(&src.join("lib.rs"), &mut |name| {
        modules.insert(name.to_owned(), inline(&src, name)?);
        Ok(None)
    })?;
    let mut wanted = wanted_by(snippets, &modules);
    if wanted.is_empty() {
        return Ok(String::new());
    }
    // What the root itself names, it re-exports: a snippet may use that without naming its module.
    wanted.extend(modules.keys().filter(|name| words(&root).any(|word| word == *name)).cloned());
    let needed = closure(&modules, wanted);
    let text = render(&src.join("lib.rs"), &mut |name| {
        Ok(needed.contains(name).then(|| modules[name].clone()))
    })?;
    Ok(format!("#[allow(warnings)]\nmod distsys {{{text}\n}}\n"))
}

/// The module `name` that is declared in a file whose modules are in `folder`, with all below it.
fn inline(folder: &Path, name: &str) -> Result<String, String> {
    let below = folder.join(name);
    let alone = folder.join(format!("{name}.rs"));
    let file = if alone.is_file() { alone } else { below.join("mod.rs") };
    render(&file, &mut |name| inline(&below, name).map(Some))
}

/// The top-level modules that the snippets name.
fn wanted_by(snippets: &str, modules: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    for after in snippets.split("distsys").skip(1) {
        let path = after.strip_prefix("::").unwrap_or_default();
        let name = path.split(|c| !is_part_of_word(c)).next().unwrap_or_default();
        if !modules.contains_key(name) {
            // A group, a glob, a re-export, another name: in doubt a snippet wants everything.
            return modules.keys().cloned().collect();
        }
        wanted.insert(name.to_owned());
    }
    wanted
}

/// These modules, with all that they use, and what those use in turn.
fn closure(modules: &BTreeMap<String, String>, wanted: BTreeSet<String>) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<String> = wanted.into_iter().collect();
    while let Some(name) = open.pop() {
        let Some(text) = modules.get(&name).filter(|_| !needed.contains(&name)) else { continue };
        for path in text.split("crate::distsys::").skip(1) {
            // A path names one module first; of a group, each word may be one.
            let end = if path.starts_with('{') { path.find(';') } else { path.find("::") };
            let named = words(&path[..end.unwrap_or(path.len())]);
            open.extend(named.filter(|word| modules.contains_key(*word)).map(str::to_owned));
        }
        needed.insert(name);
    }
    needed
}

/// The words of a text: names, keywords, numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_part_of_word(c)).filter(|word| !word.is_empty())
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Gives the text of the module of this name, or nothing to leave it out.
type FindModule<'a> = dyn FnMut(&str) -> Result<Option<String>, String> + 'a;

/// The text of a file as it stands in the bundle.
fn render(file: &Path, find: &mut FindModule<'_>) -> Result<String, String> {
    let source = read(file)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let tokens: TokenStream =
        source.parse().map_err(|error| format!("{} is not Rust: {error}", file.display()))?;
    let mut writer = Writer {
        source: &source,
        folder,
        done: 0,
        gap: "",
        text: String::new(),
        find_module: find,
    };
    writer.write_all(tokens)?;
    Ok(writer.text)
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Writes tokens with the line breaks and indentation of their source, but without its comments.
struct Writer<'a> {
    source: &'a str,
    /// Where the source stands.
    folder: &'a Path,
    /// How much of the source has been written or left out.
    done: usize,
    /// The white space that is due before the next token.
    gap: &'a str,
    text: String,
    find_module: &'a mut FindModule<'a>,
}

impl Writer<'_> {
    fn write_all(&mut self, tokens: TokenStream) -> Result<(), String> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while let Some((first, others)) = rest.split_first() {
            if let Some(length) = length_of_doc(rest) {
                self.leave_out(&rest[..length]);
                rest = &rest[length..];
            } else if let Some(module) = Module::at(rest) {
                self.write_module(&module, &rest[..module.length])?;
                rest = &rest[module.length..];
            } else if let Some(path) = included_file(rest) {
                let content = read(&self.folder.join(path))?;
                self.place(first.span(), &format!("{content:?}"));
                self.leave_out(&rest[1..3]);
                rest = &rest[3..];
            } else {
                self.write(first)?;
                if is_crate_path(rest) {
                    self.text.push_str("::distsys");
                }
                rest = others;
            }
        }
        Ok(())
    }

    fn write(&mut self, token: &TokenTree) -> Result<(), String> {
        let TokenTree::Group(group) = token else {
            self.copy(token.span());
            return Ok(());
        };
        self.copy(group.span_open());
        self.write_all(group.stream())?;
        self.copy(group.span_close());
        Ok(())
    }

    fn write_module(&mut self, module: &Module, tokens: &[TokenTree]) -> Result<(), String> {
        let (last, head) = tokens.split_last().ok_or("a module without tokens")?;
        let is_file = !matches!(last, TokenTree::Group(_));
        let text = match (module.is_gated, is_file) {
            (true, _) => None,
            (false, true) => (self.find_module)(&module.name)?,
            (false, false) => Some(String::new()),
        };
        let Some(text) = text else {
            self.leave_out(tokens);
            return Ok(());
        };
        for token in head {
            self.write(token)?;
        }
        if is_file {
            self.leave_out(&tokens[head.len()..]);
            self.text.push_str(&format!(" {{{text}\n}}"));
            return Ok(());
        }
        self.write(last)
    }

    /// Copies a piece of the source, after the white space before it.
    fn copy(&mut self, span: Span) {
        let source = self.source;
        self.place(span, source.get(span.byte_range()).unwrap_or_default());
    }

    /// Writes a text in the place of a piece of the source.
    fn place(&mut self, span: Span, text: &str) {
        let range = span.byte_range();
        self.skip_to(range.start);
        self.text.push_str(self.gap);
        self.text.push_str(text);
        self.gap = "";
        self.done = range.end;
    }

    /// Leaves tokens out, but for a line break before them.
    fn leave_out(&mut self, tokens: &[TokenTree]) {
        for range in tokens.iter().map(|token| token.span().byte_range()) {
            self.skip_to(range.start);
            self.done = self.done.max(range.end);
        }
    }

    /// Passes over white space and comments: what stays is the last line's indentation.
    fn skip_to(&mut self, start: usize) {
        let between = self.source.get(self.done..start).unwrap_or_default();
        match between.rfind('\n') {
            Some(line) => self.gap = &between[line..],
            None if !between.is_empty() && self.gap.is_empty() => self.gap = " ",
            None => {}
        }
    }
}

/// How many tokens the documentation at the head of these takes, if there is any.
fn length_of_doc(tokens: &[TokenTree]) -> Option<usize> {
    let (length, attribute) = attribute_at(tokens)?;
    matches!(attribute.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
        .then_some(length)
}

/// The attribute at the head of these tokens, with its length.
fn attribute_at(tokens: &[TokenTree]) -> Option<(usize, &Group)> {
    let punct = |index: usize, wanted| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let length = if punct(0, '#') && punct(1, '!') { 3 } else { 2 };
    match tokens.get(length - 1) {
        Some(TokenTree::Group(group))
            if punct(0, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some((length, group))
        }
        _ => None,
    }
}

/// The path in the `include_str!("…")` at the head of these tokens.
fn included_file(tokens: &[TokenTree]) -> Option<String> {
    let [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(path), ..] = tokens
    else {
        return None;
    };
    let is_include = name == "include_str" && mark.as_char() == '!';
    is_include.then(|| path.stream().to_string().trim_matches('"').to_owned())
}

/// Whether these tokens begin with `crate::`.
fn is_crate_path(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Ident(name), TokenTree::Punct(colon), ..] = tokens else { return false };
    name == "crate" && colon.as_char() == ':'
}

/// A module as it is declared.
struct Module {
    name: String,
    /// How many tokens it takes with its attributes.
    length: usize,
    /// Whether it is there only in tests or with a feature.
    is_gated: bool,
}

impl Module {
    /// The module that is declared at the head of these tokens.
    fn at(tokens: &[TokenTree]) -> Option<Self> {
        let mut length = 0;
        let mut is_gated = false;
        while let Some((more, attribute)) = attribute_at(&tokens[length..]) {
            let attribute = attribute.stream().to_string();
            is_gated |= attribute.starts_with("cfg")
                && words(&attribute).any(|word| word == "test" || word == "feature");
            length += more;
        }
        let is_word = |index: usize, word| matches!(tokens.get(index), Some(TokenTree::Ident(name)) if name == word);
        if is_word(length, "pub") {
            let is_restricted = matches!(tokens.get(length + 1), Some(TokenTree::Group(_)));
            length += if is_restricted { 2 } else { 1 };
        }
        if !is_word(length, "mod") {
            return None;
        }
        let name = tokens.get(length + 1)?.to_string();
        let ends = match tokens.get(length + 2)? {
            TokenTree::Punct(end) => end.as_char() == ';',
            TokenTree::Group(body) => body.delimiter() == Delimiter::Brace,
            _ => false,
        };
        ends.then_some(Module { name, length: length + 3, is_gated })
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::fixture::Fixture;
    use crate::project::Project;

    const CRATE: [(&str, &str); 7] = [
        (
            "code/src/lib.rs",
            "//! The crate.\n#[cfg(feature = \"check\")]\npub mod check;\n/// Links.\npub mod link;\n\
             pub mod node;\nmod quorum;\npub use node::Node;\n",
        ),
        ("code/src/check.rs", "pub fn check() {}"),
        (
            "code/src/link/mod.rs",
            "mod fifo;\npub use self::fifo::Fifo;\n#[cfg(test)]\nmod tests { use super::*; }\n",
        ),
        (
            "code/src/link/fifo.rs",
            "//! FIFO.\nuse crate::node::{Node, self};\n\n\n// ANCHOR: fifo\n/// In order.\n\
             pub struct Fifo(pub(crate) Node /* one */);\n// ANCHOR_END: fifo\n\
             pub const URL: &str = \"https://x/*y*/\"; // not the end\n\
             const CSS: &str = include_str!(\"fifo.css\");\npub(in crate::link) fn f() {}\n",
        ),
        ("code/src/link/fifo.css", "p::after { content: \"x\" }\n"),
        ("code/src/node.rs", "pub struct Node;\nmacro_rules! new { () => { $crate::node::Node } }"),
        ("code/src/quorum.rs", "pub fn majority() {}"),
    ];

    fn bundle_of(snippets: &str) -> String {
        let fixture = Fixture::new(&CRATE);
        bundle(&fixture.project().code(), snippets).unwrap()
    }

    #[test]
    fn the_bundle_is_the_source_without_what_no_snippet_notices() {
        let expected = "#[allow(warnings)]\nmod distsys {\n\
            pub mod link {mod fifo {\nuse crate::distsys::node::{Node, self};\n\
            pub struct Fifo(pub(crate) Node );\n\
            pub const URL: &str = \"https://x/*y*/\";\n\
            const CSS: &str = \"p::after { content: \\\"x\\\" }\\n\";\npub(in crate::distsys::link) fn f() {}\n}\n\
            pub use self::fifo::Fifo;\n}\n\
            pub mod node {pub struct Node;\n\
            macro_rules! new { () => { $crate::distsys::node::Node } }\n}\n\
            pub use node::Node;\n}\n";
        assert_eq!(bundle_of("use distsys::link::Fifo;"), expected);
    }

    #[test]
    fn only_needed_modules_are_bundled() {
        let has = |snippets: &str| {
            ["mod link", "mod node", "mod quorum", "mod check"]
                .map(|name| bundle_of(snippets).contains(name))
        };
        assert_eq!(has("fn main() {}"), [false; 4]);
        assert_eq!(has("distsys::node::Node"), [false, true, false, false]);
        assert_eq!(has("distsys::quorum::majority()"), [false, true, true, false]);
        for everything in ["use distsys::*;", "use distsys::{link, node};", "distsys::Node"] {
            assert_eq!(has(everything), [true, true, true, false], "{everything}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let fixture = Fixture::new(&[("code/src/lib.rs", "mod absent;")]);
        let error = bundle(&fixture.project().code(), "").unwrap_err();
        assert!(error.contains("absent"), "{error}");
    }

    /// The first time, this needs the network for the crates that only the Playground uses.
    #[test]
    fn the_bundle_of_the_whole_crate_compiles_with_the_crates_of_the_playground() {
        let project = Project::find().unwrap();
        let snippet = "use distsys::*;\nuse rand::{Rng, SeedableRng};\nfn main() { println!(\"it works\"); }\n";
        let program = snippet.to_owned() + &bundle(&project.code(), snippet).unwrap();
        let manifest = "[package]\nname = \"playground\"\nversion = \"0.0.1\"\nedition = \"2024\"\n\
             [dependencies]\nrand = \"0.10\"\nserde = { version = \"1\", features = [\"derive\"] }\n[workspace]\n";
        let lock = fs::read_to_string(project.code().join("Cargo.lock")).unwrap();
        let files = [("Cargo.toml", manifest), ("Cargo.lock", &lock), ("src/main.rs", &program)];
        let playground = Fixture::new(&files);
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet"])
            .current_dir(playground.project().root())
            .env("CARGO_TARGET_DIR", project.target().join("playground"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "it works\n", "{errors}");
    }
}
