//! What `linq::testing` gives to the tests of its users.

mod clock;
mod faults;
mod mocks;
mod values;
