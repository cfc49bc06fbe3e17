// Keys of the viewer, besides those that PhotoSwipe knows: arrows and Esc.
const ZOOM_STEP = 1.5;

const ZOOMS = {
  "+": ({ currZoomLevel }) => currZoomLevel * ZOOM_STEP,
  "=": ({ currZoomLevel }) => currZoomLevel * ZOOM_STEP,
  "-": ({ currZoomLevel }) => currZoomLevel / ZOOM_STEP,
  0: ({ zoomLevels }) => zoomLevels.initial,
  1: () => 1 / devicePixelRatio,
};
// These would scroll the page behind.
const MOVES = {
  " ": (swipe) => swipe.next(),
  PageDown: (swipe) => swipe.next(),
  PageUp: (swipe) => swipe.prev(),
  Home: (swipe) => swipe.goTo(0),
  End: (swipe) => swipe.goTo(swipe.getNumItems() - 1),
};
const PRESSED = "button, a, video"; // which Space is for, where they have the focus

export function keys(swipe, dialog) {
  const pressed = (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (MOVES[key] && !(key === " " && target.closest(PRESSED))) {
      event.preventDefault();
      MOVES[key](swipe);
    } else if (ZOOMS[key] && swipe.currSlide?.isZoomable()) {
      event.preventDefault();
      zoom(swipe, ZOOMS[key](swipe.currSlide));
    }
  };
  dialog.addEventListener("keydown", pressed);
  swipe.on("destroy", () => dialog.removeEventListener("keydown", pressed));
}

function zoom({ currSlide, options }, level) {
  const { min, max, initial } = currSlide.zoomLevels;
  const within = Math.max(Math.min(min, initial), Math.min(max, level));
  currSlide.zoomTo(within, undefined, options.zoomAnimationDuration);
}
