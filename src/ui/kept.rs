//! What the rows of a list were drawn from: a row whose source is the same, and that is still on the page, need not be drawn
//! again.

use std::rc::Rc;

/// The sources of the rows that were drawn last, by place.
pub struct Kept<T>(Vec<Rc<T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Kept<T> {
    /// The source of the row at that place, for its element to hold, and whether the row on the page was drawn from an equal
    /// one. Places come in order, from 0.
    pub fn row(&mut self, place: usize, source: T) -> (Rc<T>, bool) {
        match self.0.get_mut(place) {
            // Held by an element too, so that element is on the page.
            Some(before) if **before == source && Rc::strong_count(before) > 1 => (Rc::clone(before), true),
            Some(before) => {
                *before = Rc::new(source);
                (Rc::clone(before), false)
            }
            None => {
                let source = Rc::new(source);
                self.0.push(Rc::clone(&source));
                (source, false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_row_is_kept_while_its_source_is_equal_and_its_element_is_there() {
        let mut kept = Kept::default();
        let (first, is_kept) = kept.row(0, "one");
        assert!(!is_kept, "nothing was drawn before");
        let (second, _) = kept.row(1, "two");
        assert!(kept.row(0, "one").1 && kept.row(1, "two").1);
        assert!(!kept.row(0, "other").1, "drawn from something else");
        drop(second);
        assert!(!kept.row(1, "two").1, "its element is gone");
        drop(first);
    }
}
