// What the upload page's script says.
import { size } from "../dom.js";
import { _, LOCALE, ngettext } from "../language.js";

export const STATES = {
  waiting: _("Waiting"),
  uploading: _("Uploading"),
  processing: _("Processing"),
  resting: _("Connection lost. Uploads continue automatically."),
  failed: _("Failed"),
  cancelled: _("Cancelled"),
};

// Refusals of the server that came before the application could put them into words.
export function serverRefusal(status) {
  if (status === 413) return _("This file is too large for this site.");
  if (status === 503) return _("The server is busy.");
  return status === 507 ? _("This site has no space left.") : undefined;
}

// What is said is whole sentences, one after the other.
export const sentences = (...all) => all.filter(Boolean).join(" ");

export const openForFew = (count) =>
  ngettext("{n} of them doesn't open for everybody.", "{n} of them don't open for everybody.", count);

export const ARRIVED = _("Arrived complete: its SHA-256 is that of the file in this browser.");
export const IN_BIN = _("You have this file in the bin");
export const DIFFERS = _("✗ Differs from the file in this browser");
export const DAMAGED = _("This file is damaged. Parts of it may be missing.");
export const tooLarge = (limit) => _("Too large: this site accepts up to {size}.", { size: size(limit) });

export const files = (count) => ngettext("{n} file", "{n} files", count);

// "14:35", with seconds where it is soon, with the day where it isn't today.
export function clock(at) {
  const soon = at - Date.now() < 120_000;
  const time = { hour: "2-digit", minute: "2-digit", ...(soon && { second: "2-digit" }) };
  const today = new Date(at).toDateString() === new Date().toDateString();
  return new Date(at).toLocaleString(LOCALE, today ? time : { weekday: "long", ...time });
}
