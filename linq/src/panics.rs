//! Contains panics of the caller's code, such as those of an observer or a clock.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `run` returns, or `None` if it panics.
pub(crate) fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(discard).ok()
}

/// Drops what a panic carries. Its destructor can panic too.
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // There may be no end to it.
        std::mem::forget(again);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    struct PanicsWhenDropped;

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic_any(Self);
        }
    }

    #[test]
    fn a_panic_with_a_payload_that_panics_is_contained() {
        assert_eq!(contained(|| 1), Some(1));
        assert_eq!(contained(|| -> u8 { panic_any(PanicsWhenDropped) }), None);
    }
}
