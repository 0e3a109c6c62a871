"""Applies JSON patches (RFC 6902), to compare with: it shares nothing with sdeictl.

usage: json_patch.py FILE    each line {"document": ..., "patch": [...]}; a line is printed for each:
                             {"result": ...}, or {"failed": INDEX} of the first operation that can not be done
"""
import copy
import json
import sys


class Failed(Exception):
    pass


def tokens(pointer):
    if pointer == "":
        return []
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def place(container, token, end):
    """The key or index of a token; `end` is how many places an array has."""
    if isinstance(container, dict):
        return token
    if isinstance(container, list):
        if token.isascii() and token.isdigit() and str(int(token)) == token and int(token) < end:
            return int(token)
    raise Failed


def get(value, path):
    for token in path:
        key = place(value, token, len(value) if isinstance(value, list) else 0)
        if isinstance(value, dict) and key not in value:
            raise Failed
        value = value[key]
    return value


def add(root, path, value):
    if not path:
        return value
    container = get(root, path[:-1])
    if isinstance(container, list):
        at = len(container) if path[-1] == "-" else place(container, path[-1], len(container) + 1)
        container.insert(at, value)
    else:
        container[place(container, path[-1], 0)] = value
    return root


def remove(root, path):
    if not path:
        raise Failed
    get(root, path)
    container = get(root, path[:-1])
    del container[place(container, path[-1], len(container))]
    return root


def same(one, other):
    """Equality in which true is not 1."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def do(root, operation):
    path, name = tokens(operation["path"]), operation["op"]
    if name == "test":
        if not same(get(root, path), operation["value"]):
            raise Failed
        return root
    if name == "add":
        return add(root, path, copy.deepcopy(operation["value"]))
    if name == "remove":
        return remove(root, path)
    if name == "replace":
        get(root, path)
        if not path:
            return copy.deepcopy(operation["value"])
        return add(remove(root, path), path, copy.deepcopy(operation["value"]))
    start = tokens(operation["from"])
    value = copy.deepcopy(get(root, start))
    if name == "copy":
        return add(root, path, value)
    if start == path:
        return root
    if path[:len(start)] == start:
        raise Failed
    return add(remove(root, start), path, value)


def main(file):
    for line in open(file, encoding="utf-8"):
        case = json.loads(line)
        root = case["document"]
        answer = None
        for index, operation in enumerate(case["patch"]):
            try:
                root = do(root, operation)
            except Failed:
                answer = {"failed": index}
                break
        print(json.dumps(answer or {"result": root}))


if __name__ == "__main__":
    main(sys.argv[1])
