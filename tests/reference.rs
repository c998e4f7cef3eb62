//! The pages of `docs/reference/` are what the declarations say. `AKS_CENSUS_UPDATE=1 cargo test reference` rewrites them.

use std::{fs, path::Path};

#[test]
fn the_reference_of_columns_is_what_their_declarations_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/columns.md");
    let page = aks_census::report::columns();
    if std::env::var_os("AKS_CENSUS_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &page).unwrap();
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "`AKS_CENSUS_UPDATE=1 cargo test reference` brings {} up to date",
        path.display()
    );
}

#[test]
fn every_column_says_what_it_means() {
    let page = aks_census::report::columns();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 200, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, name, _, meaning, _] = cells.as_slice() else { panic!("{row}") };
        let name = name.trim_matches('`');
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{row}");
        assert!(
            meaning.ends_with('.') && meaning.starts_with(|c: char| c.is_uppercase() || c == '`'),
            "{row}"
        );
    }
}
