// Speed and time left, of the last seconds.
import { size } from "../dom.js";
import { ngettext } from "../language.js";

const WINDOW_MS = 5000;
const SETTLED_MS = 500;

export class Pace {
  samples = [];

  begin() {
    this.samples = [];
  }

  // "60 KB/s, 12 seconds left", or "" while nothing can be said.
  said(sent, whole, now = performance.now()) {
    this.samples.push([now, sent]);
    while (this.samples[0][0] < now - WINDOW_MS) this.samples.shift();
    const [then, before] = this.samples[0];
    const speed = (sent - before) / ((now - then) / 1000);
    if (now - then < SETTLED_MS || !(speed > 0) || sent >= whole) return "";
    const left = Math.ceil((whole - sent) / speed);
    return timeLeft(left, `${size(speed)}/s`);
  }
}

function timeLeft(seconds, speed) {
  const [hours, minutes] = [Math.round(seconds / 3600), Math.round(seconds / 60)];
  if (seconds > 5400) return ngettext("{speed}, {n} hour left", "{speed}, {n} hours left", hours, { speed });
  if (seconds > 90) return ngettext("{speed}, {n} minute left", "{speed}, {n} minutes left", minutes, { speed });
  return ngettext("{speed}, {n} second left", "{speed}, {n} seconds left", seconds, { speed });
}
