//! Lists from iterators, in what a customer downloads.

/// An iterator whose items become a list.
pub trait Gather: Iterator + Sized {
    /// The same as `collect`, which brings a kilobyte of code along for the kinds of iterators that it knows.
    fn gather(self) -> Vec<Self::Item> {
        let mut items = Vec::new();
        for item in self {
            items.push(item);
        }
        items
    }
}

impl<I: Iterator> Gather for I {}
