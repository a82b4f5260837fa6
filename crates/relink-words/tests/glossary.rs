//! One thing has one name: in each language, the words of `src/words/STYLE.md` stand in the messages that are about that
//! thing, of the widget and of the email alike. A stem is enough, since languages bend words; several where they bend the
//! stem itself.

use relink_words::{HOSTED, Language, WIDGET, build};
use std::path::Path;

/// Language, and the stems of: reconnect, account, sign in.
const GLOSSARY: &[(&str, [&[&str]; 3])] = &[
    ("en", [&["reconnect"], &["account"], &["sign in"]]),
    ("de", [&["wieder verb"], &["konto"], &["melden"]]),
    ("fr", [&["reconne"], &["compte"], &["identifi"]]),
    ("es", [&["reconect"], &["cuenta"], &["identif"]]),
    ("it", [&["ricolleg"], &["cont"], &["acce"]]),
    ("pt-BR", [&["reconect"], &["conta"], &["entr"]]),
    ("pt-PT", [&["voltar a lig"], &["conta"], &["entr"]]),
    ("nl", [&["opnieuw koppel", "opnieuw worden gekoppel"], &["rekening"], &["log"]]),
    ("sv", [&["anslut"], &["konto"], &["logga"]]),
    ("da", [&["forbind"], &["kont"], &["log"]]),
    ("nb", [&["koble", "tilkoble"], &["konto"], &["logg"]]),
    ("fi", [&["uudelleen"], &["tili"], &["kirjau"]]),
    ("pl", [&["ponownie"], &["kont"], &["log"]]),
    ("cs", [&["znovu propoj"], &["účet", "účt"], &["přihla", "přihlá"]]),
    ("uk", [&["знову"], &["рахун"], &["вход", "увій"]]),
    ("el", [&["επανασύνδεσ"], &["λογαριασμ"], &["συνδέ", "συνδε"]]),
    ("tr", [&["yeniden bağla"], &["hesa"], &["giriş"]]),
    ("ar", [&["إعادة ربط"], &["حساب"], &["سجّل الدخول", "تسجيل الدخول"]]),
    ("he", [&["מחדש"], &["חשבון"], &["כניסה", "היכנסו"]]),
    ("ja", [&["再接続"], &["口座"], &["ログイン"]]),
    ("ko", [&["다시 연결"], &["계좌"], &["로그인"]]),
    ("zh-Hans", [&["重新连接"], &["账户"], &["登录"]]),
    ("zh-Hant", [&["重新連結"], &["帳戶"], &["登入"]]),
    ("hi", [&["फिर से"], &["खात"], &["साइन इन"]]),
];

/// The messages that are about each thing: the widget's, and the email's.
const ABOUT: [(&[&str], &[&str]); 3] = [
    (
        &["reconnect", "reconnect_the_rest", "chip_not_repairable", "beyond_repair.heading"],
        &["reconnect", "subject", "button"],
    ),
    (
        &["same_account", "use_this_account", "beyond_repair.heading", "closed_account.heading"],
        &["unnamed_account"],
    ),
    (&["sign_in_there", "signed_out.next", "sign_in_at_merchant"], &[]),
];

fn languages(folder: &str, holes: &[&str]) -> Vec<Language> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    build(&folder, holes).unwrap_or_else(|flaws| panic!("{flaws}"))
}

fn strangers(folder: &str, holes: &[&str], which: impl Fn(usize) -> &'static [&'static str]) -> Vec<String> {
    let mut strangers = Vec::new();
    for language in languages(folder, holes) {
        let known = GLOSSARY.iter().find(|(tag, _)| *tag == language.tag);
        let Some((_, stems)) = known else { panic!("{} has no glossary", language.tag) };
        for (thing, stems) in stems.iter().enumerate() {
            for (name, text) in language.texts() {
                let said = text.to_lowercase();
                if which(thing).contains(&name.as_str()) && !stems.iter().any(|stem| said.contains(stem)) {
                    strangers
                        .push(format!("{}: `{name}` says \"{text}\" without any of {stems:?}", language.tag));
                }
            }
        }
    }
    strangers
}

#[test]
fn the_widget_calls_each_thing_by_its_name() {
    let strangers = strangers("src/words/languages", WIDGET, |thing| ABOUT[thing].0);
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn the_email_calls_each_thing_as_the_widget_does() {
    let strangers = strangers("crates/relink-hosted/src/words/languages", HOSTED, |thing| ABOUT[thing].1);
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn each_message_that_is_looked_at_is_one() {
    let english = |folder, holes| languages(folder, holes).swap_remove(0);
    let widget = english("src/words/languages", WIDGET);
    let email = english("crates/relink-hosted/src/words/languages", HOSTED);
    for (of_widget, of_email) in ABOUT {
        for (language, names) in [(&widget, of_widget), (&email, of_email)] {
            let all: Vec<String> = language.texts().into_iter().map(|(name, _)| name).collect();
            assert!(names.iter().all(|name| all.iter().any(|own| own == name)), "{names:?}");
        }
    }
}
