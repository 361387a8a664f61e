//! What shared data says, as it is written beside arrows.

use crate::draw::label;

/// The text of a packet, request or indication of a shared map or text in as few words as will do.
pub fn shared_label(text: &str) -> String {
    shows(text).or_else(|| map(text)).or_else(|| edit(text)).unwrap_or_else(|| label(text))
}

/// What a text shows.
fn shows(text: &str) -> Option<String> {
    let shown = text.strip_prefix("Shows { text: ")?.strip_suffix(" }")?;
    Some(format!("shows {shown}"))
}

/// What is asked of a map, sent, or held.
fn map(text: &str) -> Option<String> {
    let key = part(text, "key: \"", "\"")?;
    if text.starts_with("Read {") {
        return Some(format!("{key}?"));
    }
    if let Some(values) = part(text, "values: [", "]").filter(|_| text.starts_with("Holds {")) {
        return Some(format!("{key}: {}", values.replace('"', "")));
    }
    let value = part(text, "value: \"", "\"").filter(|_| text.starts_with("Set {"))?;
    let stamp = part(text, "t: ", ", key").map_or(String::new(), |t| format!(", {t}"));
    Some(format!("{key} := {value}{stamp}"))
}

/// An edit of a text: by a place, or by the position of a character.
fn edit(text: &str) -> Option<String> {
    let text = text.strip_prefix("Edited { op: ").unwrap_or(text).trim_start_matches('(');
    let value = || part(text, "'", "'");
    if text.starts_with("Insert([(") {
        return Some(format!("insert {} at {}", value()?, part(text, "[(", ",")?));
    }
    if text.starts_with("Delete([(") {
        return Some(format!("delete what is at {}", part(text, "[(", ",")?));
    }
    if text.starts_with("Insert {") {
        return Some(format!("insert {} at {}", value()?, part(text, "index: ", ",")?));
    }
    if text.starts_with("Delete { index: ") {
        return Some(format!("delete at {}", part(text, "index: ", " ")?));
    }
    let index = text.strip_prefix("Insert(")?.split(',').next()?;
    Some(format!("insert {} at {index}", value()?))
}

/// What stands between the two.
fn part<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(part, _)| part)
}
