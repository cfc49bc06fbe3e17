// The dialog with all that is known of one file: the whole privacy report, the SHA-256, or why a proxy refused it.
import { $, size } from "../dom.js";
import { _ } from "../language.js";

export class Details {
  constructor(dialog) {
    this.dialog = dialog;
  }

  open(item) {
    const { answer } = item;
    $("[data-name]", this.dialog).textContent = item.label;
    this.#fill("result", item.warning || (answer ? "" : item.reason));
    this.#fill("expires", answer?.report.expires_at);
    this.#fill("privacy", item.privacy);
    this.#fill("check", answer ? item.check || _("Not compared: it was fetched from a URL.") : "");
    this.#fill("sha256", answer?.sha256);
    this.#fill("size", item.size || answer ? size(item.size || answer.image.size) : "");
    this.#fixes(item.fixes);
    this.dialog.showModal();
  }

  #fill(name, text) {
    const place = $(`[data-detail=${name}]`, this.dialog);
    place.textContent = text ?? "";
    place.closest(".detail").hidden = !text;
  }

  #fixes(fixes) {
    const list = $("[data-detail=fixes]", this.dialog);
    list.closest(".detail").hidden = !fixes.length;
    list.replaceChildren(
      ...fixes.map(([proxy, line, words]) => {
        const entry = document.createElement("li");
        const name = document.createElement("strong");
        const code = document.createElement("code");
        name.textContent = `${proxy}: `;
        code.textContent = line;
        entry.append(name, ...(line ? [code, " "] : []), words);
        return entry;
      }),
    );
  }
}
