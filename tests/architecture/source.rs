//! Production code as the compiler sees it: the modules that are reached from the root without `#[cfg(test)]`, and what
//! they name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::tokens::{Token, close, production, tokens};

/// A module: the names of its ancestors and its own, the root's being empty.
pub(crate) type Module = Vec<String>;

/// The production code of a crate.
#[derive(Default)]
pub(crate) struct Sources {
    /// The file of every module; modules that stand in the file of another have its path too.
    pub(crate) files: BTreeMap<Module, String>,
    modules: BTreeMap<Module, Names>,
}

/// What a module defines, imports and names.
#[derive(Default)]
struct Names {
    items: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths in code, as they are written.
    paths: BTreeSet<Vec<String>>,
}

/// One leaf of a `use`.
struct Import {
    name: String,
    path: Vec<String>,
}

impl Sources {
    /// Reads a crate from its root file.
    pub(crate) fn read(root: &Path) -> Self {
        let directory = root.parent().unwrap();
        Self::with(root.file_name().unwrap().to_str().unwrap(), &|path| {
            fs::read_to_string(directory.join(path)).ok()
        })
    }

    /// Reads a crate from a root file, with what gives the text of a file where there is one.
    pub(crate) fn with(root: &str, text: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut sources = Self::default();
        sources.load(Vec::new(), root, text);
        sources
    }

    fn load(&mut self, module: Module, path: &str, text: &dyn Fn(&str) -> Option<String>) {
        let code = text(path).unwrap_or_else(|| panic!("{path} could not be read"));
        self.enter(module, path, &production(&tokens(&code)), text);
    }

    /// Reads the items of a module.
    fn enter(&mut self, module: Module, path: &str, code: &[Token], text: &dyn Fn(&str) -> Option<String>) {
        self.files.insert(module.clone(), path.to_owned());
        let mut names = Names::default();
        let mut at = 0;
        while let Some(token) = code.get(at) {
            if let (Some("mod"), Some(Token::Word(name))) = (token.word(), code.get(at + 1)) {
                names.items.insert(name.clone());
                let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
                if code.get(at + 2) == Some(&Token::Open('{')) {
                    let end = close(code, at + 2);
                    self.enter(inner, path, &code[at + 3..end], text);
                    at = end + 1;
                } else {
                    let file = path_of(&inner, text);
                    self.load(inner, &file, text);
                    at += 2;
                }
                continue;
            }
            names.items.extend(defined(&code[at..]));
            let end = if matches!(token, Token::Open(_)) { close(code, at) } else { at };
            at = end + 1;
        }
        names.read(code);
        self.modules.insert(module, names);
    }

    /// Every full path that a module names: `use` leaves, and paths in code whose first name is a module, an import, `crate`,
    /// `self` or `super`. Paths of other crates begin with the crate's name.
    pub(crate) fn named(&self, module: &Module) -> BTreeSet<Vec<String>> {
        let Some(names) = self.modules.get(module) else { return BTreeSet::new() };
        let imports = names.imports.iter().map(|import| self.absolute(module, &import.path));
        let paths = names.paths.iter().map(|path| self.through_imports(module, path));
        imports.chain(paths).collect()
    }

    /// A path as a module writes it, from the root; the root itself is `crate`.
    fn absolute(&self, module: &Module, path: &[String]) -> Vec<String> {
        let mut base: Vec<String> = vec!["crate".to_owned()];
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => rest = &path[1..],
            Some("self") => {
                base.extend(module.iter().cloned());
                rest = &path[1..];
            }
            Some("super") => {
                base.extend(module.iter().cloned());
                while rest.first().is_some_and(|name| name == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            Some(name) if self.defines(module, name) => base.extend(module.iter().cloned()),
            _ => return path.to_vec(),
        }
        base.extend(rest.iter().cloned());
        base
    }

    fn defines(&self, module: &Module, name: &str) -> bool {
        self.modules.get(module).is_some_and(|names| names.items.contains(name))
    }

    fn through_imports(&self, module: &Module, path: &[String]) -> Vec<String> {
        let import = path
            .first()
            .and_then(|first| self.modules.get(module)?.imports.iter().find(|import| import.name == *first));
        match import {
            Some(import) => {
                let mut full = self.absolute(module, &import.path);
                full.extend(path[1..].iter().cloned());
                full
            }
            None => self.absolute(module, path),
        }
    }

    /// The module that defines what a full path names, re-exports followed; none for another crate's.
    pub(crate) fn definer(&self, path: &[String]) -> Option<Module> {
        self.follow(path, 0)
    }

    fn follow(&self, path: &[String], depth: usize) -> Option<Module> {
        const ENOUGH: usize = 16;
        let (first, rest) = path.split_first()?;
        if first != "crate" || depth > ENOUGH {
            return None;
        }
        let mut module: Module = Vec::new();
        for (at, name) in rest.iter().enumerate() {
            let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
            if self.modules.contains_key(&inner) {
                module = inner;
                continue;
            }
            let names = self.modules.get(&module)?;
            if !names.items.contains(name) {
                for mut tail in names.ways_to(name) {
                    tail.extend(rest[at + 1..].iter().cloned());
                    if let Some(found) = self.follow(&self.absolute(&module, &tail), depth + 1) {
                        return Some(found);
                    }
                }
            }
            return Some(module);
        }
        Some(module)
    }

    /// The modules, the root first.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.keys()
    }

    /// The nearest module at or above this one that has a file of its own.
    pub(crate) fn of_file(&self, module: &Module) -> Module {
        let mut module = module.clone();
        while let Some((_, parent)) = module.split_last() {
            let parent = parent.to_vec();
            if self.files.get(&parent) != self.files.get(&module) {
                break;
            }
            module = parent;
        }
        module
    }
}

impl Names {
    /// Collects what code names: imports, wherever they stand, and paths of several names.
    fn read(&mut self, code: &[Token]) {
        let mut at = 0;
        while at < code.len() {
            if code[at].word() == Some("use") {
                let length = code[at..].iter().position(|token| *token == Token::Mark(';'));
                let end = at + length.unwrap_or(code.len() - at);
                leaves(&code[at + 1..end], &[], &mut self.imports);
                at = end;
            } else if let Some(first) = code[at].word() {
                let mut path = vec![first.to_owned()];
                let start = at;
                while let (Some(Token::Through), Some(Token::Word(next))) =
                    (code.get(at + 1), code.get(at + 2))
                {
                    path.push(next.clone());
                    at += 2;
                }
                // A visibility names no item.
                let before = |back: usize| start.checked_sub(back).and_then(|at| code.get(at));
                let is_visibility = before(1).and_then(Token::word) == Some("in")
                    && before(2) == Some(&Token::Open('('))
                    && before(3).and_then(Token::word) == Some("pub");
                if path.len() > 1 && !is_visibility {
                    self.paths.insert(path);
                }
            }
            at += 1;
        }
    }

    /// What a name may stand for that is not defined here: an import of it, else whatever a glob brings.
    fn ways_to(&self, name: &str) -> Vec<Vec<String>> {
        let same = self.imports.iter().filter(|import| import.name == name).map(|import| import.path.clone());
        let all = self.imports.iter().filter(|import| import.name == "*").map(|import| {
            let (_, before) = import.path.split_last().unwrap();
            before.iter().cloned().chain([name.to_owned()]).collect()
        });
        same.chain(all).collect()
    }
}

/// The file of a module that stands in its own.
fn path_of(module: &Module, text: &dyn Fn(&str) -> Option<String>) -> String {
    let folder: PathBuf = module.iter().collect();
    let [file, inside] = [folder.with_extension("rs"), folder.join("mod.rs")]
        .map(|path| path.to_string_lossy().replace('\\', "/"));
    if text(&inside).is_some() { inside } else { file }
}

/// The name of an item whose keyword comes next.
fn defined(code: &[Token]) -> Option<String> {
    const KEYWORDS: [&str; 8] = ["fn", "struct", "enum", "trait", "const", "static", "type", "union"];
    match code {
        [Token::Word(macro_rules), Token::Mark('!'), Token::Word(name), ..]
            if macro_rules == "macro_rules" =>
        {
            Some(name.clone())
        }
        [Token::Word(keyword), Token::Word(name), ..]
            if KEYWORDS.contains(&keyword.as_str()) && !KEYWORDS.contains(&name.as_str()) =>
        {
            Some(name.clone())
        }
        _ => None,
    }
}

/// The leaves of the tree of a `use`.
fn leaves(tree: &[Token], above: &[String], found: &mut Vec<Import>) {
    let mut path = above.to_vec();
    let mut at = 0;
    while let Some(token) = tree.get(at) {
        match token {
            Token::Word(word) if word == "as" => {
                let name = tree.get(at + 1).and_then(Token::word).unwrap_or("_").to_owned();
                return found.push(Import { name, path });
            }
            Token::Word(word) if word == "self" && !path.is_empty() => {}
            Token::Word(word) => path.push(word.clone()),
            Token::Mark('*') => path.push("*".to_owned()),
            Token::Open('{') => {
                let inside = &tree[at + 1..close(tree, at)];
                return split(inside).into_iter().for_each(|part| leaves(part, &path, found));
            }
            _ => {}
        }
        at += 1;
    }
    if let Some(name) = path.last().cloned().filter(|_| !tree.is_empty()) {
        found.push(Import { name, path });
    }
}

/// The parts between the commas of a group.
fn split(code: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < code.len() {
        match code[at] {
            Token::Open(_) => at = close(code, at),
            Token::Mark(',') => {
                parts.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&code[start..]);
    parts
}
