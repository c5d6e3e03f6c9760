//! Starts the window or a sub-command, nothing else.

fn main() {}
