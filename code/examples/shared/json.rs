//! JSON as the wire format of remote calls.

use distsys::rpc::Format;
use serde::Serialize;
use serde::de::DeserializeOwned;

// ANCHOR: json
/// Values travel as JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Json;

impl<T: Serialize + DeserializeOwned> Format<T> for Json {
    type Wire = String;
    fn marshal(value: &T) -> String {
        serde_json::to_string(value).expect("plain data can be written down")
    }
    fn unmarshal(text: &String) -> Result<T, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}
// ANCHOR_END: json
