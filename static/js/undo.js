// Takes back a change: its address answers as that of an act does (changes.js). The page is shown anew, as it was.
import { leaveToast, toast } from "./dom.js";
import { _ } from "./language.js";
import { ended, send } from "./changes.js";

export async function takeBack(address) {
  const change = await send(address);
  if (!change.state) return toast(_("That didn't work. Try again."), { undo: address });
  const tell = ({ done, total }) => toast(_("Undoing: {done} of {total}", { done, total }));
  const { said } = await ended(change, address, tell);
  const isShown = document.dispatchEvent(new CustomEvent("undone", { cancelable: true }));
  if (!isShown) return toast(said);
  leaveToast(said);
  location.reload();
}
