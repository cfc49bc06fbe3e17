// What the upload page's script says.
import { size } from "../dom.js";

export const STATES = {
  waiting: "Waiting",
  uploading: "Uploading",
  processing: "Processing",
  resting: "Connection lost. Uploads continue automatically.",
  failed: "Failed",
  cancelled: "Cancelled",
};

// The server's messages are those of the API; these are for people. A file that one of them refuses is refused again.
const REFUSALS = [
  [/^Can't get target upload source info/, () => "Not a photo or video that can be read, or damaged."],
  [/^Unavailable image format/, () => "This type of file isn't supported."],
  [/^Disabled image format \((.+)\)/, (type) => `This site doesn't accept ${type} files.`],
  [/^Duplicated upload/, () => "You already uploaded this file today."],
  [/^File too big - max (.+)/, (limit) => `Too large: this site accepts up to ${limit}.`],
  [/^Image too large - max (.+)/, (limit) => `Too many pixels: this site accepts up to ${limit}.`],
  [/^Unsupported self host URL upload/, () => "This URL is on this site already."],
  [/^Unsupported URL scheme/, () => "The URL must start with http or https."],
  [/^URL uploading is disabled/, () => "This site doesn't accept URLs."],
  [/^Empty upload source/, () => "The file is empty."],
];
const PASSING = [
  [/^Flooding detected\. You can only upload (\d+) images per (\w+)/, (n, time) => `Limit of ${n} files per ${time}.`],
  [/^No space left/, () => "This site has no space left."],
  [/^The storage is not available/, () => "The storage of this site isn't available."],
  [/^Request denied/, () => "Uploads are closed for now."],
  [/^(Invalid .+)/, (what) => `${what}. Check its options.`],
  [/^Busy/, () => "The server is busy."],
];

// A message of the API in our words, and whether trying again may help.
export function inWords(message) {
  for (const [list, mayHelp] of [
    [REFUSALS, false],
    [PASSING, true],
  ]) {
    for (const [pattern, words] of list) {
      const match = pattern.exec(message);
      if (match) return { text: words(match[1], match[2]), mayHelp };
    }
  }
  return { text: message, mayHelp: true };
}

// Who may open an upload, where that is fewer than everybody with the link.
export function audience({ leftovers, visibility, owned }) {
  if (leftovers.length) {
    const who = owned ? "Only you can open it." : "Only the admins of this site can open it.";
    return `Private: it still contains ${leftovers.join(", ")}. ${who}`;
  }
  if (visibility === "private") return "Private: only you can open it.";
  return visibility === "members" ? "Only members of this site can open it." : "";
}

export function privacy({ removed, kept }) {
  const gone = removed.length ? `Removed: ${removed.join(", ")}.` : "No private data found.";
  return kept.length ? `${gone} Kept: ${kept.join(", ")}.` : gone;
}

export const VERIFIED = { true: "✓ Verified", false: "✗ Differs from the file in this browser" };
export const DAMAGED = "The file is damaged: parts of it may be missing.";
export const tooLarge = (limit) => `Too large: this site accepts up to ${size(limit)}.`;

export const files = (count) => `${count} ${count === 1 ? "file" : "files"}`;

// "14:35", with seconds where it is soon, with the day where it isn't today.
export function clock(at) {
  const soon = at - Date.now() < 120_000;
  const time = { hour: "2-digit", minute: "2-digit", ...(soon && { second: "2-digit" }) };
  const today = new Date(at).toDateString() === new Date().toDateString();
  return new Date(at).toLocaleString("en-GB", today ? time : { weekday: "long", ...time });
}
