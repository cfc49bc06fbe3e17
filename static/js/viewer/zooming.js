// How large a picture is: it fits first, then 1:1 at the pointer. A long screenshot begins at its top, at a width at
// which it can be read, and the wheel scrolls it.
const TALL = 2.5; // times as high as wide (blueprints/documents/stage.py)
const READABLE = 768; // CSS pixels
const TINY = { upTo: 128, shown: 384 }; // pixels of the longer side
const DOUBLE_MS = 300;
const LARGEST = 8; // screen pixels for each of the picture's
const LINE = 18; // CSS pixels of a wheel that counts lines

const isTall = (size) => size.y > TALL * size.x;
const actual = () => 1 / devicePixelRatio;

function initial({ fit, elementSize, panAreaSize, itemData }) {
  if (itemData.type === "video") return Math.min(panAreaSize.x / elementSize.x, panAreaSize.y / elementSize.y);
  const longer = Math.max(elementSize.x, elementSize.y);
  if (longer <= TINY.upTo) return Math.min(Math.floor(TINY.shown / longer), (panAreaSize.x / longer) * 0.9);
  return isTall(elementSize) ? Math.min(1, Math.min(READABLE, panAreaSize.x) / elementSize.x) : fit;
}
const secondary = (levels) => (actual() > levels.initial * 1.1 ? actual() : levels.initial * 2);
const most = (levels) => Math.max(LARGEST / devicePixelRatio, levels.secondary * 2);

// Of a mouse, the second click of two does nothing: a double click zooms, too.
function once() {
  let last = -DOUBLE_MS;
  return function zoom(point, { timeStamp }) {
    if (timeStamp - last > DOUBLE_MS) this.currSlide.toggleZoom(point);
    last = timeStamp;
  };
}

export function zooming(swipe) {
  Object.assign(swipe.options, {
    initialZoomLevel: initial,
    secondaryZoomLevel: secondary,
    maxZoomLevel: most,
    imageClickAction: once(),
  });
  swipe.on("initialZoomPan", ({ slide }) => {
    if (isTall({ x: slide.width, y: slide.height })) slide.pan.y = slide.bounds.min.y;
  });
  swipe.on("contentAppend", ({ content }) => {
    content.element.classList.toggle("viewer-tiny", Math.max(content.width, content.height) <= TINY.upTo);
  });
  swipe.on("wheel", (event) => {
    const { currSlide } = swipe;
    const { ctrlKey, deltaMode, deltaX, deltaY } = event.originalEvent;
    if (ctrlKey || !currSlide.isPannable() || !isTall({ x: currSlide.width, y: currSlide.height })) return;
    event.preventDefault();
    const unit = deltaMode ? LINE : 1;
    currSlide.panTo(currSlide.pan.x - deltaX * unit, currSlide.pan.y - deltaY * unit);
  });
  // A heavy file is loaded by who zooms: until then a screen of many pixels does with as many as others.
  swipe.addFilter("srcsetSizesWidth", (width, { data, slide }) => {
    const isZoomed = slide && slide.currZoomLevel > slide.zoomLevels.initial * 1.01;
    return data.isHeavy && !isZoomed ? Math.round(width / Math.max(1, devicePixelRatio)) : width;
  });
}
