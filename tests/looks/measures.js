(width) => {
  const problems = [];
  const CONTROLS =
    "button, .button, select, summary, label:has([type=radio]), " +
    "input:not([type=checkbox], [type=radio], [type=file], [readonly])";
  const name = (element) =>
    `<${element.localName} class="${element.getAttribute("class") || ""}">${element.textContent.trim().slice(0, 40)}`;
  const shown = [...document.body.querySelectorAll("*")].filter(
    (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden, svg, .pnlm-container"),
  );

  const root = document.documentElement;
  if (root.scrollWidth > width) {
    const wide = shown.filter((element) => element.getBoundingClientRect().right > width + 1);
    problems.push(`wider than the window: ${wide.slice(0, 3).map(name).join(" ")}`);
  }

  // Spaces and controls are on a grid of 4 pixels. Lines of 1 pixel, and what is measured in the
  // size of its letters, are not.
  const spaces = ["paddingTop", "paddingBottom", "marginTop", "marginBottom", "rowGap", "columnGap"];
  for (const element of shown) {
    if (element.matches("img, dialog")) continue; // in the middle of what is left
    const style = getComputedStyle(element);
    for (const space of spaces) {
      const value = parseFloat(style[space]);
      if (value > 2 && value % 4 > 0.01 && 4 - (value % 4) > 0.01) problems.push(`${space} ${value}: ${name(element)}`);
    }
    const isControl = element.matches(CONTROLS);
    const { height, width: across } = element.getBoundingClientRect();
    if (isControl && width < 500 && (height < 43.9 || across < 43.9) && height)
      problems.push(`a control of ${across} x ${height}: ${name(element)}`);
  }

  // Text that doesn't fit its box, and has no dots that say so.
  for (const element of shown) {
    const style = getComputedStyle(element);
    const hides = style.overflowX === "hidden" || style.overflowX === "clip";
    const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!isText) continue;
    if (hides && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1)
      problems.push(`cut off at the side: ${name(element)}`);
    if (hides && element.scrollHeight > element.clientHeight + 2 && style.webkitLineClamp === "none")
      problems.push(`cut off below: ${name(element)}`);
    if (parseFloat(style.fontSize) > 0 && parseFloat(style.fontSize) < 12) problems.push(`small text: ${name(element)}`);
  }
  return problems;
}
