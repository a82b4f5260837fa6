// Makes a failure small: what can be left out while it still fails the same way is left out.

/**
 * The smallest case that still breaks the same promise, as far as leaving out parts leads. A case is `{features, steps}`;
 * `fails(case)` answers whether it does.
 */
export async function shrink(found, fails) {
  let smallest = found;
  for (let before; before !== smallest;) {
    before = smallest;
    for (const part of ['steps', 'features']) {
      for (let size = Math.ceil(smallest[part].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let at = 0; at < smallest[part].length;) {
          const less = { ...smallest, [part]: smallest[part].toSpliced(at, size) };
          if (await fails(less)) smallest = less;
          else at += size;
        }
      }
    }
  }
  return smallest;
}
