//! The README of the project is tested here.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
