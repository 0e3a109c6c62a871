"""Validates JSON files against a JSON Schema (2020-12) with the jsonschema package.

usage: validate.py SCHEMA FILE...    exit 0 when all are valid, 1 when one is not
"""
import json
import sys

from jsonschema import Draft202012Validator


def main(schema_path, paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    valid = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            errors = sorted(validator.iter_errors(json.load(file)), key=lambda e: list(e.path))
        for error in errors[:3]:
            place = "/".join(str(step) for step in error.path)
            print(f"{path}: {place}: {error.message[:200]}")
        valid += not errors
    print(f"{valid} valid, {len(paths) - valid} not")
    return 0 if valid == len(paths) and paths else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
