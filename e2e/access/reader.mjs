// A small screen reader: it goes through the browser's accessibility tree, as Chromium hands it to assistive software,
// and says each thing with its role and state. What is hidden from the tree it cannot see, shadow root or not.

/** Said as a whole, by their name: what is inside is part of it. */
const WHOLE = ['heading', 'button', 'link', 'radio', 'checkbox', 'searchbox', 'textbox', 'image'];
const NAMED = ['dialog', 'list', 'group', 'radiogroup', 'status', 'alert'];

const property = (node, name) => node.properties?.find((one) => one.name === name)?.value?.value;

function state(node) {
  const said = [];
  if (node.role.value === 'heading') said.push(`level ${property(node, 'level')}`);
  if (['radio', 'checkbox'].includes(node.role.value)) said.push(property(node, 'checked') === 'true' ? 'checked' : 'not checked');
  if (property(node, 'disabled')) said.push('disabled');
  if (node.description?.value) said.push(node.description.value);
  return said.length ? `, ${said.join(', ')}` : '';
}

/** The lines of the first node of a tree that `begins`, of which there may be none. */
export function read(nodes, begins) {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines = [];
  let text = '';
  const flush = () => {
    if (text.trim()) lines.push(text.replace(/\s+/g, ' ').trim());
    text = '';
  };
  const children = (node) => (node.childIds ?? []).map((id) => byId.get(id)).filter(Boolean);
  const inside = (node) => children(node).some((child) => WHOLE.includes(child.role.value) || inside(child));
  const go = (node) => {
    const role = node.role.value;
    if (!node.ignored && role === 'StaticText') {
      const apart = /[\p{L}\p{N}.!?]$/u.test(text) && /^[\p{L}\p{N}]/u.test(node.name.value);
      text += (apart ? ' ' : '') + node.name.value;
      return;
    }
    if (!node.ignored && WHOLE.includes(role)) {
      flush();
      lines.push(`${role}: ${node.name.value.replace(/\s+/g, ' ').trim()}${state(node)}`);
      return;
    }
    const block = !node.ignored && !['generic', 'none', 'LineBreak', 'InlineTextBox'].includes(role);
    if (block) flush();
    // Said already, as the name of its group.
    if (role === 'Legend') return;
    // A label is said with what it labels.
    if (role === 'LabelText' && inside(node)) {
      children(node).filter((child) => WHOLE.includes(child.role.value) || inside(child)).forEach(go);
      return;
    }
    if (block && NAMED.includes(role) && (node.name?.value || role === 'list')) {
      const items = role === 'list' ? `, ${children(node).length} items` : '';
      lines.push(`${role}: ${node.name?.value ?? ''}${items}`.replace(': ,', ','));
    }
    children(node).forEach(go);
    if (block) flush();
  };
  const start = nodes.find((node) => !node.ignored && begins(node));
  if (start) go(start);
  flush();
  return lines;
}
