// What may be kept of what the viewer shows, where the listing says so: in albums and under share links.
import { icon } from "../dom.js";
import { _ } from "../language.js";
import { itemOf } from "./items.js";

export function download(swipe, shown) {
  swipe.ui.registerElement({
    name: "download",
    order: 9,
    isButton: true,
    tagName: "a",
    title: _("Download"),
    onInit: (element) => {
      element.append(icon("download"));
      element.download = "";
      swipe.on("change", () => {
        const { download: address, isGone } = itemOf(shown());
        element.hidden = !address || Boolean(isGone);
        element.href = address ?? "";
      });
    },
  });
}
