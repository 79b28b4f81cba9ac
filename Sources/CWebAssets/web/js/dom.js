/**
 * Makes an element: `h('button.primary', { onclick }, icon('play'), 'Play')`.
 * Text is never read as HTML. A property that is null, false or undefined is left out.
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  set(element, properties ?? {});
  element.append(...present(children));
  return element;
}

/** Sets properties as `h` does. */
export function set(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "style") Object.assign(element.style, value);
    else if (key === "value" || key === "checked") element[key] = value;
    else if (value === null || value === undefined || value === false) element.removeAttribute(key);
    else element.setAttribute(key, value === true ? "" : value);
  }
}

/** Puts children in the place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/** Sets a text only if it differs, so that a screen reader hears changes alone. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon of the sprite; it is decoration, the words beside it or the label say what it means. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/assets/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button with only an icon; its label is also its tip. */
export function iconButton(name, label, onclick, properties = {}) {
  return h("button.icon-only.plain", {
    type: "button", "aria-label": label, title: label, onclick, ...properties,
  }, icon(name));
}

/** A sentence for a place with nothing in it, and what to do about it. */
export function empty(iconName, title, text, ...actions) {
  return h("div.empty", {}, icon(iconName), h("strong", {}, title), text && h("p", {}, text),
    ...actions);
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined
    && child !== false && child !== "");
}
