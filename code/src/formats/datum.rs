//! Values of histories.

use crate::history::objects::Append;
use std::fmt::{self, Write as _};

/// A value as it stands in a history; shown as EDN.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Datum {
    /// Nothing: the argument of a read.
    #[default]
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// Text in quotes.
    Text(String),
    /// A word with a colon before it, without that colon.
    Keyword(String),
    /// A vector or a list.
    List(Vec<Datum>),
    /// A set, sorted.
    Set(Vec<Datum>),
    /// A map, sorted.
    Map(Vec<(Datum, Datum)>),
    /// Anything else, as it is written: a fraction, a larger number, a symbol, a character. Two
    /// such are equal if they are written in the same way.
    Other(String),
}

impl Datum {
    /// The parts of a list.
    pub fn list(&self) -> Option<&[Datum]> {
        match self {
            Datum::List(parts) => Some(parts),
            _ => None,
        }
    }

    /// The two parts of a list of two.
    pub fn pair(&self) -> Option<(&Datum, &Datum)> {
        match self.list() {
            Some([first, second]) => Some((first, second)),
            _ => None,
        }
    }

    /// How many values there are, this one included.
    pub(super) fn size(&self) -> u64 {
        1 + match self {
            Datum::List(parts) | Datum::Set(parts) => parts.iter().map(Datum::size).sum(),
            Datum::Map(entries) => {
                entries.iter().map(|(key, value)| key.size() + value.size()).sum()
            }
            _ => 0,
        }
    }

    /// How it begins, for a message.
    pub(crate) fn shown(&self) -> String {
        // Long texts are cut, but a long list is written whole first: it was read whole, too.
        let whole = self.to_string();
        let mut start: String = whole.chars().take(60).collect();
        if start.len() < whole.len() {
            start.push('…');
        }
        start
    }

    /// The name that this is: a keyword, or the same as text.
    pub fn name(&self) -> Option<&str> {
        match self {
            Datum::Keyword(name) | Datum::Text(name) => Some(name),
            _ => None,
        }
    }
}

/// As people know it from the file.
impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// As EDN.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Datum::Nil => f.write_str("nil"),
            Datum::Bool(truth) => write!(f, "{truth}"),
            Datum::Int(number) => write!(f, "{number}"),
            Datum::Text(text) => quoted(text, f),
            Datum::Keyword(name) => write!(f, ":{name}"),
            Datum::Other(text) => f.write_str(text),
            Datum::List(parts) => sequence("[", parts, "]", f),
            Datum::Set(parts) => sequence("#{", parts, "}", f),
            Datum::Map(entries) => {
                f.write_char('{')?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    let gap = if i == 0 { "" } else { ", " };
                    write!(f, "{gap}{key} {value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn sequence(open: &str, parts: &[Datum], close: &str, f: &mut fmt::Formatter) -> fmt::Result {
    f.write_str(open)?;
    for (i, part) in parts.iter().enumerate() {
        let gap = if i == 0 { "" } else { " " };
        write!(f, "{gap}{part}")?;
    }
    f.write_str(close)
}

fn quoted(text: &str, f: &mut fmt::Formatter) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// Text and lists grow. Nothing is appended to anything else: who reads a history sees to that.
impl Append for Datum {
    fn append(&mut self, other: &Self) {
        match (self, other) {
            (Datum::Text(text), Datum::Text(more)) => text.push_str(more),
            (Datum::List(parts), Datum::List(more)) => parts.extend_from_slice(more),
            // An empty text or list is nil here.
            (_, Datum::Nil) => {}
            (this, other) => *this = other.clone(),
        }
    }

    fn begins_with(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Datum::Nil) => true,
            (Datum::Text(text), Datum::Text(start)) => text.starts_with(start),
            (Datum::List(parts), Datum::List(start)) => parts.starts_with(start),
            (this, other) => this == other,
        }
    }

    fn heap(&self) -> usize {
        match self {
            Datum::Text(text) | Datum::Keyword(text) | Datum::Other(text) => text.capacity(),
            Datum::List(parts) | Datum::Set(parts) => {
                parts.iter().map(|part| size_of::<Datum>() + part.heap()).sum()
            }
            Datum::Map(_) => {
                size_of::<Datum>() * usize::try_from(self.size()).unwrap_or(usize::MAX)
            }
            Datum::Nil | Datum::Bool(_) | Datum::Int(_) => 0,
        }
    }
}
