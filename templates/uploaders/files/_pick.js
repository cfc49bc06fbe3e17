{#- Shared by the bookmark and the user script: calls picked(address) with the photo that is clicked next. -#}
function pick(picked) {
  const address = (element) => {
    if (element.matches("img, video, source, input[type=image]")) return element.currentSrc || element.src;
    const found = /url\("(.+?)"\)/.exec(getComputedStyle(element).backgroundImage);
    return found ? found[1] : "";
  };
  if (/^(image|video)\//.test(document.contentType)) { picked(location.href); return; }
  const root = document.documentElement, cursor = root.style.cursor;
  const stop = () => {
    root.style.cursor = cursor;
    removeEventListener("click", onClick, true);
    removeEventListener("keydown", onKey, true);
  };
  const onKey = (event) => { if (event.key === "Escape") stop(); };
  const onClick = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    stop();
    const found = document.elementsFromPoint(event.clientX, event.clientY).map(address).find(Boolean);
    if (found) picked(new URL(found, document.baseURI).href);
    else alert("There is no photo or video here.");
  };
  root.style.cursor = "crosshair";
  addEventListener("click", onClick, true);
  addEventListener("keydown", onKey, true);
}
