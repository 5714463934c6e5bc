"""Reads OpenMetrics from its standard input with the reference parser, and prints each exemplar as a JSON object."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        if sample.exemplar:
            print(json.dumps({"series": sample.name, "labels": sample.exemplar.labels, "value": sample.exemplar.value}))
