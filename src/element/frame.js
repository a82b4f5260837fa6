// A modal whose WebAssembly is still on its way: its dialog, with the outline of the view to come as src/panes/loading.rs draws it.
// `cargo xtask dist` puts this into the glue; the loader calls it when glue and style are there. Nothing is decided here: whoever
// leaves has closed the element. src/shell/modal.rs then takes the dialog over as it stands, so that nothing on screen jumps.

/** Opens the dialog of an element and answers it; nothing where the WebAssembly is there, which opens its own. */
export const frame = (element, root) => {
  if (wasm) return;
  const make = (parent, name, looks) => {
    const made = document.createElement(name);
    made.className = looks;
    parent.append(made);
    return made;
  };
  const dialog = make(root, "dialog", "modal framed");
  // Its words are not there yet.
  dialog.ariaLabel = element.merchantName || document.title;
  const surface = make(dialog, "div", "surface");
  const close = make(make(make(surface, "div", "header"), "div", "marks"), "button", "close");
  // For a finger alone: whoever has a keyboard has Escape.
  close.ariaHidden = true;
  close.tabIndex = -1;
  close.textContent = "×";
  const pane = make(surface, "div", "pane");
  pane.dataset.pane = "loading";
  const bars = make(make(pane, "div", "body"), "div", "skeleton");
  for (let nth = 0; nth < 8; nth++) make(bars, "span", "bar");
  const leave = (event) => {
    event.preventDefault();
    element.close();
  };
  dialog.oncancel = close.onclick = leave;
  dialog.onclick = keep;
  // Before the browser's own close request, which does not always ask.
  dialog.onkeydown = (event) => event.key === "Escape" && leave(event);
  // Some browsers do not focus a pressed button, and the dialog gives focus back to what had it.
  const trigger = element.querySelector("[slot=trigger]");
  if (trigger && document.activeElement === document.body) focusHere(trigger);
  dialog.showModal();
  keepInSight(dialog);
  // No ring around a button that cannot be seen by a keyboard.
  dialog.tabIndex = -1;
  dialog.focus();
  return dialog;
};

// The dialog as the WebAssembly takes it over.
const takeFrame = (root) => {
  const dialog = root.querySelector("dialog");
  if (!dialog) return;
  dialog.oncancel = dialog.onkeydown = null;
  dialog.removeAttribute("tabindex");
  dialog.replaceChildren();
  return dialog;
};
