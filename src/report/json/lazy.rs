//! Lists that are turned into their JSON shape one row at a time.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// Rows of the audit that print as `D`.
pub(super) struct Rows<'a, R, D> {
    rows: &'a [R],
    shape: PhantomData<fn(&'a R) -> D>,
}

impl<'a, R, D> From<&'a [R]> for Rows<'a, R, D> {
    fn from(rows: &'a [R]) -> Self {
        Self { rows, shape: PhantomData }
    }
}

impl<'a, R, D: From<&'a R> + Serialize> Serialize for Rows<'a, R, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(D::from))
    }
}

impl<R, D: JsonSchema> JsonSchema for Rows<'_, R, D> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<D>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<D>::json_schema(generator)
    }
}
