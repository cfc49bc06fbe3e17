// The heart of what the viewer shows. Listings don't say who likes what: it is asked for once somebody stays.
import { $, icon, toast } from "../dom.js";
import { _ } from "../language.js";

const STAYS_MS = 300;
const OWN_PAGE = /\/(image|clip)\/[^/]*$/;
const IN_ALBUM = /\/album\/[^/]+\/[^/]+$/;
const ID = 8; // letters of an upload's id, with which its address ends

// Where its heart is; "" of what a share link shows.
function addressOf({ href, pathname }) {
  if (OWN_PAGE.test(pathname)) return new URL(`../heart/${pathname.slice(-ID)}`, href).href;
  return IN_ALBUM.test(pathname) ? `${href}/heart` : "";
}

const known = new WeakMap(); // by tile: the form's next answer, and how many

export function heart(swipe, shown) {
  if (!document.body.dataset.account) return;
  swipe.ui.registerElement({
    name: "heart",
    order: 7,
    isButton: true,
    title: _("Heart"),
    onInit: (button) => {
      button.append(icon("heart"));
      let waiting;
      const follow = () => {
        clearTimeout(waiting);
        const tile = shown();
        const state = known.get(tile);
        button.hidden = !state;
        button.setAttribute("aria-pressed", String(Boolean(state?.given)));
        if (!state && addressOf(tile)) waiting = setTimeout(ask, STAYS_MS, tile);
      };
      const ask = async (tile, options = {}) => {
        const headers = { Accept: "application/json" };
        const answer = await fetch(addressOf(tile), { ...options, headers }).catch(() => null);
        const isState = answer?.ok && answer.headers.get("Content-Type")?.startsWith("application/json");
        if (isState) known.set(tile, await answer.json());
        if (shown() === tile && isState) follow();
        return isState;
      };
      swipe.on("change", follow);
      button.onclick = async () => {
        const tile = shown();
        const before = known.get(tile);
        known.set(tile, { ...before, given: !before.given });
        follow();
        const token = $("input[name=csrf_token]").value;
        const body = new URLSearchParams({ csrf_token: token, heart: before.given ? 0 : 1 });
        if (await ask(tile, { method: "POST", body })) return;
        known.set(tile, before);
        if (shown() === tile) follow();
        toast(_("That didn't work. Try again."));
      };
    },
  });
}
