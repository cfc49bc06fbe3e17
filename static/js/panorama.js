// A 360° photo that can be turned with mouse, finger or arrow keys. Without WebGL the flat picture stays.
const figure = document.querySelector("[data-panorama]");

function canTurn() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl") || canvas.getContext("experimental-webgl"));
}

if (figure && window.pannellum && canTurn()) {
  const stage = document.createElement("div");
  stage.className = "panorama";
  const flat = figure.querySelector("a");
  flat.hidden = true;
  figure.querySelector(".placeholder")?.remove();
  figure.append(stage);
  const viewer = window.pannellum.viewer(stage, {
    type: "equirectangular",
    panorama: figure.dataset.panorama,
    autoLoad: true,
    showZoomCtrl: true,
    keyboardZoom: true,
    title: "",
  });
  viewer.on("error", () => {
    stage.remove();
    flat.hidden = false;
  });
  viewer.on("load", () => {
    figure.dataset.turning = "yes";
  });
  figure.viewer = viewer;
}
