//! What may be spent, and whether it was kept to.

mod instructions;

pub use instructions::{Counted, Instructions};
