// Speed and time left, of the last seconds.
import { size } from "../dom.js";

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
    return `${size(speed)}/s, ${time(left)} left`;
  }
}

function time(seconds) {
  if (seconds > 5400) return `${Math.round(seconds / 3600)} hours`;
  if (seconds > 90) return `${Math.round(seconds / 60)} minutes`;
  return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
}
