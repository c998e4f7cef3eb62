//! Network security groups.

use serde::Deserialize;

use super::{
    Count, List, Reference, Text,
    lenient::{object, object_or_null},
};

/// `Microsoft.Network/networkSecurityGroups`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct NetworkSecurityGroup {
    pub(crate) id: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<GroupProperties>,
}

identified!(NetworkSecurityGroup);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct GroupProperties {
    pub(crate) security_rules: List<SecurityRule>,
    pub(crate) subnets: List<Reference>,
}

/// One rule.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct SecurityRule {
    pub(crate) id: Option<Text>,
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) properties: RuleProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct RuleProperties {
    pub(crate) priority: Option<Count>,
    pub(crate) direction: Option<Text>,
    pub(crate) access: Option<Text>,
    pub(crate) protocol: Option<Text>,
    pub(crate) source_address_prefix: Option<Text>,
    pub(crate) source_address_prefixes: List<Text>,
    pub(crate) destination_address_prefix: Option<Text>,
    pub(crate) destination_address_prefixes: List<Text>,
    pub(crate) source_application_security_groups: List<Reference>,
    pub(crate) destination_application_security_groups: List<Reference>,
    pub(crate) source_port_range: Option<Text>,
    pub(crate) source_port_ranges: List<Text>,
    pub(crate) destination_port_range: Option<Text>,
    pub(crate) destination_port_ranges: List<Text>,
}
