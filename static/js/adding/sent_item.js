// A file that somebody sends by a share link. What the server has of it is the link's alone.
import { $ } from "../dom.js";
import { _ } from "../language.js";
import { Item } from "../upload/item.js";
import { forget } from "../upload/keys.js";
import { DIFFERS, sentences } from "../upload/words.js";

export class SentItem extends Item {
  constructor(...all) {
    super(...all);
    this.mayAsk = false; // nobody is told what others have
  }

  // What a proxy has to be told is no matter of senders.
  say(state, words, failure) {
    super.say(state, words, { ...failure, fixes: [] });
  }

  finish(answer, verified) {
    forget(this.file, this.key);
    this.answer = { ...answer, image: { id_encoded: answer.id } };
    this.loaded = this.size;
    this.say("done", sentences(answer.said, verified === false && DIFFERS));
    if (answer.url) this.#link(answer);
  }

  // To its page, where the link shows it.
  #link({ url, thumb }) {
    const { element } = this.row;
    const link = document.createElement("a");
    Object.assign(link, { href: url, target: "_blank", textContent: this.name });
    $(".name", element).replaceChildren(link);
    const stage = $(".preview", element);
    if ($("canvas", stage)) return;
    const picture = new Image(48, 48);
    Object.assign(picture, { loading: "lazy", decoding: "async", src: thumb, alt: "" });
    stage.replaceChildren(picture);
  }

  get takenBack() {
    return _("Taken back: {name}", { name: this.name });
  }
}
