import { get } from "./api.js";

/** Who is logged in, as `/session` tells it. */
export let session = { state: "login" };

/** Asks who is logged in. */
export async function loadSession() {
  session = await get("/session");
  return session;
}

const RANKS = ["viewer", "operator", "admin"];

/** Whether who is logged in may do what a role may. */
export const isAllowed = (role) => RANKS.indexOf(session.role ?? "admin") >= RANKS.indexOf(role);
