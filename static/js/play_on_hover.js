// In a listing, animations and videos play on hover or focus only.
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

function start(link) {
  if (reducedMotion.matches || link.querySelector(".moving")) return;
  const { play, kind } = link.dataset;
  const moving = document.createElement(kind === "video" ? "video" : "img");
  moving.className = "moving";
  if (kind === "video") Object.assign(moving, { muted: true, loop: true, playsInline: true, autoplay: true });
  else moving.alt = "";
  moving.src = play;
  link.append(moving);
}

function stop(link) {
  link.querySelector(".moving")?.remove();
}

export function watch(root) {
  for (const link of root.querySelectorAll("[data-play]")) {
    link.addEventListener("pointerenter", () => start(link));
    link.addEventListener("focus", () => start(link));
    link.addEventListener("pointerleave", () => stop(link));
    link.addEventListener("blur", () => stop(link));
  }
}

watch(document);
