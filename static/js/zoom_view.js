// Which part of a picture a window shows: its scale, and where its top left corner is. In CSS pixels.
const LARGEST = 8; // screen pixels for each of the picture's

const within = (value, least, most) => Math.max(least, Math.min(most, value));

export class View {
  // enlarged: how large a tiny picture is shown, where it fits like that
  constructor(width, height, enlarged) {
    Object.assign(this, { width, height, enlarged, scale: 0, x: 0, y: 0, room: { width: 1, height: 1 }, density: 1 });
  }

  // All of the picture in the window; a small one is not enlarged, but for a tiny one.
  get fit() {
    const whole = Math.min(this.room.width / this.width, this.room.height / this.height);
    return Math.min(whole, this.enlarged);
  }

  // A pixel of the picture for each of the screen; twice the size where it fits like that already.
  get actual() {
    const one = 1 / this.density;
    return one > this.fit * 1.1 ? one : this.fit * 2;
  }

  get middle() {
    return { x: this.room.width / 2, y: this.room.height / 2 };
  }

  get isFit() {
    return this.scale <= this.fit * 1.001;
  }

  resize(room, density) {
    const wasFit = !this.scale || this.isFit;
    Object.assign(this, { room, density });
    this.zoom(wasFit ? this.fit : this.scale);
  }

  // What is at the point stays there.
  zoom(scale, at = this.middle) {
    const next = within(scale, this.fit, Math.max(LARGEST / this.density, this.actual * 2));
    const grown = this.scale ? next / this.scale : 1;
    this.x = at.x - (at.x - this.x) * grown;
    this.y = at.y - (at.y - this.y) * grown;
    this.scale = next;
    this.move(0, 0);
  }

  // No further than to the picture's edges; what is smaller than the window stays in the middle.
  move(x, y) {
    const place = (at, size, room) => (size <= room ? (room - size) / 2 : within(at, room - size, 0));
    this.x = place(this.x + x, this.width * this.scale, this.room.width);
    this.y = place(this.y + y, this.height * this.scale, this.room.height);
  }
}
