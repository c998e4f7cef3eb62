//! The ids that the code names: a line each, a name for the code beside the id that the catalogue and the reports know.

/// Declares the ids of one catalogue file, so that code and data cannot drift apart. What each means, its entry says.
macro_rules! ids {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[derive(strum::Display, strum::IntoStaticStr, strum::VariantArray)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "` of the catalogue.")]
                #[serde(rename = $text)]
                #[strum(serialize = $text)]
                $variant,
            )+
        }

        impl $name {
            /// Every id.
            pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

            /// The id as the catalogue and the reports spell it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }
    };
}
pub(super) use ids;
