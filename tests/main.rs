//! Everything that is tested from outside: the binary as a process, the house rules, the documents.

mod architecture;
mod outlook;
