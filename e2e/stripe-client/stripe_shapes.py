"""Prints the fields, values and events of Stripe's package for Python as lines, by shape: what `shapes.mjs` does for
TypeScript. It reads the package's source, because its classes cannot be asked for their enumerations."""
import ast, json, pathlib, sys

import stripe

ROOT = pathlib.Path(stripe.__file__).parent


def classes(body):
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def literals(node):
    """Names and literal texts of an annotation; one that is itself a text is read once more."""
    names, texts = set(), set()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return literals(ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return names, {part.value for part in parts if isinstance(part, ast.Constant) and part.value != ""}
    if isinstance(node, ast.Name):
        names.add(node.id)
    for child in ast.iter_child_nodes(node):
        more_names, more_texts = literals(child)
        names |= more_names
        texts |= more_texts
    return names, texts


def walk(lines, path, node, known):
    known = known | classes(node.body)
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            if field.target.id.startswith("_") or field.target.id == "OBJECT_NAME":
                continue
            name = f"{path}.{field.target.id}"
            lines.add(name)
            names, texts = literals(field.annotation)
            lines.update(f"{name}={text}" for text in texts)
            for inner in names & known.keys():
                walk(lines, name, known[inner], known)


def shape(name, file, root):
    tree = ast.parse((ROOT / file).read_text())
    top, lines = classes(tree.body), set()
    # A resource's own name is not one of the shapes inside it.
    known = {inner: node for inner, node in top.items() if inner != root}
    walk(lines, name, top[root], known)
    return sorted(lines)


def snapshot_events():
    event = classes(ast.parse((ROOT / "_event.py").read_text()).body)["Event"]
    kinds = next(f for f in event.body if isinstance(f, ast.AnnAssign) and f.target.id == "type")
    return sorted(kind for kind in literals(kinds.annotation)[1] if kind.startswith("financial_connections."))


def thin_events():
    files = (ROOT / "events").glob("_v1_financial_connections_*.py")
    texts = (node.value for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant))
    return sorted({text for text in texts if isinstance(text, str) and text.startswith("v1.financial_connections.")})


json.dump({
    "version": stripe.api_version,
    "shapes": {
        "session": shape("session", "financial_connections/_session.py", "Session"),
        "account": shape("account", "financial_connections/_account.py", "Account"),
        "authorization": shape("authorization", "financial_connections/_authorization.py", "Authorization"),
        "institution": shape("institution", "financial_connections/_institution.py", "Institution"),
        "create": shape("create", "params/financial_connections/_session_create_params.py", "SessionCreateParams"),
    },
    "events": snapshot_events(),
    "thin_events": thin_events(),
}, sys.stdout)
