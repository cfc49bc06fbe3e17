// A button that pastes, for who has no keys for it. It is shown from the start, where the browser can read.
import { toast } from "../dom.js";
import { _ } from "../language.js";
import { urlsIn } from "./files.js";

async function read() {
  const [files, urls] = [[], []];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((one) => /^(image|video)\//.test(one));
    if (type) files.push(new File([await item.getType(type)], `image.${type.split("/")[1]}`, { type }));
    else if (item.types.includes("text/plain")) urls.push(...urlsIn(await (await item.getType("text/plain")).text()));
  }
  return [files.map((file) => ({ file, path: file.name })), urls];
}

export function offerPaste(button, add) {
  button.addEventListener("click", async () => {
    const found = await read().catch(() => null);
    if (!found) toast(_("Pasting is not allowed here. Choose files instead."));
    else if (found.flat().length) add(...found);
    else toast(_("Nothing to paste. Copy a photo or a URL first."));
  });
}
