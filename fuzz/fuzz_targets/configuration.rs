#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| aks_census::fuzzing::configuration(bytes));
