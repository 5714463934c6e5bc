"""Checks the structure of a collector's configuration on the standard input, and prints what is wrong with it."""

import sys

import yaml

# The policies of the contrib distribution's tail sampling that are used here, and the setting that each must have.
POLICIES = {
    "status_code": "status_codes",
    "and": "and_sub_policy",
    "latency": "threshold_ms",
    "string_attribute": "values",
    "probabilistic": "sampling_percentage",
}

config = yaml.safe_load(sys.stdin)
faults = []


def expect(holds, what):
    if not holds:
        faults.append(what)


pipeline = config["service"]["pipelines"]["traces"]
for kind in ["receivers", "processors", "exporters"]:
    for name in pipeline[kind]:
        expect(name in config[kind], f"the pipeline names {name}, which is not among the {kind}")
    expect(set(config[kind]) == set(pipeline[kind]), f"not all {kind} are in the pipeline")
expect(set(config["service"]["extensions"]) == set(config["extensions"]), "not all extensions are used")
order = pipeline["processors"]
expect(order == ["memory_limiter", "tail_sampling", "batch"], f"the processors' order is {order}")
expect("http" in config["receivers"]["otlp"]["protocols"], "nothing listens for OTLP over HTTP")

limiter = config["processors"]["memory_limiter"]
expect(0 < limiter["spike_limit_mib"] < limiter["limit_mib"], "the memory limits are inconsistent")

sampling = config["processors"]["tail_sampling"]
wait = sampling["decision_wait"]
expect(wait.endswith("s") and int(wait[:-1]) > 10, f"it decides after {wait}, but a request may take 10 s")
policies = list(sampling["policies"])
for policy in sampling["policies"]:
    policies += policy.get("and", {}).get("and_sub_policy", [])
kinds = [policy["type"] for policy in policies]
expect(sorted(kinds) == sorted(POLICIES), f"the policies are {kinds}")
for policy in policies:
    kind = policy["type"]
    expect(POLICIES.get(kind) in policy.get(kind, {}), f"the policy {policy['name']} has no {POLICIES.get(kind)}")
settings = {policy["type"]: policy.get(policy["type"], {}) for policy in policies}
expect(settings["status_code"].get("status_codes") == ["ERROR"], "errors are not kept")
expect(0 < settings["latency"].get("threshold_ms", 0) <= 1000, "slow requests are not kept")
expect(0 < settings["probabilistic"].get("sampling_percentage", 0) <= 100, "the sampling percentage is not valid")

if faults:
    sys.exit("\n".join(faults))
print("ok")
