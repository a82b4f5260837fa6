//! The time of an input: the page's two clocks and its source of randomness, read together.

use crate::shell::page;
use js_sys::{Date, Math};
use relink_core::Moment;

/// Now.
pub fn now() -> Moment {
    let window = page::window();
    let mut bits = [0; 16];
    if let Ok(crypto) = window.crypto() {
        // Never fails for 16 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bits);
    }
    let elapsed_ms = window.performance().map_or(0.0, |clock| clock.now());
    let unix_ms = Date::now() as i64;
    let mut random = u128::from_le_bytes(bits);
    if random == 0 {
        // Refused, or replaced by the page. The bits need not be secret, but must never repeat.
        let drawn = (Math::random() * 2_f64.powi(64)) as u64;
        random = u128::from(drawn) << 64 | u128::from(elapsed_ms.to_bits() ^ unix_ms.cast_unsigned());
    }
    Moment { elapsed_ms: elapsed_ms as u64, unix_ms, random }
}
