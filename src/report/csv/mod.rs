//! One CSV file a table: a header row, then the audit's rows in its order.

mod cell;
mod leaving;
mod outlook;
mod tables;

use std::io::{self, Write};

use self::cell::Cell;
use super::ReportFile;
use crate::assess::audit::Audit;

/// A column: its name and what a row says in it.
struct Column<R> {
    name: &'static str,
    cell: fn(&R) -> Cell<'_>,
}

/// A column of a table; adding one is one line.
fn column<R>(name: &'static str, cell: fn(&R) -> Cell<'_>) -> Column<R> {
    Column { name, cell }
}

/// All tables of an audit.
pub(super) fn files(audit: &Audit) -> Vec<ReportFile<'_>> {
    vec![
        ReportFile::new("clusters.csv", |out| write(out, &tables::clusters(), audit.clusters.iter())),
        ReportFile::new("node_pools.csv", |out| write(out, &tables::node_pools(), audit.node_pools.iter())),
        ReportFile::new("subnets.csv", |out| write(out, &tables::subnets(), audit.subnets.iter())),
        ReportFile::new("vnets.csv", |out| write(out, &tables::vnets(), audit.vnets.iter())),
        ReportFile::new("consumers.csv", |out| {
            let of = |subnet| tables::consumers_of(subnet);
            write(out, &tables::consumers(), audit.subnets.iter().flat_map(of))
        }),
        ReportFile::new("kubenet_exposure.csv", |out| {
            write(out, &leaving::kubenet_exposure(), leaving::exposed(audit))
        }),
        ReportFile::new("migration_candidates.csv", |out| {
            write(out, &leaving::migration_candidates(), leaving::candidates(audit))
        }),
        ReportFile::new("migration_plan.csv", |out| {
            write(out, &leaving::migration_plan(), leaving::steps(audit))
        }),
        ReportFile::new("retirements.csv", |out| write(out, &leaving::retirements(), leaving::hits(audit))),
        ReportFile::new("cidr_conflicts.csv", |out| {
            write(out, &outlook::conflicts(), audit.conflicts.iter())
        }),
        ReportFile::new("limits.csv", |out| write(out, &outlook::limits(), outlook::limits_of(audit))),
        ReportFile::new("preflight.csv", |out| write(out, &outlook::preflight(), audit.preflights.iter())),
        ReportFile::new("fixes.csv", |out| write(out, &outlook::fixes(), audit.fixes.iter())),
        ReportFile::new("findings.csv", |out| {
            write(out, &tables::findings(), tables::by_resource(&audit.findings, |finding| finding))
        }),
        ReportFile::new("accepted_findings.csv", |out| {
            write(out, &tables::accepted_findings(), tables::by_resource(&audit.accepted, |row| &row.0))
        }),
        ReportFile::new("coverage.csv", |out| write(out, &tables::coverage(), audit.coverage.iter())),
    ]
}

/// Writes a table: UTF-8 without a byte-order mark, LF, quoted as RFC 4180 says where quoting is needed.
fn write<R>(out: &mut dyn Write, columns: &[Column<R>], rows: impl Iterator<Item = R>) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(columns.iter().map(|column| column.name))?;
    for row in rows {
        for column in columns {
            csv.write_field(&*(column.cell)(&row).written())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests;
