//! What shared data says, as it is written beside arrows.

use crate::draw::label;

/// The text of a packet, request or indication of a shared map or text in as few words as will do.
pub fn shared_label(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("Shows { text: \"") {
        return rest.trim_end_matches("\" }").to_string();
    }
    let words = label(text);
    words.replace("Some", "").replace("Insert index ", "insert at ")
}
