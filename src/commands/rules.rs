//! `rules` and `explain`: the catalogue with its sources.

use comfy_table::Table;

use super::{ExitStatus, Failure, output};
use crate::{
    cli::{RulesArgs, RulesCommand, TableFormat},
    rules::Catalogue,
};

pub(super) fn run(args: &RulesArgs) -> Result<ExitStatus, Failure> {
    if let Some(RulesCommand::Explain { id }) = &args.command {
        return explain(id, args.format);
    }
    let catalogue = Catalogue::get();
    let text = match args.format {
        TableFormat::Json => pretty(&catalogue.entries())?,
        TableFormat::Table => {
            let mut table = Table::new();
            table.load_style(comfy_table::presets::NOTHING);
            table.set_header(["id", "kind", "severity", "checked", "title"]);
            for entry in catalogue.entries() {
                table.add_row([entry.id, entry.kind, entry.severity.unwrap_or_default(), entry.checked, entry.title]);
            }
            format!("{}\n", table.trim_fmt())
        }
    };
    output::print(&text)?;
    Ok(ExitStatus::Done)
}

pub(super) fn explain(id: &str, format: TableFormat) -> Result<ExitStatus, Failure> {
    let catalogue = Catalogue::get();
    let entry = catalogue.entries().into_iter().find(|entry| entry.id.eq_ignore_ascii_case(id));
    let entry = entry.ok_or_else(|| Failure::UnknownRule(id.to_owned()))?;
    let text = match format {
        TableFormat::Json => pretty(&entry)?,
        TableFormat::Table => entry.explain(),
    };
    output::print(&text)?;
    Ok(ExitStatus::Done)
}

fn pretty<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    Ok(format!("{text}\n"))
}
