//! Language data from the browser's own `Intl`. Outside a browser, where only tests run, plain English replaces it.

/// A day in full, "9 December", in the customer's time zone; with the year if it is not the current one.
#[cfg(target_arch = "wasm32")]
pub fn day(locale: &str, unix_seconds: i64) -> String {
    use js_sys::{Date, Object};
    // A date is a float in JavaScript; whole seconds of any real year fit.
    #[allow(clippy::cast_precision_loss)]
    let date = Date::new(&(unix_seconds as f64 * 1000.0).into());
    let options = Object::new();
    let set = |name: &str, value: &str| crate::dom::set(&options, name, &value.into());
    set("day", "numeric");
    set("month", "long");
    if date.get_full_year() != Date::new_0().get_full_year() {
        set("year", "numeric");
    }
    date.to_locale_date_string(locale, &options).as_string().unwrap_or_default()
}

/// The plural category of a number: `one`, `few`, `other` …
#[cfg(target_arch = "wasm32")]
pub fn plural(locale: &str, number: u32) -> String {
    use js_sys::{Array, Intl::PluralRules, Object};
    let rules = PluralRules::new(&Array::of1(&locale.into()), &Object::new());
    rules.select(f64::from(number)).as_string().unwrap_or_default()
}

/// A number in the locale's format.
#[cfg(target_arch = "wasm32")]
pub fn number(locale: &str, number: u32) -> String {
    js_sys::Number::from(number).to_locale_string(locale).as_string().unwrap_or_default()
}

/// See above.
#[cfg(not(target_arch = "wasm32"))]
pub fn number(_: &str, number: u32) -> String {
    number.to_string()
}

/// See above.
#[cfg(not(target_arch = "wasm32"))]
pub fn day(_: &str, unix_seconds: i64) -> String {
    let mut text = String::from("day ");
    text.push_str(&(unix_seconds / 86_400).to_string());
    text
}

/// See above.
#[cfg(not(target_arch = "wasm32"))]
pub fn plural(_: &str, number: u32) -> String {
    String::from(if number == 1 { "one" } else { "other" })
}
