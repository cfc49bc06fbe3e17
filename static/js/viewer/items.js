// What the viewer shows for a tile of a listing (templates/_partials.html: tile).
import { $ } from "../dom.js";
import { LOCALE } from "../language.js";

const CUT = { least: 0.5, most: 3 }; // width to height: beyond, a tile shows only a part

const known = new WeakMap();

export function itemOf(tile) {
  if (!known.has(tile)) known.set(tile, read(tile));
  const item = known.get(tile);
  return tile.classList.contains("veiled") && !item.isUnveiled ? { ...item, type: "veil" } : item;
}

export function learn(tile, news) {
  itemOf(tile);
  Object.assign(known.get(tile), news);
}

export const unveil = (tile) => learn(tile, { isUnveiled: true });

// A still is at most as large as the largest file of it that browsers show.
function read(tile) {
  const { view, file, download, sources, heavy, date, editable } = tile.dataset;
  const picture = $("img", tile);
  const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
  const largest = Math.max(...(sources ?? "").split(", ").map((one) => Number(one.match(/ (\d+)w$/)?.[1] ?? 0)));
  const scale = largest ? largest / width : 1;
  const title = $(".caption strong", tile).textContent;
  const ratio = width / height;
  const day = new Date(`${date}T00:00`).toLocaleDateString(LOCALE, { dateStyle: "long" });
  const owner = tile.closest("[data-owners]") && $(".caption span", tile).textContent;
  return {
    type: view,
    src: file,
    download,
    srcset: sources,
    isHeavy: heavy !== undefined,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    msrc: ratio < CUT.least || ratio > CUT.most ? undefined : picture.currentSrc,
    poster: picture.currentSrc,
    alt: picture.alt || title,
    title,
    said: owner ? `${day} · ${owner}` : day,
    isEditable: editable !== undefined,
    isOnlyShown: Boolean(tile.closest("[data-only-shown]")),
  };
}
