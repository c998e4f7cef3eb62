//! Identities and what they may do.

use serde_json::json;

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    form, refuse,
};
use crate::world::{Identity, Shelf, World, guid, lower};

const ROLES: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-cli";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "identity create",
        needs: "--resource-group|-g= --name|-n=",
        takes: "--location|-l= --tags=* --isolation-scope=",
        run: create,
    },
    Verb { words: "identity show", needs: "", takes: "--ids=* --resource-group|-g= --name|-n=", run: show },
    Verb {
        words: "identity delete",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n=",
        run: delete,
    },
    Verb {
        words: "role assignment create",
        needs: "--role= --scope=",
        takes: "--assignee= --assignee-object-id= --assignee-principal-type= --description= --condition= --condition-version= --name=",
        run: assign,
    },
    Verb {
        words: "role assignment delete",
        needs: "",
        takes: "--ids=* --role= --scope= --assignee= --assignee-object-id= --resource-group|-g= --yes|-y --include-inherited",
        run: unassign,
    },
];

fn spelt(arguments: &Arguments) -> Result<String, Refusal> {
    if let Some([id]) = arguments.many("--ids") {
        return Ok(id.clone());
    }
    let id = super::named(arguments, Shelf::Cluster, "--name")?;
    Ok(id.replace(Shelf::Cluster.collection(), "Microsoft.ManagedIdentity/userAssignedIdentities"))
}

fn create(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = spelt(arguments)?;
    let identity = match world.identities.get(&lower(&id)) {
        // As often as one likes: it is the same identity.
        Some(known) => known.clone(),
        None => Identity { principal: guid(&id), id: id.clone() },
    };
    world.identities.insert(lower(&id), identity.clone());
    Ok(Done {
        output: Some(json!({ "id": identity.id, "principalId": identity.principal })),
        ..Done::changed()
    })
}

fn show(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = spelt(arguments)?;
    match world.identities.get(&lower(&id)) {
        Some(one) => {
            Ok(Done::with(json!({ "id": one.id, "principalId": one.principal, "clientId": one.principal })))
        }
        None => super::not_found(&id),
    }
}

fn delete(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = spelt(arguments)?;
    match world.identities.remove(&lower(&id)) {
        Some(_) => Ok(Done::changed()),
        None => super::not_found(&id),
    }
}

/// Whether a scope is of something that is there.
fn exists(world: &World, scope: &str) -> bool {
    let parts = scope.trim_matches('/').split('/').count();
    match parts {
        2 | 4 => scope.split('/').nth(2).is_some_and(|id| world.has_subscription(id)),
        _ => {
            world.subnet(scope).is_some()
                || [Shelf::Cluster, Shelf::Network, Shelf::RouteTable, Shelf::SecurityGroup, Shelf::Gateway]
                    .iter()
                    .any(|shelf| world.get(*shelf, scope).is_some())
        }
    }
}

fn assign(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let [role, scope] = ["--role", "--scope"].map(|name| arguments.one(name).unwrap_or_default());
    if !exists(world, scope) {
        return super::not_found(scope);
    }
    let principal = match (arguments.one("--assignee-object-id"), arguments.one("--assignee")) {
        (Some(id), None) if arguments.has("--assignee-principal-type") => id,
        (None, Some(id)) => id,
        (Some(_), None) => {
            return refuse("Form", ROLES, "--assignee-object-id goes with --assignee-principal-type");
        }
        _ => return form("one of --assignee and --assignee-object-id"),
    };
    let is_known = world.identities.values().any(|one| one.principal.eq_ignore_ascii_case(principal))
        || world.roles.iter().any(|(one, ..)| one.eq_ignore_ascii_case(principal));
    if !is_known {
        return refuse("PrincipalNotFound", ROLES, format!("nobody knows `{principal}`"));
    }
    if !["Network Contributor", "Contributor", "Owner", "Managed Identity Operator", "Reader"].contains(&role)
    {
        return refuse("Form", ROLES, format!("`{role}` is no role that is rehearsed"));
    }
    // Assigning a role twice gives what is there.
    world.roles.insert((lower(principal), lower(role), lower(scope)));
    Ok(Done::changed())
}

fn unassign(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let principal = arguments.one("--assignee-object-id").or(arguments.one("--assignee")).map(lower);
    let [role, scope] = ["--role", "--scope"].map(|name| arguments.one(name).map(lower));
    let before = world.roles.len();
    world.roles.retain(|(who, what, at)| {
        !(principal.as_ref().is_none_or(|one| one == who)
            && role.as_ref().is_none_or(|one| one == what)
            && scope.as_ref().is_none_or(|one| one == at))
    });
    if world.roles.len() == before { form("there is no such assignment") } else { Ok(Done::changed()) }
}
