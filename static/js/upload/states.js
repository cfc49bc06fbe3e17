// What the states of a file in the queue have in common.
const MOVING = ["uploading", "processing"];
const OFFERED = { done: "done", known: "known", failed: "ended", cancelled: "ended" };

export const isMoving = (state) => MOVING.includes(state);
export const isActive = (state) => isMoving(state) || state === "resting";

// Which actions its row and its menu offer.
export const actionsOf = (state) => OFFERED[state] ?? "active";
