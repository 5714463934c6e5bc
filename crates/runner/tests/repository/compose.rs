//! The compose file of `deploy/observability`, which no container engine runs where this is tested.

use std::path::PathBuf;

use promql_parser::util::parse_duration;
use saphyr::{LoadableYamlNode, Yaml};

use crate::repository;

/// The longest period that a context is given: that of the seeds.
const PERIOD_DAYS: u64 = 30;

fn folder() -> PathBuf {
    repository().join("deploy/observability")
}

fn read(path: &str) -> Yaml<'static> {
    let text = std::fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut documents =
        Yaml::load_from_str(&text.leak()[..]).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(documents.len(), 1, "{path}");
    documents.remove(0)
}

fn texts<'a>(node: &'a Yaml<'static>, name: &str) -> Vec<&'a str> {
    let items = node.as_mapping_get(name).and_then(Yaml::as_sequence).into_iter().flatten();
    items.filter_map(Yaml::as_str).collect()
}

#[test]
fn every_image_is_pinned_and_every_folder_that_is_mounted_is_there() {
    let compose = read("compose.yaml");
    let services = compose.as_mapping_get("services").and_then(Yaml::as_mapping).expect("services");
    assert_eq!(services.len(), 3);
    for (name, service) in services {
        let image = service.as_mapping_get("image").and_then(Yaml::as_str).expect("an image");
        let (_, version) = image.split_once(':').expect("a version");
        assert!(version.chars().filter(|c| *c == '.').count() == 2, "{name:?}: {image}");
        for volume in texts(service, "volumes").into_iter().filter(|volume| volume.contains("/macadam/")) {
            let (here, there) = volume.trim_end_matches(":ro").split_once(':').expect("two paths");
            let here = folder().join(here).canonicalize().unwrap_or_else(|error| panic!("{volume}: {error}"));
            // The repository lies there as it does here.
            assert_eq!(repository().join(there.trim_start_matches("/macadam/")), here, "{volume}");
        }
        for port in texts(service, "ports") {
            assert!(port.starts_with("127.0.0.1:"), "{port}");
        }
    }
}

#[test]
fn what_the_programs_are_told_to_read_is_there() {
    let compose = read("compose.yaml");
    let mut found = 0;
    for service in ["prometheus", "alertmanager"] {
        let service =
            compose.as_mapping_get("services").and_then(|services| services.as_mapping_get(service));
        for argument in texts(service.expect("the service"), "command") {
            if let Some(path) = argument.strip_prefix("--config.file=/macadam/") {
                assert!(repository().join(path).is_file(), "{argument}");
                found += 1;
            }
        }
    }
    assert_eq!(found, 2);
    let provider = read("grafana/provisioning/dashboards/macadam.yaml");
    let provider =
        provider.as_mapping_get("providers").and_then(|list| list.as_sequence_get(0)).expect("a provider");
    let path = provider.as_mapping_get("options").and_then(|options| options.as_mapping_get("path"));
    let path = path.and_then(Yaml::as_str).and_then(|path| path.strip_prefix("/macadam/")).expect("a path");
    assert!(repository().join(path).join("overview.json").is_file(), "{path}");
}

#[test]
fn samples_are_kept_for_longer_than_a_period_and_exemplars_at_all() {
    let compose = read("compose.yaml");
    let prometheus =
        compose.as_mapping_get("services").and_then(|services| services.as_mapping_get("prometheus"));
    let arguments = texts(prometheus.expect("Prometheus"), "command");
    let retention =
        arguments.iter().find_map(|argument| argument.strip_prefix("--storage.tsdb.retention.time="));
    let kept = parse_duration(retention.expect("a retention")).expect("a duration");
    assert!(kept.as_secs() > PERIOD_DAYS * 86_400, "{kept:?}");
    assert!(arguments.contains(&"--enable-feature=exemplar-storage"));
}

#[test]
fn a_scraped_context_has_its_name_as_its_job() {
    for entry in std::fs::read_dir(folder().join("targets")).expect("targets") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let targets = read(&format!("targets/{name}.yaml"));
        let labels = targets.as_sequence_get(0).and_then(|target| target.as_mapping_get("labels"));
        let job = labels.and_then(|labels| labels.as_mapping_get("job")).and_then(Yaml::as_str);
        assert_eq!(job, Some(name.as_str()));
        assert!(repository().join("services").join(&name).is_dir(), "{name}");
    }
}
