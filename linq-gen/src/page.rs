//! A page of a list; `generated.rs` implements it for the pages of the contract.

/// A page of a list. Only the generated pages implement it.
pub trait Page {
    /// What the list is of.
    type Item;

    /// The cursor of the next page; `None` on the last page.
    fn next_cursor(&self) -> Option<&str>;

    /// The items of this page, in order.
    fn into_items(self) -> Vec<Self::Item>;
}
