//! Mistakes in using the library: what does not compile, and what is refused at run time instead of being let through.
#![forbid(unsafe_code)]

mod claims;
mod missing_layer;
mod preset;

/// PC-CLM-2, PC-AUTHZ-2, RFC6750-3-d: what the types do not let anybody write.
///
/// The messages are part of it: `TRYBUILD=overwrite` writes them anew after a change of the compiler.
#[test]
fn what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("wrong_use/compile_fail/*.rs");
}
