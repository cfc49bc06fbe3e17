// A log-in that ended while files wait: the page is asked for again, as another tab may have logged in meanwhile.
const PARSER = new DOMParser();
const channel = new BroadcastChannel("keepsake-uploader");

// Said by each page on which somebody may upload.
export const announce = () => channel.postMessage("here");

// "renewed": files can be sent. "ended": a log-in is needed. "closed": logged in, and nobody may upload now.
export async function renew(form) {
  let page;
  try {
    const answer = await fetch(form.dataset.home, { headers: { Accept: "text/html" } });
    page = PARSER.parseFromString(await answer.text(), "text/html");
  } catch {
    return "ended";
  }
  const fresh = page.querySelector("[data-uploader]");
  const isMember = !("link" in form.dataset) && Boolean(page.querySelector("form[action$='/logout']"));
  if (!fresh) return isMember ? "closed" : "ended";
  if (form.dataset.member === "1" && fresh.dataset.member !== "1") return "ended";
  form.dataset.token = fresh.dataset.token;
  form.dataset.member = fresh.dataset.member;
  return "renewed";
}

// Calls `look` whenever somebody may have logged in: another tab says so, or this one is looked at again.
export function onReturn(look) {
  channel.addEventListener("message", look);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
}
