//! The series of a virtual machine by the name of its size, for series that end.
//!
//! A name is matched as a whole, by the sizes the series really has: `Standard_B2s` is of B, `Standard_B2s_v2` of another
//! series that goes on. What is not listed here is of no series.
//! <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>

/// A series: its word in the catalogue, and the sizes it has, in lower case and without `standard_`. A size may name fewer
/// cores than the machine has (`ds11-1_v2`).
const SERIES: &[(&str, &str)] = &[
    ("D", "d1 d2 d3 d4 d11 d12 d13 d14"),
    ("Ds", "ds1 ds2 ds3 ds4 ds11 ds12 ds13 ds14"),
    ("Dv2", "d1_v2 d2_v2 d3_v2 d4_v2 d5_v2 d11_v2 d12_v2 d13_v2 d14_v2 d15_v2 d15i_v2"),
    (
        "Dsv2",
        "ds1_v2 ds2_v2 ds3_v2 ds4_v2 ds5_v2 ds11_v2 ds11-1_v2 ds12_v2 ds12-1_v2 ds12-2_v2 ds13_v2 ds13-2_v2 \
         ds13-4_v2 ds14_v2 ds14-4_v2 ds14-8_v2 ds15_v2 ds15i_v2",
    ),
    ("Ls", "l4s l8s l16s l32s"),
    ("F", "f1 f2 f4 f8 f16"),
    ("Fs", "f1s f2s f4s f8s f16s"),
    ("Fsv2", "f2s_v2 f4s_v2 f8s_v2 f16s_v2 f32s_v2 f48s_v2 f64s_v2 f72s_v2"),
    ("Lsv2", "l8s_v2 l16s_v2 l32s_v2 l48s_v2 l64s_v2 l80s_v2"),
    ("Av2", "a1_v2 a2_v2 a4_v2 a8_v2 a2m_v2 a4m_v2 a8m_v2"),
    ("B", "b1ls b1s b1ms b2s b2ms b4ms b8ms b12ms b16ms b20ms"),
    ("G", "g1 g2 g3 g4 g5"),
    ("Gs", "gs1 gs2 gs3 gs4 gs4-4 gs4-8 gs5 gs5-8 gs5-16"),
    ("NVv3", "nv12s_v3 nv24s_v3 nv48s_v3"),
    ("NVv4", "nv4as_v4 nv8as_v4 nv16as_v4 nv32as_v4"),
    ("DCsv2", "dc1s_v2 dc2s_v2 dc4s_v2 dc8_v2 dc8s_v2"),
];

/// Whether a size is of a series of the table, whatever the case of their letters.
#[must_use]
pub fn is_of_series(size: &str, series: &str) -> bool {
    let Some(name) = name(size) else { return false };
    let row = SERIES.iter().find(|(word, _)| word.eq_ignore_ascii_case(series));
    row.is_some_and(|(_, sizes)| sizes.split(' ').any(|one| one.eq_ignore_ascii_case(name)))
}

/// A size without what comes before and after its name. Machines of a promotion are of the series whose name they bear.
fn name(size: &str) -> Option<&str> {
    const PREFIX: &str = "standard_";
    const PROMOTION: &str = "_promo";
    let head = size.get(..PREFIX.len()).filter(|head| head.eq_ignore_ascii_case(PREFIX))?;
    let name = size.get(head.len()..)?;
    let at = name.len().saturating_sub(PROMOTION.len());
    let ends = name.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(PROMOTION));
    if ends { name.get(..at) } else { Some(name) }
}

/// Whether a word names a series of the table.
#[cfg(test)]
pub(super) fn is_listed(series: &str) -> bool {
    SERIES.iter().any(|(word, _)| word.eq_ignore_ascii_case(series))
}

/// A size of a series, without `standard_`.
#[cfg(test)]
pub(crate) fn a_size_of(series: &str) -> Option<&'static str> {
    SERIES.iter().find(|(word, _)| word.eq_ignore_ascii_case(series))?.1.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_of_its_series_and_of_no_other() {
        let cases = [
            ("Standard_D2", Some("D")),
            ("Standard_D14", Some("D")),
            ("Standard_D5", None),
            ("Standard_DS3", Some("Ds")),
            ("Standard_D2_v2", Some("Dv2")),
            ("Standard_D2_v2_Promo", Some("Dv2")),
            ("Standard_DS2_v2", Some("Dsv2")),
            ("standard_ds12-1_V2", Some("Dsv2")),
            ("Standard_D2_v3", None),
            ("Standard_D2s_v3", None),
            ("Standard_D4ds_v5", None),
            ("Standard_D16_v2", None),
            ("Standard_DC2s_v2", Some("DCsv2")),
            ("Standard_DC8_v2", Some("DCsv2")),
            ("Standard_DC4s_v3", None),
            ("Standard_DC4as_v5", None),
            ("Standard_B2s", Some("B")),
            ("Standard_B2ms", Some("B")),
            ("Standard_B20ms", Some("B")),
            ("Standard_B2s_v2", None),
            ("Standard_B2as_v2", None),
            ("Standard_B2pls_v2", None),
            ("Standard_F4", Some("F")),
            ("Standard_F4s", Some("Fs")),
            ("Standard_F4s_v2", Some("Fsv2")),
            ("Standard_F4as_v6", None),
            ("Standard_FX4mds", None),
            ("Standard_L8s", Some("Ls")),
            ("Standard_L8s_v2", Some("Lsv2")),
            ("Standard_L8s_v3", None),
            ("Standard_L8as_v3", None),
            ("Standard_A2_v2", Some("Av2")),
            ("Standard_A2m_v2", Some("Av2")),
            ("Standard_A2", None),
            ("Basic_A2", None),
            ("Standard_GS5-16", Some("Gs")),
            ("Standard_NV12s_v3", Some("NVv3")),
            ("Standard_NV8as_v4", Some("NVv4")),
            ("Standard_NV36ads_A10_v5", None),
            ("Standard_NC6s_v3", None),
            ("Standard_E4s_v3", None),
            ("DS2_v2", None),
            ("Standard_", None),
            ("", None),
        ];
        for (size, series) in cases {
            let found: Vec<_> =
                SERIES.iter().map(|(word, _)| *word).filter(|word| is_of_series(size, word)).collect();
            assert_eq!(found, Vec::from_iter(series), "{size}");
        }
        assert!(is_of_series("STANDARD_DS2_V2_PROMO", "dsv2") && !is_of_series("Standard_DS2_v2", "none"));
    }

    #[test]
    fn no_size_is_of_two_series() {
        let mut sizes: Vec<_> = SERIES.iter().flat_map(|(_, sizes)| sizes.split(' ')).collect();
        let all = sizes.len();
        sizes.sort_unstable();
        sizes.dedup();
        assert_eq!(sizes.len(), all);
        assert!(sizes.iter().all(|size| !size.is_empty() && *size == size.to_ascii_lowercase()));
    }
}
