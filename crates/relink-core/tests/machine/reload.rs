//! What is kept for a page that is loaded again, and what is not.

use crate::support::{Backend, Doc, World};
use relink_core::Saved;
use relink_core::view::Subject;

#[test]
fn nothing_is_kept_after_the_end() {
    let mut world = World::started(Doc::new(""));
    assert!(world.saved.is_some());
    world.go_on();
    world.settle();
    assert_eq!(world.saved, None);
}

#[test]
fn a_record_of_another_customers_session_gives_way_to_a_new_one() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world.saved = Some(Saved { session: Some("rls_theirs".into()), ..Saved::default() });
    world.begin();
    world.settle();
    assert_eq!((world.subject(), world.end().as_str()), (Subject::Review, "-"));
}
