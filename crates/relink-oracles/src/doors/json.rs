//! JSON that comes in by a door.

/// The bytes as JSON, where they are.
pub(super) fn read(bytes: &[u8]) -> Option<relink_wire::Json> {
    serde_json::from_slice(bytes).ok()
}
