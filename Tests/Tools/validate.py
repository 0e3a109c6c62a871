"""Validates JSON files against a JSON Schema (2020-12) with the jsonschema package.

usage: validate.py SCHEMA FILE...    exit 0 when all are valid, 1 when one is not

Of a file in JSON Lines (.jsonl) each line is validated and counted. Schemas beside SCHEMA are found by
their $id.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

try:
    from referencing import Registry, Resource
except ImportError:  # jsonschema before 4.18
    from jsonschema import RefResolver
    Registry = None


def texts(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".jsonl"):
            return [(f"{path}:{number}", line) for number, line in enumerate(file, 1)]
        return [(path, file.read())]


def validator_of(schema_path):
    files = pathlib.Path(schema_path).parent.glob("*.schema.json")
    schemas = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    if Registry is None:
        store = {other["$id"]: other for other in schemas}
        return Draft202012Validator(schema, resolver=RefResolver.from_schema(schema, store=store))
    registry = Registry().with_resources(
        (other["$id"], Resource.from_contents(other)) for other in schemas)
    return Draft202012Validator(schema, registry=registry)


def main(schema_path, paths):
    validator = validator_of(schema_path)
    valid = invalid = 0
    for name, text in (item for path in paths for item in texts(path)):
        errors = sorted(validator.iter_errors(json.loads(text)), key=lambda e: list(e.path))
        for error in errors[:3]:
            place = "/".join(str(step) for step in error.path)
            print(f"{name}: {place}: {error.message[:200]}")
        valid += not errors
        invalid += bool(errors)
    print(f"{valid} valid, {invalid} not")
    return 0 if valid and not invalid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
