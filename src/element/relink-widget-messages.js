// The page's own messages in the place of the widget's: loaded only where an element has any.

// Filled in by `cargo xtask dist`: of each line of the words its name, and after a space what it may be filled with.
const NAMES = "__RELINK_NAMES__".split("\n");
// Names that the page's developer was told of.
const warned = new Set();

/** The lines with those of the page instead. What cannot be used is told to the page's developer, and ours stays. */
export const overridden = (lines, messages) => {
  const said = [...lines];
  for (const name in messages) {
    const text = messages[name];
    const place = NAMES.findIndex((line) => line.startsWith(name + " "));
    const fills = NAMES[place]?.split(" ")[1];
    const rest = place >= 0 && typeof text === "string" ? text.replace(new RegExp("{ ?(" + fills + ")}", "g"), "") : "{";
    if (!/[{}]/.test(rest)) {
      said[place] = text.replace(/\s+/g, " ");
    } else if (!warned.has(name)) {
      warned.add(name);
      if (place < 0) console.warn(`relink-widget: there is no message "${name}"`);
      else console.error(`relink-widget: message "${name}" must be a text, filled with {${fills}} and nothing else`);
    }
  }
  return said;
};
