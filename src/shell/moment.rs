//! The instant of an input: the page's two clocks and its source of randomness, read together.

use crate::shell::page;
use relink_core::Moment;

/// Now.
pub fn now() -> Moment {
    let window = page::window();
    let mut bits = [0; 16];
    if let Ok(crypto) = window.crypto() {
        // Never fails for 16 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bits);
    }
    Moment {
        elapsed_ms: window.performance().map_or(0.0, |clock| clock.now()) as u64,
        unix_ms: js_sys::Date::now() as i64,
        random: u128::from_le_bytes(bits),
    }
}
