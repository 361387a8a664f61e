//! A reader of EDN, the data notation of Clojure.

use super::{DEPTH, Datum, FormatError, VALUES, line_of};

/// Reads a text from left to right.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The line of the file in which the byte `counted` stands.
    line: u64,
    counted: usize,
    depth: u32,
    /// How many values were read and kept.
    values: u64,
}

type Read<T> = Result<T, FormatError>;

impl<'a> Reader<'a> {
    /// Reads `text`, whose first line is that `line` of its file.
    pub(super) fn new(text: &'a str, line: u64) -> Self {
        Reader { text, at: 0, line, counted: 0, depth: 0, values: 0 }
    }

    /// The line in which the next byte stands.
    pub(super) fn line(&mut self) -> u64 {
        self.line += line_of(&self.text.as_bytes()[self.counted..], self.at - self.counted) - 1;
        self.counted = self.at;
        self.line
    }

    /// An error at the next byte.
    pub(super) fn error<T>(&mut self, reason: impl Into<String>) -> Read<T> {
        let line = self.line();
        Err(FormatError::new(line, reason))
    }

    /// The next byte that is neither blank nor part of a comment; `None` at the end.
    pub(super) fn peek(&mut self) -> Read<Option<u8>> {
        loop {
            let rest = self.rest();
            match rest.bytes().next() {
                Some(b' ' | b',' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b';') => self.at += rest.find('\n').unwrap_or(rest.len()),
                Some(b'#') if rest.starts_with("#_") => {
                    self.at += 2;
                    self.nested(Self::skip)?;
                }
                first => match rest.chars().next().filter(|c| c.is_whitespace()) {
                    Some(blank) => self.at += blank.len_utf8(),
                    None => return Ok(first),
                },
            }
        }
    }

    /// Goes past an opening bracket, if the next form begins with it.
    pub(super) fn opens(&mut self, bracket: u8) -> Read<bool> {
        self.skip_tag()?;
        let found = self.peek()? == Some(bracket);
        self.at += usize::from(found);
        Ok(found)
    }

    /// Goes past the closing bracket, if it is next.
    pub(super) fn closes(&mut self, bracket: u8) -> Read<bool> {
        let wanted = char::from(bracket);
        match self.peek()? {
            None => self.error(format!("the text ends where a `{wanted}` should follow")),
            Some(byte @ (b']' | b')' | b'}')) if byte != bracket => {
                self.error(format!("`{}` where `{wanted}` should be", char::from(byte)))
            }
            Some(byte) => {
                self.at += usize::from(byte == bracket);
                Ok(byte == bracket)
            }
        }
    }

    /// Goes past the next form.
    pub(super) fn skip(&mut self) -> Read<()> {
        let kept = self.values;
        self.datum()?;
        self.values = kept;
        Ok(())
    }

    /// The next form, without its tag.
    pub(super) fn datum(&mut self) -> Read<Datum> {
        self.values += 1;
        if self.values > VALUES {
            return self.error(format!("there are more than {VALUES} values"));
        }
        self.skip_tag()?;
        match self.peek()? {
            Some(b'[') => self.sequence("[", b']').map(Datum::List),
            Some(b'(') => self.sequence("(", b')').map(Datum::List),
            Some(b'#') if self.rest().starts_with("#{") => {
                let mut parts = self.sequence("#{", b'}')?;
                parts.sort();
                Ok(Datum::Set(parts))
            }
            Some(b'{') => {
                self.at += 1;
                self.nested(Self::map)
            }
            Some(b'"') => self.string().map(Datum::Text),
            Some(b'\\') => self.character(),
            _ => self.atom(),
        }
    }

    /// Goes past the tags of the next form, such as `#jepsen.history.Op`.
    fn skip_tag(&mut self) -> Read<()> {
        while self.peek()? == Some(b'#')
            && !self.rest().starts_with("#{")
            && !self.rest().starts_with("##")
        {
            self.at += 1;
            if self.token().is_empty() {
                return self.error("a `#` here belongs to nothing");
            }
        }
        Ok(())
    }

    fn nested<T>(&mut self, read: impl Fn(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == DEPTH {
            return self.error(format!("brackets are nested more than {DEPTH} deep"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The forms in brackets.
    fn sequence(&mut self, open: &str, close: u8) -> Read<Vec<Datum>> {
        self.at += open.len();
        self.nested(|reader| {
            let mut parts = Vec::new();
            while !reader.closes(close)? {
                parts.push(reader.datum()?);
            }
            Ok(parts)
        })
    }

    fn map(&mut self) -> Read<Datum> {
        let mut entries = Vec::new();
        while !self.closes(b'}')? {
            let key = self.datum()?;
            if self.peek()? == Some(b'}') {
                return self.error(format!("`{key}` has no value", key = key.shown()));
            }
            entries.push((key, self.datum()?));
        }
        entries.sort();
        Ok(Datum::Map(entries))
    }

    fn atom(&mut self) -> Read<Datum> {
        let text = match (self.peek()?, self.token()) {
            (None, _) => return self.error("the text ends where a value should follow"),
            (Some(byte), "") => {
                return self.error(format!("`{}` where a value should be", char::from(byte)));
            }
            (_, token) => token,
        };
        match atom(text) {
            Some(datum) => Ok(datum),
            None => {
                let what = Datum::Other(text.to_string());
                self.error(format!("`{}` is neither a number nor a keyword", what.shown()))
            }
        }
    }

    /// A single character: `\a`, `\newline`.
    fn character(&mut self) -> Read<Datum> {
        let start = self.at;
        self.at += 1;
        // The character may be one that ends a token.
        match self.rest().chars().next() {
            Some(c) if !c.is_whitespace() => self.at += c.len_utf8(),
            _ => return self.error("a `\\` here belongs to nothing"),
        }
        self.token();
        Ok(Datum::Other(self.text[start..self.at].to_string()))
    }

    /// The characters up to the next blank, bracket or quotation mark.
    fn token(&mut self) -> &'a str {
        let ends = |c: char| {
            matches!(c, ',' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | ';') || c.is_whitespace()
        };
        let rest = self.rest();
        let token = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += token.len();
        token
    }

    fn string(&mut self) -> Read<String> {
        let begins = self.line();
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else {
                return Err(FormatError::new(begins, "the text that begins here has no end"));
            };
            text += &rest[..end];
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    /// What a backslash stands for, which is behind us.
    fn escaped(&mut self) -> Read<char> {
        let Some(c) = self.rest().chars().next() else {
            return self.error("a text ends with a backslash");
        };
        self.at += c.len_utf8();
        match c {
            'n' => Ok('\n'),
            't' => Ok('\t'),
            'r' => Ok('\r'),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            '"' | '\\' => Ok(c),
            'u' => self.unicode(),
            _ => self.error("a backslash in a text stands before b, f, n, r, t, u, \" or \\"),
        }
    }

    fn unicode(&mut self) -> Read<char> {
        let digits = self.rest().get(..4).unwrap_or_default();
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
        let Some(c) = code.and_then(char::from_u32) else {
            return self.error("`\\u` in a text needs the four digits of a character");
        };
        self.at += 4;
        Ok(c)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

/// What a token means, if anything.
fn atom(token: &str) -> Option<Datum> {
    let unsigned = token.strip_prefix(['+', '-']).unwrap_or(token);
    match token {
        "nil" => Some(Datum::Nil),
        "true" => Some(Datum::Bool(true)),
        "false" => Some(Datum::Bool(false)),
        _ if unsigned.starts_with(|c: char| c.is_ascii_digit()) => number(token),
        _ => match token.strip_prefix(':') {
            Some(name) if name.is_empty() || name.starts_with(':') => None,
            Some(name) => Some(Datum::Keyword(name.to_string())),
            None => Some(Datum::Other(token.to_string())),
        },
    }
}

/// A whole number; or any other as it is written.
fn number(token: &str) -> Option<Datum> {
    let whole = token.strip_suffix('N').unwrap_or(token);
    if let Ok(number) = whole.parse() {
        return Some(Datum::Int(number));
    }
    let fits = |c: char| c.is_ascii_hexdigit() || "+-./NMx".contains(c);
    token.chars().all(fits).then(|| Datum::Other(token.to_string()))
}
