// Changes as the server makes them: at once, or bit by bit as a job.
import { $ } from "./dom.js";

const EVERY_MS = 1000;
const OVER = ["done", "undone"]; // states after which nothing more comes

const asScript = { Accept: "application/json" };

// The change as the server tells it; null where it didn't take it. The field is in the head of every page of a member.
export async function send(address, fields = {}) {
  const body = new URLSearchParams({ csrf_token: $("input[name=csrf_token]").value, ...fields });
  const answer = await fetch(address, { method: "POST", body, headers: asScript }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.json() : null;
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
