/** What the recorder refused, with the sentence it gave for it. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "";
    this.field = body.field;
  }
}

/** Called when an answer says that nobody is logged in any more. */
let onLoggedOut = () => {};

/** Sets what happens when the session has ended. */
export function whenLoggedOut(action) {
  onLoggedOut = action;
}

/** Reads `/api/v1` + path; a list in `query` becomes a parameter for each of its values. */
export const get = (path, query, options) => call("GET", url(path, query), undefined, options);

/** Writes; `method` is POST, PUT, PATCH or DELETE. Resolves to the answer, or null without one. */
export const send = (method, path, body = {}, options = {}) => call(
  method, url(path), body, options,
);

/** The address of a route, for links, pictures and videos. */
export function url(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== "") parameters.append(key, each);
    }
  }
  const text = parameters.toString();
  return `/api/v1${path}${text && `?${text}`}`;
}

async function call(method, address, body, { signal } = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      method, signal, credentials: "same-origin",
      ...(body === undefined ? {} : {
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      }),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { code: "network" });
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = new Problem(answer.status, await answer.json().catch(() => ({})));
  if (answer.status === 401 && !address.endsWith("/login")) onLoggedOut();
  throw problem;
}
