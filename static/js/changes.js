// Changes as the server makes them: at once, or bit by bit as a job.
import { $ } from "./dom.js";

const EVERY_MS = 1000;
const OVER = ["done", "undone"]; // states after which nothing more comes

const asScript = { Accept: "application/json" };

// The change as the server tells it; or what was wrong, where it said that. The token is in the head of every page of a
// member.
export async function send(address, fields = {}) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", $("input[name=csrf_token]").value);
  const answer = await fetch(address, { method: "POST", body, headers: asScript }).catch(() => null);
  const said = answer && !answer.redirected ? await answer.json().catch(() => ({})) : {};
  return answer?.ok && said.state ? said : { problem: said.error?.message ?? "" };
}

// The change once it is over; `tell` hears of it each second until then. A server that doesn't answer is asked again.
// undo: the address that takes it back, below its own.
export async function ended(change, undo, tell) {
  let now = change;
  while (!OVER.includes(now.state)) {
    tell(now);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const answer = await fetch(undo.replace(/\/undo$/, ""), { headers: asScript }).catch(() => null);
    if (answer?.ok) now = { ...now, ...(await answer.json()) };
  }
  return now;
}
