// In a listing, an animation or a video stands still until it is pointed at or focused.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function start(link) {
  if (calm.matches || link.querySelector(".moving")) return;
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

for (const link of document.querySelectorAll("[data-play]")) {
  link.addEventListener("pointerenter", () => start(link));
  link.addEventListener("focus", () => start(link));
  link.addEventListener("pointerleave", () => stop(link));
  link.addEventListener("blur", () => stop(link));
}
