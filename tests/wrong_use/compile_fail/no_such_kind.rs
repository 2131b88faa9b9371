//! A kind of callers that there is none of.

portcullis::requirement! { pub RobotsOnly = kinds(Robot) }

fn main() {}
