//! Mistakes in using the library: what does not compile, and what is refused at run time instead of being let through.
#![forbid(unsafe_code)]

mod claims;
mod missing_layer;
mod preset;

/// PC-CLM-2, PC-AUTHZ-2, RFC6750-3-d: what the types do not let anybody write.
///
/// The messages are part of it, and they are the compiler's: `TRYBUILD=overwrite` writes them anew for another one. Every
/// dependency is built once more for this, apart from all others, so it has to be asked for:
/// `cargo test -p portcullis-tests --test wrong_use -- --include-ignored`.
#[test]
#[ignore = "minutes of building at the first run, and messages of one compiler; run with --include-ignored"]
fn what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("wrong_use/compile_fail/*.rs");
}
