//! A runbook's page as its reader works through it: numbered steps, each with its commands. Only this program's own Markdown
//! is understood.

/// A numbered step of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Its level: the number of `#`.
    pub(crate) level: usize,
    /// Its heading.
    pub(crate) heading: String,
    /// What its blocks marked `sh` hold, in order.
    pub(crate) scripts: Vec<String>,
    /// Its text beside the blocks.
    pub(crate) text: String,
}

impl Section {
    /// The number and the title of a step: `3. Title`.
    pub(crate) fn numbered(&self) -> Option<(usize, &str)> {
        let (number, title) = self.heading.split_once(". ")?;
        Some((number.parse().ok()?, title))
    }

    /// All of its commands, a line each.
    pub(crate) fn script(&self) -> String {
        self.scripts.concat()
    }
}

/// The sections of a page, in order; what stands before the first heading is left out.
pub(crate) fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let last = sections.last_mut();
        match open {
            Some((fence, _)) if ticks >= fence && line[ticks..].trim().is_empty() => open = None,
            Some((_, true)) => {
                if let Some(script) = last.and_then(|section| section.scripts.last_mut()) {
                    script.push_str(line);
                    script.push('\n');
                }
            }
            Some((_, false)) => {}
            None if ticks >= 3 => {
                let is_shell = &line[ticks..] == "sh";
                if let Some(section) = last.filter(|_| is_shell) {
                    section.scripts.push(String::new());
                }
                open = Some((ticks, is_shell));
            }
            None if line.starts_with('#') => {
                let level = line.len() - line.trim_start_matches('#').len();
                let heading = line[level..].trim().to_owned();
                sections.push(Section { level, heading, scripts: Vec::new(), text: String::new() });
            }
            None => {
                if let Some(section) = last {
                    section.text.push_str(line);
                    section.text.push('\n');
                }
            }
        }
    }
    sections
}

#[test]
fn a_page_is_cut_at_its_headings() {
    let page = "# Title\n\nText\n\n## Steps\n\n### 1. MIG-005: Go\n\n```sh\naz a\n# not a heading\n```\n\nthen\n\n```json\n{}\n```\n\n````sh\naz b\n```\n````\n### 2. Next\n";
    let found = sections(page);
    let seen: Vec<_> = found.iter().map(|one| (one.level, one.numbered(), one.scripts.len())).collect();
    assert_eq!(
        seen,
        [(1, None, 0), (2, None, 0), (3, Some((1, "MIG-005: Go")), 2), (3, Some((2, "Next")), 0)]
    );
    assert_eq!(found[2].script(), "az a\n# not a heading\naz b\n```\n");
}
