//! The element's attributes: whatever a page writes into them, a request goes below the endpoint and nowhere else, says
//! what was written and nothing else, and what is kept for a reload reads back as it was.

use crate::documents::Doc;
use crate::play::Play;
use relink_core::{Answer, CallKind, Input, Saved, Settings};
use relink_wire::{CreateSession, DisplayText, SafeUrl};
use url::Url;

/// The longest id that a backend takes, in bytes, as the contract's reference has it.
const LONGEST_ID: usize = 255;

/// The oracle: each line is an attribute, a line that is missing is an attribute that is absent.
pub fn judge(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // What the page itself writes into an attribute is not taken for a secret that leaked.
    if text.contains("_secret_") {
        return;
    }
    let mut lines =
        text.split('\n').map(|line| Some(line.trim_ascii().to_owned()).filter(|line| !line.is_empty()));
    let mut next = || lines.next().flatten();
    let settings = Settings {
        session: next(),
        account: next(),
        authorization: next(),
        locale: next(),
        merchant_name: next().and_then(|name| DisplayText::parse(&name)),
        sign_in_url: next().and_then(|url| SafeUrl::https_or_loopback(&url)),
        remind_later: next().is_some(),
    };
    let mut play = Play::of(settings.clone(), None);
    let first = play.waiting().cloned();
    let Some(first) = first else { panic!("nothing was asked for: {settings:?}") };
    if let Some(session) = &settings.session {
        assert_eq!(first.kind, CallKind::Read);
        is_below(&first.path, session, None);
    } else {
        let Settings { account, authorization, locale, .. } = settings.clone();
        let wanted = CreateSession { account, authorization, locale };
        says(first.body.as_deref().cloned().unwrap_or_default(), &wanted);
        assert_eq!((first.kind, first.path.as_str()), (CallKind::Create, "/sessions"));
    }
    kept(&play);
    // The same text as an id that a backend made, on the way to the other routes.
    let Some(id) = settings.session.or(settings.account) else { return };
    let body = Some(Doc::new(&id).0);
    play.answer(Answer::Http { status: 200, retry_after: None, body });
    kept(&play);
    play.tell(Input::CloseAsked);
    if let Some(cancel) = play.requests.iter().find(|call| call.kind == CallKind::Cancel) {
        is_below(&cancel.path, &id, Some("cancel"));
    }
    play.comes_to_rest();
}

/// A browser that resolves the path below an endpoint asks that host, below that endpoint, for that very id.
fn is_below(path: &str, id: &str, rest: Option<&str>) {
    let whole = format!("https://shop.example/relink{path}");
    let Ok(url) = Url::parse(&whole) else { panic!("no address: {whole}") };
    assert_eq!((url.host_str(), url.query(), url.fragment()), (Some("shop.example"), None, None), "{whole}");
    let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    let [relink, sessions, segment, more @ ..] = segments.as_slice() else { panic!("too short: {whole}") };
    assert_eq!((*relink, *sessions, more), ("relink", "sessions", rest.as_slice()), "{whole}");
    // No address has a segment of one or two dots: it is another that no session has.
    let is_sayable = !matches!(id, "." | "..");
    assert!(!is_sayable || unescape(segment) == id.as_bytes(), "{whole}");
}

fn unescape(segment: &str) -> Vec<u8> {
    let mut bytes = segment.bytes();
    let mut plain = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16)).unwrap_or_default();
        plain.push(if byte == b'%' { (digit() * 16 + digit()) as u8 } else { byte });
    }
    plain
}

/// The body has exactly the fields that were asked for, and a strict backend reads them.
fn says(body: relink_wire::Json, wanted: &CreateSession) {
    let fields =
        [("account", &wanted.account), ("authorization", &wanted.authorization), ("locale", &wanted.locale)];
    let given = fields.iter().filter(|(_, value)| value.is_some()).count();
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(given), "{body}");
    for (name, value) in fields {
        assert_eq!(body.get(name).and_then(relink_wire::Json::as_str), value.as_deref(), "{name}");
    }
    let fits = fields.iter().all(|(_, value)| value.as_ref().is_none_or(|value| value.len() <= LONGEST_ID));
    assert_eq!(CreateSession::decode(&body).ok().as_ref(), Some(wanted).filter(|_| fits));
}

/// What is kept for a reload reads back as it was written, through text as in a browser's storage.
fn kept(play: &Play) {
    if let Some(saved) = play.saved() {
        let text = saved.encode().to_string();
        let read = serde_json::from_str(&text).ok().as_ref().and_then(Saved::decode);
        assert_eq!(read.as_ref(), Some(saved), "{text}");
    }
}
