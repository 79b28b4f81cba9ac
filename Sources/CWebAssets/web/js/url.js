// The address holds the state: the path is the screen, the query what is shown on it.

const hub = new EventTarget();

/** The query of the present address. */
export const parameters = () => Object.fromEntries(new URLSearchParams(location.search));

/** Goes to a screen; Back comes back from it. */
export function go(path, query = {}) {
  history.pushState(null, "", address(path, query));
  hub.dispatchEvent(new Event("change"));
}

/** Takes the present screen's state into the address without a step for Back. */
export function note(query) {
  const next = address(location.pathname, query);
  if (next !== location.pathname + location.search) history.replaceState(history.state, "", next);
}

/** Calls back whenever another address is shown. */
export function onChange(action) {
  hub.addEventListener("change", action);
  addEventListener("popstate", action);
}

/** An address of this console; what is empty is left out. */
export function address(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined
    && value !== "");
  // Commas and colons may stand in a query and are easier to read as they are.
  const text = new URLSearchParams(kept).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return path + (text && `?${text}`);
}

/** Lets links of this console change the screen instead of loading the page again. */
export function followLinks(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="/"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey
      || link.target || link.hasAttribute("download") || link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    go(link.pathname, Object.fromEntries(new URLSearchParams(link.search)));
  });
}
