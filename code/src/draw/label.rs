//! What to write on an arrow: the text that `{:?}` printed, without what a reader does not need.

/// How deep values may be nested before a text is left as it is.
const DEPTH: usize = 60;

/// Fields that are housekeeping: they matter to the algorithm, but hide the message.
const HOUSEKEEPING: [&str; 3] = ["incarnation", "base", "op"];

/// Compacts what `{:?}` printed to what one would write on an arrow.
///
/// Names of fields, quotes and housekeeping go; `Some(x)` is `x`; the wrappers that composed layers add are taken off;
/// what a struct carries comes last, after a colon. Of the incarnation of a node only those after the first are told, as
/// its further lives. The words of the services become verbs.
///
/// ```
/// use distsys::draw::label;
/// assert_eq!(label(r#"First(Data { incarnation: 0, base: 1, number: 2, msg: ("m2", 2) })"#), "Data 2: m2, 2");
/// assert_eq!(label(r#"SendTo { to: B, msg: "m1" }"#), "send m1 to B");
/// ```
pub fn label(text: &str) -> String {
    let mut parser = Parser { rest: text };
    match parser.value(0) {
        Some(value) if parser.rest.trim().is_empty() => value.top(),
        _ => one_line(text),
    }
}

/// The first `width` characters, with `…` in place of the last if there are more.
pub fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        None => text.to_string(),
        Some(_) => {
            let kept: String = text.chars().take(width.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// The message within the `{:?}` text of an indication such as `Deliver { from: A, msg: "m1" }`: the text of its field
/// `msg`, or else all of it.
pub fn message(indication: &str) -> &str {
    let parts = indication.split_once("msg: ").map(|(_, rest)| rest);
    parts.and_then(|rest| rest.strip_suffix(" }")).unwrap_or(indication)
}

/// The sender named in the `{:?}` text of an indication such as `Deliver { from: A, msg: "m1" }`.
pub fn sender(indication: &str) -> Option<&str> {
    let (before, _) = indication.split_once(", msg: ")?;
    before.split_once("from: ").map(|(_, sender)| sender)
}

/// Whether a message is in a packet: its text is, and not as a part of other words.
pub(super) fn contains(packet: &str, message: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    packet.match_indices(message).any(|(at, _)| {
        let before = packet[..at].chars().next_back();
        let after = packet[at + message.len()..].chars().next();
        let (first, last) = (message.chars().next(), message.chars().next_back());
        !(inside(before) && inside(first) || inside(last) && inside(after))
    })
}

/// The text with each run of blanks and control characters made one blank.
fn one_line(text: &str) -> String {
    let blanks = |c: char| c.is_whitespace() || c.is_control();
    text.split(blanks).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A printed value.
enum Printed {
    /// A word, a number, or a string without its quotes.
    Word(String),
    /// `(…)` or `Name(…)`.
    Tuple(String, Vec<Printed>),
    /// `{ … }` or `Name { … }`.
    Struct(String, Vec<(String, Printed)>),
    /// `[…]`.
    List(Vec<Printed>),
}

impl Printed {
    /// As a label of its own, where brackets around everything are not needed.
    fn top(&self) -> String {
        match self {
            Printed::Tuple(name, values) if name.is_empty() => join(values),
            Printed::Tuple(name, values) if transparent(name, values) => values[0].top(),
            _ => self.show(),
        }
    }

    /// As part of a label.
    fn show(&self) -> String {
        match self {
            Printed::Word(word) if word == "None" => "–".to_string(),
            Printed::Word(word) => word.clone(),
            Printed::List(values) => format!("[{}]", join(values)),
            Printed::Tuple(name, values) if name.is_empty() => format!("({})", join(values)),
            Printed::Tuple(name, values) if transparent(name, values) => values[0].show(),
            Printed::Tuple(name, values) => format!("{name}({})", join(values)),
            Printed::Struct(name, fields) => show_struct(name, fields),
        }
    }
}

fn join(values: &[Printed]) -> String {
    values.iter().map(Printed::show).collect::<Vec<_>>().join(", ")
}

/// Wrappers that say nothing to a reader: options, those of composed layers, and lists of one entry for each node.
fn transparent(name: &str, values: &[Printed]) -> bool {
    values.len() == 1 && matches!(name, "Some" | "First" | "Second" | "Upper" | "Lower" | "PerNode")
}

fn show_struct(name: &str, fields: &[(String, Printed)]) -> String {
    let field =
        |wanted| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.top());
    match (name, field("msg"), field("to")) {
        ("SendTo", Some(msg), Some(to)) => return format!("send {msg} to {to}"),
        ("Broadcast", Some(msg), None) => return format!("broadcast {msg}"),
        ("Deliver", Some(msg), None) => return format!("deliver {msg}"),
        _ => {}
    }
    match (name, field("call"), field("result")) {
        ("Invoke", Some(call), None) => return call,
        ("Return", None, Some(result)) => return format!("return {result}"),
        _ => {}
    }
    let plain = |name: &str| name != "msg" && !HOUSEKEEPING.contains(&name);
    // That a message has a name is no news; which one it is follows.
    let mut words = vec![if name == "Named" { String::new() } else { name.to_string() }];
    words.extend(fields.iter().filter(|(name, _)| plain(name)).map(|(_, value)| value.show()));
    let head = words.iter().map(String::as_str).filter(|word| !word.is_empty());
    let head = head.collect::<Vec<_>>().join(" ");
    let head = head + &field("incarnation").map_or(String::new(), |value| life(&value));
    match field("msg") {
        Some(msg) if head.is_empty() => msg,
        Some(msg) => format!("{head}: {msg}"),
        None => head,
    }
}

/// What tells packets of a node that came back from those of its first life.
fn life(incarnation: &str) -> String {
    match incarnation.parse::<u64>() {
        Ok(0) | Err(_) => String::new(),
        Ok(earlier) => format!(" (life {})", earlier.saturating_add(1)),
    }
}

/// Reads what derived `Debug` prints on one line. Any failure means: not such a text.
struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Option<Printed> {
        if depth > DEPTH {
            return None;
        }
        self.skip_blanks();
        match self.rest.chars().next()? {
            '"' => self.quoted('"').map(Printed::Word),
            '\'' => self.quoted('\'').map(Printed::Word),
            '(' => self.list('(', ')', depth).map(|values| Printed::Tuple(String::new(), values)),
            '[' => self.list('[', ']', depth).map(Printed::List),
            '{' => self.fields(depth).map(|fields| Printed::Struct(String::new(), fields)),
            _ => self.named(depth),
        }
    }

    /// A word, and what is in brackets after it.
    fn named(&mut self, depth: usize) -> Option<Printed> {
        let word = self.word()?;
        if self.rest.starts_with('(') {
            return self.list('(', ')', depth).map(|values| Printed::Tuple(word, values));
        }
        if self.rest.starts_with(" {") {
            self.skip_blanks();
            return self.fields(depth).map(|fields| Printed::Struct(word, fields));
        }
        Some(Printed::Word(word))
    }

    fn word(&mut self) -> Option<String> {
        let ends = |c: char| c.is_whitespace() || c.is_control() || "(){}[],:\"".contains(c);
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_string())
    }

    fn list(&mut self, open: char, close: char, depth: usize) -> Option<Vec<Printed>> {
        self.eat(open)?;
        let mut values = Vec::new();
        while self.eat(close).is_none() {
            values.push(self.value(depth + 1)?);
            self.eat(',');
        }
        Some(values)
    }

    /// The fields of a struct, or the entries of a map (whose keys then count as values), or the members of a set.
    fn fields(&mut self, depth: usize) -> Option<Vec<(String, Printed)>> {
        self.eat('{')?;
        let mut fields = Vec::new();
        while self.eat('}').is_none() {
            let first = self.value(depth + 1)?;
            match (first, self.eat(':')) {
                (Printed::Word(name), Some(())) => fields.push((name, self.value(depth + 1)?)),
                (member, None) => fields.push((String::new(), member)),
                (_, Some(())) => return None,
            }
            self.eat(',');
        }
        Some(fields)
    }

    /// A quoted text, with the escapes of `{:?}` undone as far as they are of one letter.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next()?.1 {
                    'n' | 'r' | 't' => text.push(' '),
                    other => text.push(other),
                },
                c if c == quote => {
                    self.rest = &self.rest[at + c.len_utf8()..];
                    return Some(text);
                }
                c => text.push(c),
            }
        }
        None
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        self.skip_blanks();
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }
}
