//! What would hurt whoever works from a printed runbook, each held on the page of a cluster of the demo that shows it.

use std::{collections::BTreeMap, fs, path::Path};

use crate::runbooks::pages;

/// A numbered step of a page.
struct Step {
    title: String,
    text: String,
    commands: Vec<String>,
}

/// The page of a cluster.
struct Book {
    page: String,
    steps: Vec<Step>,
}

impl Book {
    /// The page of the cluster of this name.
    fn of(cluster: &str) -> Self {
        let ending = format!("-aks-{cluster}.md");
        let mut own = pages("").into_iter().filter(|(name, _)| name.ends_with(&ending));
        Self::read(own.next().unwrap_or_else(|| panic!("{cluster} has no runbook")).1)
    }

    fn read(page: String) -> Self {
        let of_steps = page.split("\n## ").nth(1).unwrap();
        let steps = of_steps.split("\n### ").skip(1).map(|step| {
            let (title, text) = step.split_once('\n').unwrap();
            let mut in_code = false;
            let in_fence = |line: &&str| {
                in_code ^= line.starts_with("```");
                in_code && !line.starts_with("```") && !line.starts_with('#')
            };
            let commands = text.lines().filter(in_fence).map(str::to_owned).collect();
            Step { title: title.to_owned(), text: text.to_owned(), commands }
        });
        let steps = steps.collect();
        Self { page, steps }
    }

    /// The steps whose titles name a check or hold a word.
    fn at(&self, word: &str) -> Vec<usize> {
        let named = self.steps.iter().enumerate().filter(|(_, step)| step.title.contains(word));
        named.map(|(at, _)| at).collect()
    }

    /// The step of a check.
    fn step(&self, check: &str) -> &Step {
        &self.steps[*self.at(check).first().unwrap_or_else(|| panic!("no step {check}: {}", self.page))]
    }

    /// Where the network changes; none where nothing moves in place.
    fn moves(&self) -> Option<usize> {
        let moves = |command: &String| {
            command.starts_with("az aks update") && command.contains("--network-plugin azure")
        };
        self.steps.iter().position(|step| step.commands.iter().any(moves))
    }

    fn commands(&self) -> impl Iterator<Item = &String> {
        self.steps.iter().flat_map(|step| &step.commands)
    }

    /// How many commands hold all these words.
    fn count(&self, words: &[&str]) -> usize {
        self.commands().filter(|command| words.iter().all(|word| command.contains(word))).count()
    }
}

impl Step {
    fn has(&self, words: &[&str]) -> bool {
        self.commands.iter().any(|command| words.iter().all(|word| command.contains(word)))
    }
}

/// What a page shows of a cluster.
struct Case {
    shows: &'static str,
    of: &'static str,
    holds: fn(&Book) -> bool,
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Route tables that gateways share.
    Case { shows: "a gateway's subnet goes over to a copy of the table, in the move's own window", of: "loyalty-prod-weu",
        holds: |book| book.moves() == Some(book.at("route table of their own")[0] + 1) && book.at("Sign in")[0] < book.moves().unwrap() - 1 },
    Case { shows: "the copy has every route, those to pods too", of: "loyalty-prod-weu",
        holds: |book| book.step("route table of their own").commands.iter().filter(|line| line.contains("route create")).count() == 2 },
    Case { shows: "the gateway's health is looked at before and after the copy's pod routes go", of: "loyalty-prod-weu",
        holds: |book| book.count(&["show-backend-health"]) == 2 },
    Case { shows: "routes go only when nothing needs them any more", of: "loyalty-prod-weu",
        holds: |book| book.at("Take away the routes")[0] > book.moves().unwrap() },
    // Steps that exclude each other.
    Case { shows: "the migration of availability sets is the one step for machines and load balancer", of: "signage-dev-weu",
        holds: |book| book.at("MIG-050") == book.at("MIG-052") && book.at("MIG-050").len() == 1 },
    Case { shows: "and its only command", of: "signage-dev-weu",
        holds: |book| matches!(book.step("MIG-050").commands.as_slice(), [one] if one.contains("--migrate-vmas-to-vms"))
            && book.count(&["--load-balancer-sku"]) == 0 },
    // A blocker that another pod CIDR does not cure.
    Case { shows: "a DNS address outside the service range takes a new cluster", of: "training-dev-weu",
        holds: |book| book.moves().is_none() && book.count(&["az aks create", "-2 "]) == 1 },
    Case { shows: "and the new cluster does not get the old range and address again", of: "training-dev-weu",
        holds: |book| !book.page.contains("10.245.0.10") && book.count(&["--service-cidr SERVICE_CIDR"]) == 1 },
    Case { shows: "no alarm about route tables of networks that do not meet", of: "training-dev-weu", holds: |book| !book.page.contains("MIG-044") },
    Case { shows: "no alarm about route tables of networks that do not meet", of: "signage-dev-weu", holds: |book| !book.page.contains("MIG-044") },
    Case { shows: "no alarm about route tables of networks that do not meet", of: "signage-prod-weu", holds: |book| !book.page.contains("routes to the pods in") },
    Case { shows: "no alarm about route tables of networks that do not meet", of: "scanner-prod-weu", holds: |book| !book.page.contains("routes to the pods in") },
    // Surge that fits, or none.
    Case { shows: "where no surge fits, none is printed", of: "cart-prod-neu",
        holds: |book| book.count(&["--max-surge"]) == 0 && book.step("MIG-035").text.contains("No command does it all") },
    Case { shows: "the surge that fits is printed, not the one that is there", of: "checkout-prod-weu",
        holds: |book| book.step("MIG-035").has(&["--name checkout", "--max-surge 0 --max-unavailable 1"]) },
    Case { shows: "and given back", of: "checkout-prod-weu", holds: |book| book.step("Give back").has(&["--name checkout", "--max-surge 1 --max-unavailable 0"]) },
    Case { shows: "the surge that fits, by pool", of: "partnerapi-prod-eus2",
        holds: |book| book.step("MIG-035").has(&["--name partners", "--max-surge 0 --max-unavailable 1"]) },
    Case { shows: "one change that is enough stands alone", of: "drivers-prod-weu",
        holds: |book| book.steps.len() == 1 && book.steps[0].has(&["--name drivers", "--max-surge 2"]) && book.commands().count() == 1 },
    // What is not known.
    Case { shows: "how long a stopped cluster takes is unknown, not 0", of: "kiosk-test-weu",
        holds: |book| book.page.contains("how long a re-image takes is unknown") && !book.page.contains("0 min") },
    // Work that is more than a command.
    Case { shows: "a delegation is one command", of: "loyalty-prod-weu",
        holds: |book| matches!(book.step("MIG-068").commands.as_slice(), [one] if one.contains("/subnets/snet-appgw-loyalty --delegations ")) },
    Case { shows: "a range that has to be freed is a project with days", of: "harbourerp-prod-weu",
        holds: |book| book.step("MIG-024").text.contains("count with 5 working days") },
    Case { shows: "a subnet of its own for a gateway is a project with days", of: "livestream-prod-neu",
        holds: |book| book.step("MIG-069").text.contains("count with 5 working days") },
    Case { shows: "an identity gets its rights on subnet and route table, by their ids", of: "pos-dev-weu",
        holds: |book| book.step("MIG-012").has(&["role assignment create", "/subnets/snet-aks-pos-dev"])
            && book.step("MIG-012").has(&["role assignment create", "/routeTables/rt-aks-pos-dev"]) },
    Case { shows: "a network that two clusters share takes days to part", of: "pricing-prod-weu",
        holds: |book| book.step("MIG-041").text.contains("count with 10 working days") },
    // Rules that deny.
    Case { shows: "nodes to nodes and to pods, and pods to pods, are all let through", of: "receipts-prod-weu",
        holds: |book| book.step("MIG-046").has(&["--source-address-prefixes 10.20.6.0/25 ", "--destination-address-prefixes 10.20.6.0/25 100.64.0.0/20 "])
            && book.step("MIG-046").has(&["--source-address-prefixes 100.64.0.0/20 ", "--destination-address-prefixes 100.64.0.0/20 "]) },
    Case { shows: "in the direction of the rule that denies, each before it and at a place of its own", of: "receipts-prod-weu",
        holds: |book| book.step("MIG-046").commands.iter().all(|command| command.contains("--direction Inbound"))
            && book.count(&["--priority 208 "]) == 1 && book.count(&["--priority 209 "]) == 1 },
    // Editions of the operating system, and versions.
    Case { shows: "an image that went with its version gets another version, no other distribution", of: "loyalty-test-weu",
        holds: |book| book.count(&["--os-sku"]) == 0 && book.step("MIG-057").has(&["az aks upgrade"]) },
    Case { shows: "minor by minor, to a version that has support left", of: "loyalty-test-weu",
        holds: |book| book.step("MIG-002").commands.iter().filter_map(|line| line.split("--kubernetes-version ").nth(1)).eq(["1.34", "1.35"]) },
    Case { shows: "an edition without a way in place gets a new pool", of: "edge-test-neu",
        holds: |book| book.count(&["nodepool update", "--name flatcar"]) == 0 && book.count(&["nodepool add", "--name flatcar2"]) == 1
            && book.count(&["nodepool delete", "--name flatcar"]) == 1 },
    // Successors.
    Case { shows: "a new pool's subnet is made first", of: "media-prod-weu",
        holds: |book| book.commands().position(|line| line.contains("subnet create")) < book.commands().position(|line| line.contains("nodepool add")) },
    Case { shows: "a new pool has all that is known of the old one", of: "media-prod-weu",
        holds: |book| book.steps[0].has(&["--mode User", "--node-vm-size Standard_D8ds_v5", "--node-count 12", "--min-count 6 --max-count 18",
            "--zones 1 2 3", "--max-pods 30", "--os-sku Ubuntu", "--max-surge 25%", "/subnets/snet-aks-media-2"]) },
    Case { shows: "every pool of a new cluster has its subnet", of: "promotions-dev-weu",
        holds: |book| book.count(&["--vnet-subnet-id NODE_SUBNET_ID"]) == 2 },
    // Clusters whose target is a new one.
    Case { shows: "a pool maximum does not make a new cluster ready", of: "yard-prod-weu", holds: is_built_anew },
    Case { shows: "a new cluster is no move", of: "promotions-dev-weu", holds: is_built_anew },
    Case { shows: "a new cluster is no move", of: "training-dev-weu", holds: is_built_anew },
    Case { shows: "and what would come after one asks nothing", of: "terminals-prod-weu", holds: is_built_anew },
    // Before and after.
    Case { shows: "autoscaler and channels are paused, and given back as they were", of: "kiosk-test-weu",
        holds: |book| book.step("Sign in").has(&["--name apps", "--disable-cluster-autoscaler"])
            && book.step("Sign in").has(&["--auto-upgrade-channel none --node-os-upgrade-channel None"])
            && book.step("Give back").has(&["--name apps", "--enable-cluster-autoscaler --min-count 2 --max-count 12"])
            && book.step("Give back").has(&["--auto-upgrade-channel patch --node-os-upgrade-channel NodeImage"]) },
    Case { shows: "a private API server takes another way", of: "kiosk-test-weu", holds: |book| book.page.contains("`az aks command invoke`") },
];

/// Built beside the old one, with steps of its own and no check of a change in place.
fn is_built_anew(book: &Book) -> bool {
    let titles = ["Build ", "Bring the workloads", "Lead traffic", "Delete this cluster"];
    let own = book.steps.len() == titles.len()
        && book.steps.iter().zip(titles).all(|(step, title)| step.title.contains(title));
    own && book.count(&["az aks update"]) == 0
        && !book.page.contains("**Verdict: ready")
        && !["MIG-009", "MIG-010", "MIG-015", "MIG-060"].iter().any(|check| book.page.contains(check))
}

#[test]
fn what_hurt_readers_stands_on_no_page() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter(|case| !(case.holds)(&Book::of(case.of)))
        .map(|case| format!("{}: {}", case.of, case.shows))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What holds on every page, whichever cluster has the trouble.
#[test]
fn no_page_prints_what_hurt_on_one() {
    let clusters = pages("").into_iter().filter(|(_, page)| page.contains("\n## Tonight"));
    for (name, page) in clusters {
        let book = Book::read(page);
        let before = book.steps.iter().take(book.moves().unwrap_or_default());
        for command in before.flat_map(|step| &step.commands) {
            assert!(
                !command.contains("--remove routeTable") && !command.contains("route delete"),
                "{name} takes routes away before the move: {command}"
            );
        }
        let both = book.count(&["--migrate-vmas-to-vms"]) > 0 && book.count(&["--load-balancer-sku"]) > 0;
        assert!(!both, "{name} has steps that exclude each other");
        assert!(!book.page.contains("0 min to 0 min"), "{name} shows unknown as 0");
        // A pool that goes needs no autoscaler again.
        let pool = |command: &String| {
            command.split_once("--name ").map(|(_, rest)| rest.split(' ').next().unwrap().to_owned())
        };
        let gone: Vec<_> = book
            .commands()
            .filter(|command| command.starts_with("az aks nodepool delete"))
            .map(pool)
            .collect();
        let off = |command: &&String| {
            command.contains("--disable-cluster-autoscaler") && !gone.contains(&pool(command))
        };
        let pauses = book.commands().filter(off).count();
        let resumes = book.count(&["nodepool update", "--enable-cluster-autoscaler"]);
        assert_eq!(pauses, resumes, "{name} does not give back what it pauses");
        assert_eq!(book.count(&["Unmanaged"]), 0, "{name}");
        for command in book.commands().filter(|command| command.starts_with("az aks nodepool add")) {
            for word in [
                "--node-vm-size ",
                "--mode ",
                "--node-count ",
                "--max-pods ",
                "--os-sku ",
                "--vnet-subnet-id ",
            ] {
                assert!(command.contains(word), "{name} adds a pool without {word}: {command}");
            }
        }
    }
}

/// A line of a table of the example by its columns.
type Row = BTreeMap<String, String>;

fn table(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example").join(name);
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn of_cluster(row: &Row) -> &str {
    row["cluster_id"].rsplit('/').next().unwrap()
}

/// "Ready" says that a cluster may be changed as it stands: never of one that is built anew.
#[test]
fn what_is_built_anew_is_never_ready_and_never_dated() {
    let (candidates, steps) = (table("migration_candidates.csv"), table("migration_plan.csv"));
    let anew: Vec<&Row> = candidates.iter().filter(|row| row["to"] == "new-cluster").collect();
    assert!(anew.len() > 3, "{anew:?}");
    for row in anew {
        assert_eq!(row["verdict"], "rebuild", "{}", of_cluster(row));
        assert!(!steps.iter().any(|step| step["cluster_id"] == row["cluster_id"]), "{}", of_cluster(row));
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example/report.md"));
    let page = page.unwrap();
    let decision = page.lines().find(|line| line.contains("decision that would free most")).unwrap();
    assert!(!decision.contains("aks-training-dev-weu"), "{decision}");
}

/// The plan has the dates that the runbooks work by.
#[test]
fn steps_are_dated_as_their_runbooks_have_them() {
    let steps = table("migration_plan.csv");
    let of = |cluster: &str, name: &str| {
        let own = steps.iter().filter(|step| of_cluster(step) == cluster && step["name"].contains(name));
        own.map(|step| (step["start"].as_str(), step["end"].as_str())).collect::<Vec<_>>()
    };
    let (moved, tables) = (of("aks-loyalty-prod-weu", "overlay"), of("aks-loyalty-prod-weu", "MIG-040"));
    assert_eq!(tables[0].0, moved[0].0, "the gateway's table is switched in the window of the move");
    let both = (of("aks-signage-dev-weu", "MIG-050").len(), of("aks-signage-dev-weu", "MIG-052").len());
    assert_eq!(both, (0, 1), "one step for machines and load balancer");
    let project = of("aks-harbourerp-prod-weu", "MIG-024");
    assert!(matches!(project.as_slice(), [(start, end)] if start < end), "a project takes days: {project:?}");
}

/// Its subscription's page has each cluster with its window, none left out; the estate's what is true of all of them, once.
#[test]
fn shared_pages_list_every_cluster_and_what_all_of_them_need() {
    let pages = pages("");
    let mut listed = 0;
    for step in table("migration_plan.csv").iter().filter(|step| step["name"] == "overlay") {
        let file = pages.iter().find(|(name, _)| name.ends_with(&format!("-{}.md", of_cluster(step))));
        let Some((file, _)) = file else { continue };
        let own = format!("subscription-{}.md", file.split('-').next().unwrap());
        let (_, shared) = pages.iter().find(|(name, _)| *name == own).unwrap();
        let row = shared.lines().find(|line| line.contains(&format!("]({file})"))).unwrap();
        assert!(row.contains(&step["start"]), "{row} is not of {}", step["start"]);
        listed += 1;
    }
    assert!(listed > 30, "{listed}");
    let (_, estate) = pages.iter().find(|(name, _)| name == "README.md").unwrap();
    for (shows, words) in [
        ("Entra ID", "kubelogin convert-kubeconfig"),
        ("private API servers", "az aks command invoke"),
        ("a stop after the first", "goes first and alone. Stop after it"),
        ("whom to ask", "## Whom to ask"),
        ("attesting", "Attest what you have looked at"),
    ] {
        assert!(estate.contains(words), "{shows}: {words}");
    }
}

/// One order of all clusters, wherever it stands.
#[test]
fn a_cluster_has_one_rank() {
    let candidates = table("migration_candidates.csv");
    let mut compared = 0;
    for row in table("kubenet_exposure.csv") {
        let Some(candidate) = candidates.iter().find(|one| one["cluster_id"] == row["cluster_id"]) else {
            continue;
        };
        assert_eq!(row["rank"], candidate["priority"], "{}", of_cluster(&row));
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}
