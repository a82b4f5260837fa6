//! What the rows of a list were drawn from: a row whose source is the same, and that is still on the page, need not be drawn
//! again, and a group of rows of which nothing has changed need not even be looked at.

use std::rc::Rc;

/// What was drawn last, by place.
pub struct Kept<T>(Vec<Place<T>>);

struct Place<T> {
    source: T,
    fits: bool,
    /// Held by the row's element too, for as long as it is on the page.
    mark: Rc<()>,
    touched: bool,
}

/// What has to be done for a row.
pub struct Row {
    /// For its element to hold.
    pub mark: Rc<()>,
    /// Whether the row on the page was drawn from an equal source.
    pub is_kept: bool,
    /// Whether nothing at all has changed: not whether it fits, and nobody has touched it.
    pub is_same: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Kept<T> {
    /// The row at that place, which is now drawn from this, and is what is sought or not. Places come in order, from 0.
    pub fn row(&mut self, place: usize, source: T, fits: bool) -> Row {
        let (mut mark, mut is_kept, mut is_same) = (Rc::new(()), false, false);
        let before = self.0.get_mut(place);
        if let Some(before) = before.as_ref().filter(|before| Rc::strong_count(&before.mark) > 1) {
            is_kept = before.source == source;
            is_same = is_kept && before.fits == fits && !before.touched;
            if is_kept {
                mark = Rc::clone(&before.mark);
            }
        }
        let now = Place { source, fits, mark: Rc::clone(&mark), touched: false };
        match before {
            Some(before) => *before = now,
            None => self.0.push(now),
        }
        Row { mark, is_kept, is_same }
    }

    /// The customer has changed what is in the row at that place.
    pub fn touch(&mut self, place: usize) {
        if let Some(row) = self.0.get_mut(place) {
            row.touched = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_row_is_kept_while_its_source_is_equal_and_its_element_is_there() {
        let mut kept = Kept::default();
        let first = kept.row(0, "one", true);
        assert!(!first.is_kept && !first.is_same, "nothing was drawn before");
        let second = kept.row(1, "two", true);
        assert!(kept.row(0, "one", true).is_kept && kept.row(1, "two", true).is_kept);
        assert!(!kept.row(0, "other", true).is_kept, "drawn from something else");
        drop(second);
        assert!(!kept.row(1, "two", true).is_kept, "its element is gone");
        drop(first);
    }

    #[test]
    fn a_row_is_the_same_until_it_fits_no_longer_or_is_touched() {
        let mut kept = Kept::default();
        let element = kept.row(0, "one", true).mark;
        assert!(kept.row(0, "one", true).is_same);
        let hidden = kept.row(0, "one", false);
        assert!(hidden.is_kept && !hidden.is_same, "it is not what is sought");
        assert!(kept.row(0, "one", false).is_same);
        kept.touch(0);
        let touched = kept.row(0, "one", false);
        assert!(touched.is_kept && !touched.is_same, "what is in it may be another");
        assert!(kept.row(0, "one", false).is_same);
        drop(element);
    }
}
