"""Reads a JUnit report with Python's parser and tells what is in it as JSON.

usage: junit_check.py FILE    exit 1 where a count is not that of what it counts

The answer: for each suite its name, and of each case its name, verdict ("pass", "failure", "error"), type
and text.
"""
import json
import sys
import xml.etree.ElementTree as ElementTree

suites, wrong = [], 0
root = ElementTree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites" and all(suite.tag == "testsuite" for suite in root)
for suite in root:
    cases = []
    for case in suite:
        assert case.tag == "testcase" and len(case) <= 1, case.tag
        assert case.get("classname") == suite.get("name")
        part = case[0] if len(case) else None
        verdict = part.tag if part is not None and part.tag in ("failure", "error") else "pass"
        text = "" if part is None else part.get("message") or part.text or ""
        cases.append({"name": case.get("name"), "verdict": verdict, "text": text,
                      "type": "" if part is None else part.get("type") or ""})
    for attribute, verdict in (("failures", "failure"), ("errors", "error")):
        wrong += int(suite.get(attribute)) != sum(case["verdict"] == verdict for case in cases)
    wrong += int(suite.get("tests")) != len(cases)
    suites.append({"name": suite.get("name"), "cases": cases})
print(json.dumps(suites))
sys.exit(1 if wrong else 0)
