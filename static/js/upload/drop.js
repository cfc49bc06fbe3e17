// Drop and paste on all of a page: files and URLs.
import { isTyping } from "../dom.js";
import { filesOf, urlsIn } from "./files.js";

const carriesFiles = (event) =>
  event.dataTransfer?.types.includes("Files") || event.dataTransfer?.types.includes("text/uri-list");

// overlay: what is shown over the page while files are held over it. add: gets the files, and the URLs.
export function takeDrops(overlay, add) {
  let depth = 0; // enter and leave fire for every element passed
  const hide = () => {
    depth = 0;
    overlay.hidden = true;
  };
  addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) {
      depth += 1;
      overlay.hidden = false;
    }
  });
  addEventListener("dragleave", (event) => {
    if (carriesFiles(event) && (depth -= 1) <= 0) hide();
  });
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    hide();
    const files = filesOf(event.dataTransfer); // now: the browser drops the data when the event is over
    const urls = urlsIn(event.dataTransfer.getData("text/uri-list"));
    add(await files, urls);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const urls = isTyping(event.target) ? [] : urlsIn(event.clipboardData?.getData("text") ?? "");
    if (!files.length && !urls.length) return;
    event.preventDefault();
    add(
      files.map((file) => ({ file, path: file.name })),
      files.length ? [] : urls,
    );
  });
}
