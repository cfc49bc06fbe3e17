// What is no plain picture: videos, and what is not safe for work until somebody wants to see it.
import { icon } from "../dom.js";
import { _ } from "../language.js";
import { unveil } from "./items.js";

const CONTROLS = 72; // pixels at the bottom of a video, which are its own
const OWN = "button, a";

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export function contents(swipe, tiles, clicked) {
  const makers = { video, veil: (item, index) => veil(item, () => lift(index)) };
  let isFirst = true;

  function lift(index) {
    unveil(tiles()[index]);
    swipe.refreshSlideContent(index);
  }

  swipe.on("contentLoad", (event) => {
    const { content } = event;
    const make = makers[content.type];
    if (!make) return;
    event.preventDefault();
    content.element ??= make(content.data, content.index);
  });
  // Who clicked a video wants to see it; another one that is passed waits.
  swipe.on("contentActivate", ({ content }) => {
    if (content.type === "video" && isFirst && tiles()[content.index] === clicked && !stillness.matches) {
      content.element?.play().catch(() => {});
    }
    isFirst = false;
  });
  for (const end of ["contentDeactivate", "contentRemove"]) {
    swipe.on(end, ({ content }) => content.type === "video" && content.element?.pause());
  }
  swipe.on("pointerDown", (event) => {
    const { target, clientY, pointerType } = event.originalEvent;
    const isOfVideo =
      target.tagName === "VIDEO" &&
      (pointerType === "mouse" || clientY > target.getBoundingClientRect().bottom - CONTROLS);
    if (isOfVideo || target.closest(OWN)) event.preventDefault();
  });
}

function video({ src, poster, alt, isOnlyShown }) {
  const film = Object.assign(document.createElement("video"), {
    controls: true,
    playsInline: true,
    preload: "metadata",
    poster,
    src,
  });
  if (isOnlyShown) film.controlsList.add("nodownload");
  film.classList.add("pswp__content", "viewer-video");
  film.setAttribute("aria-label", alt);
  return film;
}

function veil({ poster }, lift) {
  const cover = document.createElement("div");
  cover.classList.add("pswp__content", "viewer-veil");
  const blurred = Object.assign(document.createElement("img"), { src: poster, alt: "", draggable: false });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
  button.append(icon("eye"), ` ${_("Not safe for work. Show it")}`);
  button.addEventListener("click", lift);
  cover.append(blurred, button);
  return cover;
}
