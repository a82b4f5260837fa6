//! The colours of the widget's tokens against each other: text 4.5:1, parts 3:1, in light and in dark (WCAG 2.2,
//! 1.4.3 and 1.4.11), and 7:1 where the customer asks for more contrast (1.4.6). Computed from the style sheets
//! themselves, so that a change of a colour is seen.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{env, fs};

type Colour = [f64; 3];
type Tokens = HashMap<String, String>;

fn sheet(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../style/widget").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The declarations of the rule with that selector.
fn rule(sheet: &str, selector: &str) -> Tokens {
    let start = sheet.find(&format!("{selector} {{")).unwrap_or_else(|| panic!("no rule {selector}"));
    let body =
        sheet[start..].split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(body, _)| body);
    let declarations = body.unwrap_or_default().split(';').filter_map(|line| line.split_once(':'));
    declarations.map(|(name, value)| (name.trim().into(), value.trim().into())).collect()
}

/// The tokens, with one side of each `light-dark()`.
fn tokens(side: fn((String, String)) -> String) -> Tokens {
    let mut tokens = rule(&sheet("1-tokens.css"), ":host");
    for value in tokens.values_mut() {
        *value = on_side(value, side);
    }
    tokens
}

/// The value where each `light-dark(a, b)` in it is one of the two.
fn on_side(value: &str, side: fn((String, String)) -> String) -> String {
    let Some((before, rest)) = value.split_once("light-dark(") else { return value.into() };
    let mut depth = 1;
    let end = rest.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    let (inside, after) = rest.split_at(end.expect("a closing bracket"));
    let comma = inside.find(", ").expect("two colours");
    let chosen = side((inside[..comma].into(), inside[comma + 2..].into()));
    format!("{before}{chosen}{}", on_side(&after[1..], side))
}

fn light() -> Tokens {
    tokens(|(light, _)| light)
}

fn dark() -> Tokens {
    tokens(|(_, dark)| dark)
}

/// The colour of a token or a value of ours where the merchant sets nothing.
fn colour(value: &str, tokens: &Tokens) -> Colour {
    if let Some(hex) = value.strip_prefix('#') {
        let full: String =
            if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.into() };
        let byte = |at: usize| f64::from(u8::from_str_radix(&full[at..at + 2], 16).expect("a hex colour"));
        return [byte(0), byte(2), byte(4)];
    }
    if let Some(inside) = value.strip_prefix("color-mix(in srgb, ").and_then(|rest| rest.strip_suffix(')')) {
        let (first, second) = inside.split_once(", ").expect("two colours");
        let (first, share) = first.rsplit_once(' ').expect("a share");
        let share: f64 = share.trim_end_matches('%').parse::<f64>().expect("a number") / 100.0;
        let (first, second) = (colour(first, tokens), colour(second, tokens));
        return [0, 1, 2].map(|at| first[at] * share + second[at] * (1.0 - share));
    }
    let name = value.strip_prefix("var(").and_then(|rest| rest.strip_suffix(')')).expect("a token");
    match name.split_once(", ") {
        Some((_, fallback)) => colour(fallback, tokens),
        None => colour(tokens.get(name).unwrap_or_else(|| panic!("no token {name}")), tokens),
    }
}

fn luminance(colour: Colour) -> f64 {
    let linear = colour.map(|channel| {
        let channel = channel / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(first: Colour, second: Colour) -> f64 {
    let (a, b) = (luminance(first), luminance(second));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What becomes of a theme where the customer asks the system for more contrast.
fn with_more_contrast(mut tokens: Tokens) -> Tokens {
    tokens.extend(rule(&sheet("6-preferences.css"), ".inline, .modal"));
    tokens
}

fn holds(pairs: &[(&str, &str)], least: f64) {
    holds_in([("light", light()), ("dark", dark())], pairs, least);
}

fn holds_in(themes: [(&str, Tokens); 2], pairs: &[(&str, &str)], least: f64) {
    for (theme, tokens) in themes {
        for (front, back) in pairs {
            let found = contrast(colour(front, &tokens), colour(back, &tokens));
            assert!(found >= least, "{theme}: {front} on {back} is {found:.2}, less than {least}");
        }
    }
}

/// Every colour of text with what it may be on.
fn texts() -> Vec<(&'static str, &'static str)> {
    let mut pairs = vec![
        ("var(--_ink)", "var(--_surface)"),
        ("var(--_ink)", "var(--_raised)"),
        ("var(--_muted)", "var(--_surface)"),
        ("var(--_muted)", "var(--_raised)"),
        ("var(--_primary)", "var(--_surface)"),
        ("var(--_primary)", "var(--_raised)"),
        ("var(--_on-primary)", "var(--_primary)"),
        ("var(--_on-primary)", "var(--_hover)"),
        ("var(--_ink)", "color-mix(in srgb, var(--_warning) 12%, var(--_surface))"),
        ("var(--_ink)", "color-mix(in srgb, var(--_warning) 8%, var(--_surface))"),
    ];
    for tone in ["danger", "warning", "success", "primary", "muted"] {
        let front: &'static str = Box::leak(format!("var(--_{tone})").into_boxed_str());
        let back = format!("color-mix(in srgb, var(--_{tone}) 10%, var(--_surface))");
        pairs.push((front, Box::leak(back.into_boxed_str())));
    }
    pairs
}

/// What shows where something to press is, and the focus ring, with what they are on.
const PARTS: [(&str, &str); 7] = [
    ("var(--_edge)", "var(--_surface)"),
    ("var(--_edge)", "var(--_raised)"),
    ("var(--_primary)", "var(--_surface)"),
    ("var(--_success)", "var(--_surface)"),
    ("var(--_warning)", "var(--_surface)"),
    ("var(--_focus)", "var(--_surface)"),
    ("var(--_focus)", "var(--_raised)"),
];

#[test]
fn text_stands_out_from_what_it_is_on() {
    holds(&texts(), 4.5);
}

#[test]
fn text_stands_out_more_where_the_customer_asks_for_more() {
    let themes = [("light", with_more_contrast(light())), ("dark", with_more_contrast(dark()))];
    holds_in(themes.clone(), &texts(), 7.0);
    holds_in(themes, &PARTS, 7.0);
}

#[test]
fn what_is_less_than_seven_to_one_is_found() {
    let pale = |tokens: Tokens| [("light", tokens.clone()), ("dark", tokens)];
    let mut tokens = with_more_contrast(light());
    tokens.insert("--_muted".into(), "#767676".into());
    let judged = std::panic::catch_unwind(|| holds_in(pale(tokens), &texts(), 7.0));
    assert!(judged.is_err(), "grey text on white is 4.5:1 and passed as 7:1");
}

#[test]
fn the_edges_of_what_can_be_pressed_the_icons_and_the_focus_ring_can_be_seen() {
    holds(&PARTS, 3.0);
}

#[test]
fn initials_can_be_read_in_every_colour_that_a_name_may_get() {
    let surface = sheet("3-surface.css");
    for hue in 0..6 {
        let background = rule(&surface, &format!(".hue-{hue}"))["background"].clone();
        let found = contrast(colour("#fff", &light()), colour(&background, &light()));
        assert!(found >= 4.5, "hue {hue}: {found:.2}");
    }
}

/// The light colours once more, for browsers without `light-dark()`.
#[test]
fn a_browser_that_cannot_tell_light_from_dark_has_the_light_colours() {
    let sheet = sheet("1-tokens.css");
    let (_, fallback) = sheet.split_once("@supports not").expect("a fallback");
    let light = light();
    for (name, value) in rule(fallback, ":host") {
        if name != "color-scheme" {
            assert_eq!(light.get(&name), Some(&value), "{name}");
        }
    }
}

/// What a merchant would copy: every colour that a snippet of the documentation sets, in light and in dark.
#[test]
fn the_colours_in_the_documentation_can_be_read() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/appearance.md");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut judged = 0;
    for snippet in text.split("```css\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        if !snippet.contains("--relink-color-") {
            continue;
        }
        let set = rule(snippet, "relink-widget");
        for (theme, mut tokens, side) in [
            ("light", light(), (|(light, _)| light) as fn((String, String)) -> String),
            ("dark", dark(), |(_, dark)| dark),
        ] {
            for value in tokens.values_mut() {
                for (name, given) in &set {
                    if value.starts_with(&format!("var({name},")) {
                        *value = on_side(given, side);
                    }
                }
            }
            for (least, pairs) in [(4.5, texts()), (3.0, PARTS.to_vec())] {
                for (front, back) in pairs {
                    let found = contrast(colour(front, &tokens), colour(back, &tokens));
                    assert!(found >= least, "{theme}, {snippet}: {front} on {back} is {found:.2}");
                }
            }
            judged += 1;
        }
    }
    assert!(judged >= 4, "the snippets with colours were found");
}
