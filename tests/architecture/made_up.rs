//! The checks themselves, on small made-up crates.

use std::collections::BTreeMap;

use super::{
    graph::Graph,
    leads_through, shown,
    source::{Module, Sources},
};

fn crate_of(files: &[(&str, &str)]) -> Sources {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    Sources::with("lib.rs", &|path| files.get(path).map(|text| (*text).to_owned()))
}

fn arrows(files: &[(&str, &str)]) -> Vec<String> {
    let graph = Graph::of(&crate_of(files));
    let of_one = |(from, all): (&Module, &std::collections::BTreeSet<Module>)| {
        all.iter().map(|to| format!("{} > {}", shown(from), shown(to))).collect::<Vec<_>>()
    };
    graph.arrows.iter().flat_map(of_one).collect()
}

fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let circles = Graph::of(&crate_of(files)).circles();
    circles.iter().map(|circle| circle.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn names_are_found_in_every_spelling() {
    let found = arrows(&[
        ("lib.rs", "mod a; mod b; mod c; mod d; mod e; mod f;"),
        (
            "a.rs",
            "use crate::{b::{self, B}, c as other};\nuse super::d::*;\nfn f(x: crate::e::E) -> b::B { println!(\"{}\", crate::f::g()); x.y }",
        ),
        ("b.rs", "pub struct B;"),
        ("c.rs", ""),
        ("d.rs", "pub struct D;"),
        ("e.rs", "pub struct E;"),
        ("f.rs", "pub fn g() {}"),
    ]);
    assert_eq!(found, ["a > b", "a > c", "a > d", "a > e", "a > f"]);
}

#[test]
fn what_stands_below_tests_is_seen_and_tests_are_not() {
    let found = arrows(&[
        ("lib.rs", "mod a; mod b; mod c; #[cfg(test)] mod fixture; #[cfg(all(test, unix))] mod more;"),
        (
            "a.rs",
            "#[cfg(test)] mod tests { use crate::c::C; }\n#[cfg(test)] use crate::c::C;\nstruct A;\nimpl A { #[cfg(test)] fn of() -> crate::c::C { made() } fn b() -> crate::b::B { #[cfg(test)] let _ = crate::c::C; made() } }",
        ),
        ("b.rs", "pub struct B;"),
        ("c.rs", "pub struct C;"),
    ]);
    assert_eq!(found, ["a > b"]);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines() {
    let found = arrows(&[
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a.rs", "use crate::b::{Deep, Glob, Own};"),
        ("b/mod.rs", "mod inner; mod other; pub use self::inner::Deep; pub use other::*; pub struct Own;"),
        ("b/inner.rs", "pub struct Deep;"),
        ("b/other.rs", "pub struct Glob;"),
    ]);
    assert_eq!(found, ["a > b", "a > b::inner", "a > b::other", "b > b::inner", "b > b::other"]);
}

#[test]
fn a_path_through_an_imported_module_leads_to_its_file() {
    let found = arrows(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b; fn f() -> b::inner::X { std::fs::read(b::inner::p()); made() }"),
        ("b/mod.rs", "pub mod inner;"),
        ("b/inner.rs", "pub struct X; pub fn p() {}"),
    ]);
    assert_eq!(found, ["a > b", "a > b::inner"]);
}

#[test]
fn effects_are_found_through_imports() {
    let sources = crate_of(&[
        ("lib.rs", "mod a;"),
        (
            "a.rs",
            "use std::{time::{self, Instant}, env as e};\nfn f() { Instant::now(); e::var(\"X\"); time::Instant::now(); }",
        ),
    ]);
    let named = sources.named(&vec!["a".to_owned()]);
    let count = |names: &str| named.iter().filter(|path| leads_through(path, names)).count();
    assert_eq!((count("Instant::now"), count("std::env"), count("std::fs")), (1, 2, 0));
}

#[test]
fn circles_are_found_and_a_module_with_its_children_is_none() {
    let root = ("lib.rs", "mod a; mod b; mod c; mod d;");
    let a = ("a.rs", "use crate::b::B; pub struct A;");
    let c = ("c.rs", "use crate::a::A; use crate::d::inner::X; pub struct C;");
    let d = ("d/mod.rs", "pub mod inner; use self::inner::X; pub struct D;");
    let inner = ("d/inner.rs", "use super::D; pub struct X;");
    let open = ("b.rs", "pub struct B;");
    assert_eq!(circles(&[root, a, open, c, d, inner]), [""; 0]);
    let closed = ("b.rs", "use crate::c::C; pub struct B;");
    assert_eq!(circles(&[root, a, closed, c, d, inner]), ["a b c"]);
    let further = ("d/inner.rs", "use super::D; fn f(_: crate::b::B) {} pub struct X;");
    assert_eq!(circles(&[root, a, closed, c, d, further]), ["a b c d::inner"]);
}

#[test]
fn a_circle_of_folders_is_found_where_files_make_none() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "pub mod one; pub mod two;"),
        ("a/one.rs", "use crate::b::one::X;"),
        ("a/two.rs", "pub struct Y;"),
        ("b/mod.rs", "pub mod one; pub mod two;"),
        ("b/one.rs", "pub struct X;"),
        ("b/two.rs", "use crate::a::two::Y;"),
    ]);
    let graph = Graph::of(&sources);
    assert!(graph.circles().is_empty());
    let circles = graph.of_children(&Module::new()).circles();
    assert_eq!(circles, [[vec!["a".to_owned()], vec!["b".to_owned()]]]);
}

#[test]
fn comments_literals_and_lifetimes_name_nothing() {
    let found = arrows(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            r##"
            // crate::b::B
            /* crate::b::B /* nested */ crate::b::B */
            fn f<'a>(x: &'a str) -> char { let _ = ("crate::b::B \" crate::b::B", r#"crate::b::B "#, b'"', '"', '\''); 'x' }
            pub(in crate::b) fn g() {}
            "##,
        ),
        ("b.rs", "pub struct B;"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn every_thing_of_tests_ends_where_it_ends() {
    let things = [
        "#[cfg(test)] pub(crate) use crate::c::{C, D};",
        "#[cfg(test)] #[expect(dead_code)] const X: [C; 1] = [crate::c::C {}];",
        "#[cfg(test)] const fn x() -> crate::c::C { crate::c::C }",
        "#[cfg(test)] struct X(crate::c::C);",
        "struct X { #[cfg(test)] field: crate::c::C, }",
        "#[cfg(test)] impl<A, B> X<A, B> where A: crate::c::C { fn f() {} }",
        "fn f() { match x { #[cfg(all(test, unix))] _ => crate::c::C, } }",
    ];
    for thing in things {
        let code = format!("{thing} fn g(_: crate::b::B) {{}}");
        let found = arrows(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", &code),
            ("b.rs", "pub struct B;"),
            ("c.rs", "pub struct C; pub struct D;"),
        ]);
        assert_eq!(found, ["a > b"], "{thing}");
    }
}
