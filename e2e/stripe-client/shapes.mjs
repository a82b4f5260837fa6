// Fields and values as lines (`session.status`, `session.status=pending`), from recorded JSON and from TypeScript's types, so
// that the two can be compared. An object that has an `object` of its own is another shape, and is not looked into.
import ts from 'typescript';

/** The lines of recorded values. */
export function linesOf(shape, values) {
  const lines = new Set();
  const walk = (path, value, isRoot) => {
    if (Array.isArray(value)) value.forEach((one) => walk(path, one, false));
    else if (value !== null && typeof value === 'object') {
      if (!isRoot && value.object !== undefined) return;
      for (const [name, inner] of Object.entries(value)) {
        lines.add(`${path}.${name}`);
        walk(`${path}.${name}`, inner, false);
      }
    } else if (typeof value === 'string') lines.add(`${path}=${value}`);
  };
  values.forEach((value) => walk(shape, value, true));
  return lines;
}

/** The lines of a program's types. `file` exports an interface `Shapes`, one property for each shape. */
export function linesOfTypes(program, file) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const shapes = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find(({ name }) => name === 'Shapes');
  const found = {};
  const isResource = (type) => {
    const object = type.getProperty('object');
    return object !== undefined && checker.getTypeOfSymbol(object).isStringLiteral();
  };
  const walk = (lines, path, type, isRoot) => {
    if (type.isUnion()) type.types.forEach((one) => walk(lines, path, one, isRoot));
    else if (type.isStringLiteral()) lines.add(`${path}=${type.value}`);
    else if (checker.isArrayType(type)) walk(lines, path, checker.getTypeArguments(type)[0], false);
    else if (type.flags & ts.TypeFlags.Object && (isRoot || !isResource(type))) {
      for (const property of checker.getPropertiesOfType(type)) {
        lines.add(`${path}.${property.name}`);
        walk(lines, `${path}.${property.name}`, checker.getTypeOfSymbol(property), false);
      }
    }
  };
  for (const shape of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(shapes))) {
    found[shape.name] = new Set();
    walk(found[shape.name], shape.name, checker.getTypeOfSymbol(shape), true);
  }
  return found;
}

/**
 * What their types have and we have not, and values of ours that their enumerations have not. Enumerated paths are those for
 * which the types name any value.
 */
export function difference(theirs, ours) {
  const enumerated = new Set([...theirs].filter((line) => line.includes('=')).map((line) => line.split('=')[0]));
  return {
    theirs: [...theirs].filter((line) => !ours.has(line)).sort(),
    ours: [...ours].filter((line) => line.includes('=') && enumerated.has(line.split('=')[0]) && !theirs.has(line)).sort(),
  };
}
